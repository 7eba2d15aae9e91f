"""What was decided on in a group and some policy may act on, read back in the order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge

from django.db.models import QuerySet

from groups import backtest
from groups.backtest import Seen
from groups.facts import Unreadable
from groups.models import Group
from groups.policy import Response
from waclient.models import UNSENT, Action, ActionKind, Sighting

SPAN = timedelta(days=30)
ROWS_AT_ONCE = 500
ORDER = ("planned_at", "is_history", "received_at", "pk")
COLUMNS = ("pk", "message_id", "url_hash", "facts")
Stored = tuple[int, str, str, object]
RESPONSES = {
    ActionKind.REACT.value: Response.REACT,
    ActionKind.REPLY.value: Response.REPLY,
    ActionKind.DELETE.value: Response.DELETE,
}


@dataclass
class Rows:
    """What was decided on in a group in a span of time, read once, in that order.

    Between two parts of ROWS_AT_ONCE nothing is held in the database: a transaction may end there.
    """

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
        keys = list(self._decided().order_by(*ORDER).values_list("pk", flat=True))
        for start in range(0, len(keys), ROWS_AT_ONCE):
            part = self._decided().filter(pk__in=keys[start : start + ROWS_AT_ONCE])
            yield from self._read(list(part.order_by(*ORDER).values_list(*COLUMNS)), unsent)

    def _read(self, rows: Iterable[Stored], unsent: Mapping[int, list[Response]]) -> Iterator[Seen]:
        for key, message, link, facts in rows:
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


def noteworthy(group: Group, since: datetime, until: datetime) -> QuerySet[Sighting]:
    """What was decided on in a group and some policy may act on."""
    rows = Sighting.objects.filter(group=group, is_noteworthy=True)
    return rows.filter(planned_at__gt=since, planned_at__lte=until)


def start(group: Group, until: datetime, span: timedelta, most: int) -> datetime:
    """The start of the span, or a later moment from which on there are no more than `most` links to replay."""
    newest = noteworthy(group, until - span, until).order_by("-planned_at").values_list("planned_at", flat=True)
    too_old = next(iter(newest[most : most + 1]), None)
    return too_old or until - span


def _mapping(facts: object) -> Mapping[str, object]:
    return facts if isinstance(facts, dict) else {}
