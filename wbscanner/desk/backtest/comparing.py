"""What another policy would have done in a group: its rows replayed, counted, and held against what people said."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Max, Q

from groups import backtest
from groups.backtest import Replayed
from groups.messages import Outcome
from groups.models import Group
from groups.policy import Policy, State
from groups.tally import Count, Tally, by_message
from overrides.models import Override
from overrides.rules import Ruling
from scans.engine.scoring import Verdict
from waclient.models import Answer, Decision, Sighting
from waclient.verdicts import overrides_of
from wbscanner.desk.backtest import replays
from wbscanner.desk.backtest.replays import SPAN

MOST_SHOWN = 50
MOST_REPLAYED = 5_000  # links that a policy may act on; what a group that has more of them did before is left out
MESSAGES_AT_ONCE = 250  # 40 ms (measured)
LINKS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """A link, by its sighting, about which the policies differ."""

    key: int
    verdict: Verdict
    at: datetime
    was: Outcome
    would: Outcome
    is_fine: bool

    def as_json(self) -> dict[str, Any]:
        said = {"was": self.was.as_json(), "would": self.would.as_json(), "is_fine": self.is_fine}
        return {"key": self.key, "verdict": self.verdict.value, "at": self.at.isoformat(), **said}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Difference:
        was, would = (Outcome.from_json(stored[name]) for name in ("was", "would"))
        at = datetime.fromisoformat(stored["at"])
        return cls(stored["key"], Verdict(stored["verdict"]), at, was, would, stored["is_fine"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """A policy beside what was decided then, between two moments: both in numbers, and the newest links that differ.

    `links` are all that were decided on. `unsent` counts what was decided on then and did not go out. `fine` counts the
    links that the policy would have acted on and people said are fine, afterwards. `assumed` counts rows of before some
    fact was stored, `unreadable` those left out.
    """

    since: datetime
    until: datetime
    links: int
    was: Tally
    would: Tally
    unsent: int
    differing: int
    shown: list[Difference]
    fine: int
    assumed: int
    unreadable: int

    def as_json(self) -> dict[str, Any]:
        """Numbers, and ids of sightings: no address, no host, nobody's code name."""
        moments = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return {**asdict(self), **moments, "shown": [one.as_json() for one in self.shown]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Comparison:
        moments = {name: datetime.fromisoformat(stored[name]) for name in ("since", "until")}
        tallies = {name: Tally(**stored[name]) for name in ("was", "would")}
        return cls(**{**stored, **moments, **tallies, "shown": [Difference.from_json(one) for one in stored["shown"]]})


@dataclass(frozen=True, slots=True)
class Progress:
    """So many links were replayed of so many; `found` once it is at its end."""

    done: int
    total: int
    found: Comparison | None = None


def compare(group: Group, policy: Policy, until: datetime, *, span: timedelta = SPAN) -> Comparison:
    """Replay a policy over what was decided on in a group lately. Nothing is sent, nothing changes."""
    *_before, last = comparing(group, policy, until, span=span)
    assert last.found is not None
    return last.found


def comparing(
    group: Group, policy: Policy, until: datetime, *, span: timedelta = SPAN, most: int = MOST_REPLAYED
) -> Iterator[Progress]:
    """The same in small parts, saying after each how far it is; between two of them a transaction may end."""
    rows = replays.Rows(group, replays.start(group, until, span, most), until)
    total = replays.noteworthy(group, rows.since, until).count()
    sums, messages = _Sums(), by_message(backtest.replay(policy, rows))
    while part := list(islice(messages, MESSAGES_AT_ONCE)):
        for message in part:
            sums.add(message)
        yield Progress(min(sums.links + rows.unreadable, total), total)
    fine: set[str] = set()
    for links in _fine_later(group, sums.acted_on, until):
        fine |= links
        yield Progress(total, total)
    yield Progress(total, total, sums.found(rows, fine))


def live(policy: Policy) -> Policy:
    """As if the group were live: what a watched group would hear is what is asked here."""
    return replace(policy, state=State.LIVE, muted_until=None)


@dataclass
class _Sums:
    """What was counted so far. `acted_on`: what the policy would have acted on, by hash, with the first time."""

    was: Count = field(default_factory=lambda: Count(_was))
    would: Count = field(default_factory=lambda: Count(_would))
    links: int = 0
    unsent: int = 0
    assumed: int = 0
    differing: int = 0
    shown: deque[Replayed] = field(default_factory=lambda: deque(maxlen=MOST_SHOWN))
    acted_on: dict[str, datetime] = field(default_factory=dict)

    def add(self, message: Sequence[Replayed]) -> None:
        self.was.message(message)
        self.would.message(message)
        for row in message:
            self.links += 1
            self.unsent += len(row.seen.unsent.intersection(row.seen.done.responses))
            self.assumed += bool(row.seen.assumed)
            if row.would.responses or row.would.alerts:
                self.acted_on.setdefault(row.seen.link, row.seen.facts.now)
            if row.differs:
                self.differing += 1
                self.shown.appendleft(row)

    def found(self, rows: replays.Rows, fine: Iterable[str]) -> Comparison:
        posted = Sighting.objects.filter(group=rows.group, planned_at__gt=rows.since, planned_at__lte=rows.until)
        said = frozenset(fine)
        return Comparison(
            since=rows.since,
            until=rows.until,
            links=posted.count(),
            was=self.was.tally(),
            would=self.would.tally(),
            unsent=self.unsent,
            differing=self.differing,
            shown=[_difference(row, row.seen.link in said) for row in self.shown],
            fine=len(said),
            assumed=self.assumed,
            unreadable=rows.unreadable,
        )


def _was(row: Replayed) -> Outcome:
    return row.seen.done


def _would(row: Replayed) -> Outcome:
    return row.would


def _difference(row: Replayed, is_fine: bool) -> Difference:
    seen = row.seen
    return Difference(seen.key, seen.verdict, seen.facts.now, seen.done, row.would, is_fine)


def _fine_later(group: Group, acted_on: Mapping[str, datetime], now: datetime) -> Iterator[set[str]]:
    """Which of these links, by hash with a moment, people said are fine after it: by a decision or by an override."""
    about = Decision.objects.filter(answer=Answer.FINE, undone_at__isnull=True)
    said = about.filter(Q(group=group) | Q(group__isnull=True)).values_list("url_hash", "at")
    fine = {link for link, at in said if link in acted_on and at > acted_on[link]}
    yield fine
    since = min(acted_on.values(), default=now)
    allows = Override.objects.filter(Q(group=group) | Q(group__isnull=True), ruling=Ruling.ALLOW, created_at__gt=since)
    others = [link for link in acted_on if link not in fine] if allows.exists() else []
    for start in range(0, len(others), LINKS_AT_ONCE):
        yield _allowed(group, others[start : start + LINKS_AT_ONCE], acted_on, now)


def _allowed(group: Group, links: Sequence[str], acted_on: Mapping[str, datetime], now: datetime) -> set[str]:
    """Those for which an override was made afterwards that allows them now."""
    newest = Sighting.objects.filter(group=group, url_hash__in=links).values("url_hash").annotate(key=Max("pk"))
    rows = list(Sighting.objects.filter(pk__in=[row["key"] for row in newest]).select_related("scan", "override"))
    ruled = zip(rows, overrides_of(rows, group, now), strict=True)
    return {
        row.url_hash
        for row, override in ruled
        if override and override.ruling == Ruling.ALLOW and override.created_at > acted_on[row.url_hash]
    }
