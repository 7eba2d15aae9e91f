"""When the next message may go out. Pure. Nobody publishes official limits; sources are in docs/configuration.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Gaps in seconds, caps in messages; a gap between any two sends is drawn between gap_min and gap_max."""

    gap_min: float
    gap_max: float
    group_gap: float
    hourly: int
    daily: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that went out, or may have."""

    at: datetime
    group_id: int


def is_spent(limits: Limits, sent: Iterable[Sent], now: datetime) -> bool:
    """Whether the hour's or the day's budget is used up."""
    ages = [now - one.at for one in sent]
    in_hour, in_day = sum(age < HOUR for age in ages), sum(age < DAY for age in ages)
    return in_hour >= limits.hourly or in_day >= limits.daily


def earliest(limits: Limits, sent: Iterable[Sent], group_id: int, seed: int) -> datetime | None:
    """The first moment at which this group may be written to; None when nothing stands in the way.

    `seed` (of the last send) fixes the jitter, so that asking twice gives the same answer.
    """
    everything = list(sent)
    gap = timedelta(seconds=limits.gap_min + _jitter(seed) * max(0.0, limits.gap_max - limits.gap_min))
    moments = [one.at + gap for one in everything]
    moments += [one.at + timedelta(seconds=limits.group_gap) for one in everything if one.group_id == group_id]
    return max(moments, default=None)


def _jitter(seed: int) -> float:
    """A number in [0, 1) that looks random and depends on the seed alone."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:4], "big") / 2**32
