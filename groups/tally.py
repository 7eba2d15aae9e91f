"""What a replay comes to, in numbers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from groups.backtest import Replayed
from groups.messages import SEVERITY, Outcome
from groups.policy import Response

TOLD_FOR = timedelta(hours=24)  # moderators hear of one link once in this time, unless it turns worse


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the group would hear something, and its moderators; `silent` links left the group in peace."""

    links: int = 0
    reactions: int = 0
    replies: int = 0
    deletions: int = 0
    alerts: int = 0
    silent: int = 0


@dataclass
class Count:
    """Counts one policy's outcomes, message by message, in the order of time."""

    outcome: Callable[[Replayed], Outcome]
    responses: Counter[Response] = field(default_factory=Counter)
    links: int = 0
    silent: int = 0
    alerts: int = 0
    told: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def message(self, links: Iterable[Replayed]) -> None:
        rows = [(row, self.outcome(row)) for row in links]
        for _row, outcome in rows:
            self.links += 1
            self.silent += not outcome.responses
            self.responses.update(outcome.responses)
        alerting = [row for row, outcome in rows if outcome.alerts]
        if alerting:
            self._alert(max(alerting, key=lambda row: (SEVERITY.get(row.seen.verdict, 0), row.seen.score)))

    def _alert(self, row: Replayed) -> None:
        subject, severity = row.seen.campaign or row.seen.link, SEVERITY.get(row.seen.verdict, 0)
        now = row.seen.facts.now
        before = self.told.get(subject)
        if before is None or now - before[0] >= TOLD_FOR or before[1] < severity:
            self.told[subject] = (now, severity)
            self.alerts += 1

    def tally(self) -> Tally:
        counted = self.responses
        return Tally(
            links=self.links,
            reactions=counted[Response.REACT],
            replies=counted[Response.REPLY],
            deletions=counted[Response.DELETE],
            alerts=self.alerts,
            silent=self.silent,
        )


def by_message(rows: Iterable[Replayed]) -> Iterator[list[Replayed]]:
    """The links that were decided on together."""
    for _key, together in groupby(rows, key=lambda row: (row.seen.facts.now, row.seen.message)):
        yield list(together)
