"""What the number may still send: the limits of today, and what was sent of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from waclient import pacing
from waclient.corrections import is_reaction
from waclient.models import Action, ActionKind, ActionState, Connection

OUT_STATES = [ActionState.SENDING, ActionState.SENT, ActionState.UNCERTAIN]


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of this day, everything that counts against them, and the day of the warm-up (0: it is over)."""

    limits: pacing.Limits
    sent: tuple[pacing.Sent, ...]
    warm_up_day: int

    def has_room(self, action: Action, now: datetime) -> bool:
        spent, is_alert = pacing.used(self.sent, now), action.kind == ActionKind.ALERT
        return pacing.has_room(self.limits, spent, action.severity, cost(action), is_alert=is_alert)


def cost(action: Action) -> float:
    """In messages."""
    return pacing.REACTION_COST if is_reaction(action) else 1.0


def read(now: datetime) -> Budget:
    linked_at, warm_up = Connection.get().paired_at, first_days()
    return Budget(
        limits=pacing.warmed(full_limits(), warm_up, linked_at, now),
        sent=tuple(_recent(now)),
        warm_up_day=pacing.day_of(warm_up, linked_at, now),
    )


def full_limits() -> pacing.Limits:
    """What a number may send that has been linked for a while."""
    return pacing.Limits(
        gap_min=settings.SEND_GAP_MIN,
        gap_max=settings.SEND_GAP_MAX,
        group_gap=settings.SEND_GROUP_GAP,
        hourly=settings.SEND_HOURLY_CAP,
        daily=settings.SEND_DAILY_CAP,
    )


def first_days() -> pacing.WarmUp:
    """The warm-up; none of a number that is only played."""
    return pacing.WarmUp(
        days=0 if settings.IS_SIMULATED else settings.SEND_WARM_UP_DAYS,
        hourly=settings.SEND_WARM_UP_HOURLY_CAP,
        daily=settings.SEND_WARM_UP_DAILY_CAP,
    )


def _recent(now: datetime) -> list[pacing.Sent]:
    rows = Action.objects.filter(state__in=OUT_STATES, claimed_at__gt=now - pacing.DAY)
    rows = rows.only("kind", "text", "claimed_at", "group_id")
    return [pacing.Sent(row.claimed_at, row.group_id, cost(row)) for row in rows if row.claimed_at]
