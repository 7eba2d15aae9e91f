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
    )


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
