"""What overrides that are not made yet would have decided lately: stored sightings held against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse

from overrides import rules
from overrides.models import Override
from overrides.plans import Change, Step
from overrides.rules import Book, Rule, Subject
from scans import shown
from scans.engine.scoring import Verdict
from scans.hops import HopDict
from scans.models import Scan
from waclient.models import Sighting
from wbscanner.moments import moment
from wbscanner.permissions import visible_groups, within

SPAN = timedelta(days=30)
MOST_SHOWN = 12
MOST_LOOKED_AT = 20_000  # sightings, the newest: 0.2 s for one override, 1.9 s for 50,000 of them (measured)
SCANS_AT_ONCE = 500
COLUMNS = ("pk", "group_id", "url_hash", "host", "registrable_domain", "url", "verdict", "scan_id")

Seen = tuple[int, int, str, str, str, str, str | None, int | None]
Books = Mapping[int | None, Book]


@dataclass(frozen=True, slots=True)
class Row:
    """A sighting that would have been decided, ready to be shown."""

    mark: str
    host: str
    group: str
    at: str
    card: str


@dataclass(frozen=True, slots=True)
class Effect:
    """`links` sightings since a moment would have been decided by the drafts, of `looked_at`; `by_line` says by which.

    `outranked` are those that a draft is about and another override decides.
    """

    links: int
    groups: int
    dangerous: int
    outranked: int
    looked_at: int
    is_cut: bool
    by_line: Mapping[int, int]
    rows: Sequence[Row]

    @property
    def more(self) -> int:
        return self.links - len(self.rows)


def of(steps: Sequence[Step], user: User, now: datetime) -> Effect:
    """The effect of what the steps would add or change, on the sightings of the last 30 days that this person sees."""
    new = {-number: step for number, step in enumerate(steps, start=1) if step.change in {Change.ADDED, Change.CHANGED}}
    drafts = [(step.draft.group, step.draft.as_rule(number)) for number, step in new.items()]
    ours = _books((group.pk if group else None, rule) for group, rule in drafts)
    every = _books([*((group.pk if group else None, rule) for group, rule in drafts), *_others(new.values(), now)])
    seen = _seen(user, ours, now) if new else []
    found: list[Seen] = []
    by_line: Counter[int] = Counter()
    outranked = 0
    for row, chains in _with_ways(seen):
        if not any(_decided(ours, row[1], chain) for chain in chains):
            continue
        decided = next((rule for chain in chains if (rule := _decided(every, row[1], chain))), None)
        if decided is None or decided.id > 0:
            outranked += 1
            continue
        by_line[new[decided.id].draft.line] += 1
        found.append(row)
    return Effect(
        links=len(found),
        groups=len({row[1] for row in found}),
        dangerous=sum(row[6] == Verdict.MALICIOUS for row in found),
        outranked=outranked,
        looked_at=len(seen),
        is_cut=len(seen) == MOST_LOOKED_AT,
        by_line=by_line,
        rows=_rows(found),
    )


def _decided(books: Books, group: int, chain: Sequence[Subject]) -> Rule | None:
    return rules.over_books([books[key] for key in (None, group) if key in books], chain)


def _books(scoped: Iterable[tuple[int | None, Rule]]) -> Books:
    by_scope: dict[int | None, list[Rule]] = {}
    for group, rule in scoped:
        by_scope.setdefault(group, []).append(rule)
    return {group: Book.of(each) for group, each in by_scope.items()}


def _others(steps: Iterable[Step], now: datetime) -> Iterator[tuple[int | None, Rule]]:
    """The overrides in force that none of these steps takes the place of."""
    replaced = {step.existing.pk for step in steps if step.existing is not None}
    in_force = Override.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    for override in in_force.iterator():
        if override.pk not in replaced:
            yield override.group_id, override.as_rule()


def _seen(user: User, ours: Books, now: datetime) -> list[Seen]:
    """The newest sightings, in the groups that the drafts are about."""
    rows = Sighting.objects.filter(within(visible_groups(user), "group_id"), posted_at__gt=now - SPAN)
    if None not in ours:
        rows = rows.filter(group_id__in=[key for key in ours if key is not None])
    return list(rows.order_by("-posted_at", "-pk").values_list(*COLUMNS)[:MOST_LOOKED_AT])


def _with_ways(seen: Sequence[Seen]) -> Iterator[tuple[Seen, list[list[Subject]]]]:
    """Each sighting with the way that its scan found, where there is one, and with the link as it was posted."""
    for start in range(0, len(seen), SCANS_AT_ONCE):
        part = seen[start : start + SCANS_AT_ONCE]
        ways = dict(Scan.objects.filter(pk__in={row[7] for row in part}).values_list("pk", "hops"))
        for row in part:
            way = _way(ways.get(row[7] or 0) or [])
            yield row, [way, [Subject.of_parts(*row[2:6])]] if way else [[Subject.of_parts(*row[2:6])]]


def _way(hops: Sequence[HopDict]) -> list[Subject]:
    return [Subject.of_parts(hop["url_hash"], hop["host"], hop["registrable_domain"], hop["url"]) for hop in hops]


def _rows(found: Sequence[Seen]) -> list[Row]:
    """The dangerous ones first, each kind from the newest on."""
    worst_first = sorted(found, key=lambda row: row[6] != Verdict.MALICIOUS)
    keys = [row[0] for row in worst_first[:MOST_SHOWN]]
    sightings: dict[Any, Sighting] = Sighting.objects.select_related("group").in_bulk(keys)
    return [
        Row(
            mark=shown.verdict_mark(sighting.verdict),
            host=shown.host_plate(sighting.host),
            group=str(sighting.group),
            at=moment(sighting.posted_at),
            card=reverse("admin:waclient_sighting_change", args=[sighting.pk]),
        )
        for sighting in (sightings[key] for key in keys if key in sightings)
    ]
