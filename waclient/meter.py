"""How near the number is to what gets numbers restricted, and why the bot stayed silent: counted, never estimated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from waclient import budget, pacing
from waclient.models import Action, ActionState, Connection, Sighting

UNREMARKABLE = ("", "nothing_found", "already_said", "worse_link_in_message")


class Lately(StrEnum):
    """The two spans that are counted; pages filter by the same."""

    DAY = "day"
    WEEK = "week"

    def since(self, now: datetime) -> datetime:
        return now - (timedelta(days=1) if self is Lately.DAY else timedelta(days=7))


class Level(StrEnum):
    """How near it is: what the budget and the brake do, in one word."""

    CALM = "calm"
    CAREFUL = "careful"
    STOP = "stop"


class Because(StrEnum):
    """Why the level is not lower."""

    NOTHING = ""
    HELD = "held"
    SPENT = "spent"
    RESERVED = "reserved"
    NEW = "new"
    SIGN = "sign"


LEVELS = {Because.NOTHING: Level.CALM, Because.HELD: Level.STOP, Because.SPENT: Level.STOP}


@dataclass(frozen=True, slots=True)
class Unsaid:
    """How often one reason kept the bot silent."""

    reason: str
    day: int
    week: int


@dataclass(frozen=True, slots=True)
class Meter:
    """What was spent of this day's limits, in messages; `held_at` is the last sign of restriction, None without one."""

    hour: float
    hour_limit: int
    day: float
    day_limit: int
    warm_up_day: int
    warm_up_days: int
    held_at: datetime | None
    held_because: str
    held_until: datetime | None
    because: Because

    @property
    def level(self) -> Level:
        return LEVELS.get(self.because, Level.CAREFUL)

    @property
    def hour_share(self) -> int:
        """Percent of the hour, 100 at most."""
        return _percent(self.hour, self.hour_limit)

    @property
    def day_share(self) -> int:
        return _percent(self.day, self.day_limit)


def read(now: datetime) -> Meter:
    row, left, full = Connection.get(), budget.read(now), budget.first_days()
    spent = pacing.used(left.sent, now)
    share = max(spent.hour / max(left.limits.hourly, 1), spent.day / max(left.limits.daily, 1))
    return Meter(
        hour=spent.hour,
        hour_limit=left.limits.hourly,
        day=spent.day,
        day_limit=left.limits.daily,
        warm_up_day=left.warm_up_day,
        warm_up_days=full.days,
        held_at=row.held_at,
        held_because=row.held_because,
        held_until=row.held_until if row.held_until is not None and row.held_until > now else None,
        because=_because(row, share, left.warm_up_day, now),
    )


def _because(row: Connection, share: float, warm_up_day: int, now: datetime) -> Because:
    """The brake, the budget, then what makes limits lower; `share` is of the hour or the day, whichever is fuller."""
    if row.held_until is not None and row.held_until > now:
        return Because.HELD
    if share >= 1:
        return Because.SPENT
    if share >= 1 - pacing.RESERVED_SHARE:
        return Because.RESERVED
    if row.held_at is not None and row.held_at > Lately.WEEK.since(now):
        return Because.SIGN
    return Because.NEW if warm_up_day else Because.NOTHING


def held_back(now: datetime) -> list[Unsaid]:
    """Planned and not sent, by reason; the most frequent first."""
    skipped = Action.objects.filter(state=ActionState.SKIPPED, created_at__gt=Lately.WEEK.since(now))
    return _counted(skipped, "reason", Q(created_at__gt=Lately.DAY.since(now)))


def not_answered(now: datetime) -> list[Unsaid]:
    """Links that something was found in, or that were not checked, and nothing was planned about, by reason."""
    rows = Sighting.objects.filter(planned_at__gt=Lately.WEEK.since(now)).exclude(facts__silence__in=UNREMARKABLE)
    return _counted(rows, "facts__silence", Q(planned_at__gt=Lately.DAY.since(now)))


def _counted(rows: QuerySet[Action] | QuerySet[Sighting], field: str, of_the_day: Q) -> list[Unsaid]:
    counts = rows.order_by().values_list(field).annotate(week=Count("pk"), day=Count("pk", filter=of_the_day))
    found = [Unsaid(reason, day, week) for reason, week, day in counts if reason]
    return sorted(found, key=lambda one: (-one.week, one.reason))


def _percent(spent: float, limit: int) -> int:
    return min(100, round(100 * spent / limit)) if limit else 100
