"""The seven things that the queue says of a link, read for a whole page at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User
from django.db.models import JSONField, OuterRef, QuerySet, Subquery

from groups.models import Group
from scans import shown
from scans.engine.defang import defang_url
from scans.models import Scan, Status
from waclient.corrections import OUT
from waclient.models import Action, ActionKind, Decision, QueueItem, Report, ReportState, Sighting
from wbscanner.desk.queue_filters import posted_in
from wbscanner.moments import moment
from wbscanner.permissions import visible_groups, within

# Names of groups that a row lists; more of them are a number.
MOST_NAMED = 2
MOST_REASON = 60


class Stage(StrEnum):
    """What became of a link so far, seen from the groups of its reader."""

    NEW = "new"
    TOLD = "told"
    REMOVED = "removed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue; `mark`, `host` and `when` are HTML made by our own templates.

    `asked`: "appeal" or "check" where a member asks about the link and waits for an answer.
    """

    url_hash: str
    verdict: str
    mark: str
    host: str
    address: str
    reason: str
    groups: tuple[str, ...]
    more_groups: int
    when: str
    stage: Stage
    by: str
    asked: str


TOLD_BY = {ActionKind.REACT, ActionKind.REPLY, ActionKind.FOLLOW_UP}


def with_reasons(rows: QuerySet[QueueItem], groups: list[int] | None) -> QuerySet[QueueItem]:
    """With what the newest scan found, where it leads, how the link was written where that was odd, and what is asked.

    An appeal is said before a check.
    """
    asked = Report.objects.filter(within(groups, "group_id"), url_hash=OuterRef("url_hash"), state=ReportState.OPEN)
    scans = Scan.objects.filter(url_hash=OuterRef("url_hash"), status=Status.DONE).order_by("-requested_at", "-pk")
    disguised = Sighting.objects.filter(within(groups, "group_id"), url_hash=OuterRef("url_hash")).exclude(written=[])
    if groups is not None:
        posted = posted_in(groups).order_by("-posted_at").values("posted_at")
        rows = rows.annotate(own_posted_at=Subquery(posted[:1]))
    return rows.annotate(
        newest=Subquery(scans.values("findings")[:1], output_field=JSONField()),
        hops=Subquery(scans.values("hops")[:1], output_field=JSONField()),
        asked=Subquery(asked.order_by("kind").values("kind")[:1]),
        spelling=Subquery(disguised.order_by("-pk").values("written")[:1], output_field=JSONField()),
    )


def seen_at(item: QueueItem) -> datetime:
    """When a link of with_reasons was last posted, in the groups of its reader."""
    posted: datetime | None = getattr(item, "own_posted_at", None)
    return posted or item.posted_at


def rows(items: Sequence[QueueItem], user: User) -> list[Row]:
    """What is said of these links; `items` come from with_reasons. Three questions to the database."""
    groups, hashes = visible_groups(user), [item.url_hash for item in items]
    names, done, said = _groups(hashes, groups), _done(hashes, groups), _said(hashes, groups)
    return [_row(item, names[item.url_hash], done[item.url_hash], said.get(item.url_hash)) for item in items]


def _row(item: QueueItem, names: list[str], done: set[str], by: str | None) -> Row:
    found = [*(getattr(item, "newest", None) or []), *(getattr(item, "spelling", None) or [])]
    return Row(
        url_hash=item.url_hash,
        verdict=item.verdict,
        mark=shown.verdict_mark(item.verdict),
        host=shown.host_and_end(item.host, getattr(item, "hops", None) or []),
        address=defang_url(item.url),
        reason=_shortened(shown.best_reason(found)),
        groups=tuple(names[:MOST_NAMED]),
        more_groups=max(0, len(names) - MOST_NAMED),
        when=moment(seen_at(item)),
        stage=_stage(done, is_settled=item.decided_at is not None or by is not None),
        by=by or "",
        asked=getattr(item, "asked", None) or "",
    )


def _stage(done: Iterable[str], *, is_settled: bool) -> Stage:
    kinds = set(done)
    if is_settled:
        return Stage.SETTLED
    if ActionKind.DELETE in kinds:
        return Stage.REMOVED
    return Stage.TOLD if kinds & TOLD_BY else Stage.NEW


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_REASON else f"{text[: MOST_REASON - 1].rstrip()}…"


def _groups(hashes: list[str], groups: list[int] | None) -> defaultdict[str, list[str]]:
    """The names of the groups where each link was posted."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    seen = Sighting.objects.filter(within(groups, "group_id"), url_hash__in=hashes).order_by("url_hash", "group__name")
    for url_hash, pk, name in seen.values_list("url_hash", "group", "group__name").distinct():
        found[url_hash].append(str(Group(pk=pk, name=name)))
    return found


def _done(hashes: list[str], groups: list[int] | None) -> defaultdict[str, set[str]]:
    """What the bot did about each link."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    # Asked of the sighting's group, which is the action's too: otherwise all actions of the groups would be looked at.
    out = Action.objects.filter(within(groups, "sighting__group_id"), sighting__url_hash__in=hashes, state__in=OUT)
    for url_hash, kind in out.order_by().values_list("sighting__url_hash", "kind").distinct():
        found[url_hash].add(kind)
    return found


def _said(hashes: list[str], groups: list[int] | None) -> dict[str, str]:
    """Who decided last about each link, for the groups that are seen or for all."""
    rows = Decision.objects.filter(url_hash__in=hashes, undone_at__isnull=True)
    if groups is not None:
        rows = rows.filter(group__in=groups) | rows.filter(group__isnull=True)
    return dict(rows.order_by("at", "pk").values_list("url_hash", "by"))
