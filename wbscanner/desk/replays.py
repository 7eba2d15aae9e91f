"""What another policy would have done in a group: its rows replayed, counted, and held against what people said."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge

from django.db.models import Max, Q, QuerySet

from groups import backtest
from groups.backtest import Replayed, Seen
from groups.facts import Unreadable
from groups.messages import Outcome
from groups.models import Group
from groups.policy import Policy, Response, State
from groups.tally import Count, Tally, by_message
from overrides.models import Override
from overrides.rules import Ruling
from waclient.models import UNSENT, Action, ActionKind, Answer, Decision, Sighting
from waclient.verdicts import overrides_of

SPAN = timedelta(days=30)
MOST_SHOWN = 50
MOST_REPLAYED = 5_000  # links that a policy may act on; what a group that has more of them did before is left out
ROWS_AT_ONCE = 2000
COLUMNS = ("pk", "message_id", "url_hash", "facts")
LINKS_AT_ONCE = 100
RESPONSES = {
    ActionKind.REACT.value: Response.REACT,
    ActionKind.REPLY.value: Response.REPLY,
    ActionKind.DELETE.value: Response.DELETE,
}


@dataclass
class Rows:
    """What was decided on in a group in a span of time, read once, in that order."""

    group: Group
    since: datetime
    until: datetime
    unreadable: int = 0
    """Rows that do not say what they were decided on; known once all were read."""

    def __iter__(self) -> Iterator[Seen]:
        """In the order of time; with what was decided, and said, before a message was edited."""
        return merge(self._last(), iter(self._before()), key=lambda row: row.facts.now)

    def _last(self) -> Iterator[Seen]:
        unsent = self._unsent()
        rows = self._decided().order_by("planned_at", "is_history", "received_at", "pk")
        for key, message, link, facts in rows.values_list(*COLUMNS).iterator(ROWS_AT_ONCE):
            try:
                yield backtest.read(key, message, link, _mapping(facts), unsent.get(key, ()))
            except Unreadable:
                self.unreadable += 1

    def _before(self) -> list[Seen]:
        edited = self._decided().filter(facts__earlier__isnull=False).values_list(*COLUMNS)
        found = [
            backtest.read(key, message, link, _mapping(earlier))
            for key, message, link, facts in edited
            for earlier in facts["earlier"]
        ]
        return sorted((row for row in found if row.facts.now > self.since), key=lambda row: row.facts.now)

    def _decided(self) -> QuerySet[Sighting]:
        return noteworthy(self.group, self.since, self.until)

    def _unsent(self) -> Mapping[int, list[Response]]:
        """What was decided on and did not go out, by sighting."""
        found: defaultdict[int, list[Response]] = defaultdict(list)
        rows = Action.objects.filter(group=self.group, kind__in=RESPONSES, state__in=UNSENT)
        rows = rows.filter(sighting__planned_at__gt=self.since, sighting__planned_at__lte=self.until)
        for key, kind in rows.values_list("sighting", "kind"):
            if key is not None:
                found[key].append(RESPONSES[kind])
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """A policy beside what was decided then, since a moment: both in numbers, and the newest links that differ.

    `links` are all that were decided on. `unsent` counts what was decided on then and did not go out. `acted_on` are
    the links that the policy would have acted on, by hash, with the first time; `fine` those of them that people said
    are fine, afterwards. `assumed` counts rows of before some fact was stored, `unreadable` those left out.
    """

    since: datetime
    links: int
    was: Tally
    would: Tally
    unsent: int
    differing: int
    shown: list[Replayed]
    acted_on: Mapping[str, datetime]
    fine: frozenset[str]
    assumed: int
    unreadable: int


def noteworthy(group: Group, since: datetime, until: datetime) -> QuerySet[Sighting]:
    """What was decided on in a group and some policy may act on."""
    rows = Sighting.objects.filter(group=group, is_noteworthy=True)
    return rows.filter(planned_at__gt=since, planned_at__lte=until)


def compare(group: Group, policy: Policy, until: datetime, *, span: timedelta = SPAN) -> Comparison:
    """Replay a policy over what was decided on in a group lately. Nothing is sent, nothing changes."""
    since = _since(group, until, span)
    rows = Rows(group, since, until)
    was, would, unsent, assumed, differing = Count(_was), Count(_would), 0, 0, 0
    shown: deque[Replayed] = deque(maxlen=MOST_SHOWN)
    acted_on: dict[str, datetime] = {}
    for message in by_message(backtest.replay(policy, rows)):
        was.message(message)
        would.message(message)
        for row in message:
            unsent += len(row.seen.unsent.intersection(row.seen.done.responses))
            assumed += bool(row.seen.assumed)
            if row.would.responses or row.would.alerts:
                acted_on.setdefault(row.seen.link, row.seen.facts.now)
            if row.differs:
                differing += 1
                shown.appendleft(row)
    fine = fine_later(group, acted_on, until)
    links = Sighting.objects.filter(group=group, planned_at__gt=since, planned_at__lte=until).count()
    return Comparison(
        since=since,
        links=links,
        was=was.tally(),
        would=would.tally(),
        unsent=unsent,
        differing=differing,
        shown=list(shown),
        acted_on=acted_on,
        fine=fine,
        assumed=assumed,
        unreadable=rows.unreadable,
    )


def live(policy: Policy) -> Policy:
    """As if the group were live: what a watched group would hear is what is asked here."""
    return replace(policy, state=State.LIVE, muted_until=None)


def _since(group: Group, until: datetime, span: timedelta) -> datetime:
    """The start of the span, or a later moment from which on there is not more to replay than can be waited for."""
    newest = noteworthy(group, until - span, until).order_by("-planned_at").values_list("planned_at", flat=True)
    too_old = next(iter(newest[MOST_REPLAYED : MOST_REPLAYED + 1]), None)
    return too_old or until - span


def _was(row: Replayed) -> Outcome:
    return row.seen.done


def _would(row: Replayed) -> Outcome:
    return row.would


def fine_later(group: Group, acted_on: Mapping[str, datetime], now: datetime) -> frozenset[str]:
    """Which of these links, by hash with a moment, people said are fine after it: by a decision or by an override."""
    about = Decision.objects.filter(answer=Answer.FINE, undone_at__isnull=True)
    said = about.filter(Q(group=group) | Q(group__isnull=True)).values_list("url_hash", "at")
    fine = {link for link, at in said if link in acted_on and at > acted_on[link]}
    since = min(acted_on.values(), default=now)
    allows = Override.objects.filter(Q(group=group) | Q(group__isnull=True), ruling=Ruling.ALLOW, created_at__gt=since)
    others = [link for link in acted_on if link not in fine] if allows.exists() else []
    for start in range(0, len(others), LINKS_AT_ONCE):
        fine |= _allowed(group, others[start : start + LINKS_AT_ONCE], acted_on, now)
    return frozenset(fine)


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


def _mapping(facts: object) -> Mapping[str, object]:
    return facts if isinstance(facts, dict) else {}
