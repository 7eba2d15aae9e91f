"""When the next message may go out. Pure. Nobody publishes official limits; sources are in docs/configuration.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
REACTION_COST = 0.5  # of a message
RESERVED_SHARE = 0.25  # of hour and day, kept for what is about a dangerous link
DANGEROUS = 2  # the severity that may use the reserved share
CALM = 3  # sends in the last minute up to which a reaction to a certain danger need not wait


@dataclass(frozen=True, slots=True)
class Limits:
    """Gaps in seconds, caps in messages; a gap between any two sends is drawn between gap_min and gap_max."""

    gap_min: float
    gap_max: float
    group_gap: float
    hourly: int
    daily: int


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What a newly linked number may send on its first day, and after how many days the whole of it."""

    days: int
    hourly: int
    daily: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that went out, or may have; of all that goes to single people the group is None."""

    at: datetime
    group_id: int | None
    cost: float = 1.0


@dataclass(frozen=True, slots=True)
class Used:
    """What was spent of the budget in the last hour and the last day, in messages."""

    hour: float
    day: float


def used(sent: Iterable[Sent], now: datetime) -> Used:
    recent = [(now - one.at, one.cost) for one in sent]
    return Used(
        hour=sum(cost for age, cost in recent if age < HOUR),
        day=sum(cost for age, cost in recent if age < DAY),
    )


def day_of(warm_up: WarmUp, linked_at: datetime | None, now: datetime) -> int:
    """The day of the warm-up, from 1; 0 when it is over. A number of unknown age counts as new."""
    age = 0 if linked_at is None else max(0, (now - linked_at) // DAY)
    return age + 1 if age < warm_up.days else 0


def warmed(limits: Limits, warm_up: WarmUp, linked_at: datetime | None, now: datetime) -> Limits:
    """The limits of this day: in equal steps from those of the first day to the full ones, never above them."""
    day = day_of(warm_up, linked_at, now)
    if day == 0:
        return limits
    share = (day - 1) / warm_up.days
    return replace(
        limits,
        hourly=_between(warm_up.hourly, limits.hourly, share),
        daily=_between(warm_up.daily, limits.daily, share),
    )


def _between(first: int, full: int, share: float) -> int:
    return min(full, first + int(share * max(0, full - first)))


def has_room(limits: Limits, spent: Used, severity: int, cost: float, *, is_alert: bool = False) -> bool:
    """Whether the hour and the day leave room for this; the last share of both is for what is dangerous.

    An alert to the moderators may spend half of that share whatever it is about.
    """
    kept = 0.0 if severity >= DANGEROUS else RESERVED_SHARE / 2 if is_alert else RESERVED_SHARE
    hourly, daily = limits.hourly - int(limits.hourly * kept), limits.daily - int(limits.daily * kept)
    return spent.hour + cost <= hourly and spent.day + cost <= daily


def is_calm(sent: Iterable[Sent], now: datetime) -> bool:
    """Whether so little was sent in the last minute that one more at once would not look like a machine."""
    return sum(now - one.at < MINUTE for one in sent) <= CALM


def earliest(limits: Limits, sent: Iterable[Sent], group_id: int | None, seed: int) -> datetime | None:
    """The first moment at which this group may be written to; None when nothing stands in the way.

    `seed` (of the last send) fixes the jitter, so that asking twice gives the same answer.
    """
    everything = list(sent)
    gap = timedelta(seconds=limits.gap_min + jitter(seed) * max(0.0, limits.gap_max - limits.gap_min))
    moments = [one.at + gap for one in everything]
    moments += [one.at + timedelta(seconds=limits.group_gap) for one in everything if one.group_id == group_id]
    return max(moments, default=None)


def jitter(seed: int) -> float:
    """A number in [0, 1) that looks random and depends on the seed alone."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:4], "big") / 2**32
