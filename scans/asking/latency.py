"""How long providers took lately: every call that was made, counted by the hour in steps of a tenth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log

from django.db import transaction

from scans.models import ProviderTimes

SPAN = timedelta(hours=24)
KEPT = timedelta(hours=48)
# Seconds of the first step, how much farther each one reaches, and the last one: no call lasts longer than that.
SHORTEST, GROWTH, MOST_STEPS = 0.001, 1.1, 110


@dataclass(frozen=True, slots=True)
class Took:
    """The seconds of each call to one provider, and how many of the calls failed."""

    seconds: Sequence[float]
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds within which half, and 95 of 100, of `calls` were over: at most a tenth more than they took."""

    half: float
    most: float
    calls: int
    failed: int


def note(took: Mapping[str, Took], now: datetime) -> None:
    """Count calls that were made, by provider."""
    if not took:
        return
    hour = _hour(now)
    with transaction.atomic():
        ProviderTimes.objects.bulk_create(
            [ProviderTimes(provider=name, hour=hour) for name in took], ignore_conflicts=True
        )
        rows = list(ProviderTimes.objects.select_for_update().filter(provider__in=took, hour=hour).order_by("pk"))
        for row in rows:
            counts = Counter(row.counts) + Counter(str(step_of(each)) for each in took[row.provider].seconds)
            row.counts, row.failed = dict(counts), row.failed + took[row.provider].failed
        ProviderTimes.objects.bulk_update(rows, ["counts", "failed"])


def lately(names: Collection[str], now: datetime) -> dict[str, Latency]:
    """What the last day's calls took, by provider; those that were not asked are missing. One query."""
    counts: dict[str, Counter[int]] = {}
    failed: Counter[str] = Counter()
    since = _hour(now) - SPAN + timedelta(hours=1)
    for row in ProviderTimes.objects.filter(provider__in=names, hour__gte=since, hour__lte=now):
        found = {int(step): count for step, count in row.counts.items()}
        counts[row.provider] = counts.get(row.provider, Counter()) + Counter(found)
        failed[row.provider] += row.failed
    return {name: _latency(steps, failed[name]) for name, steps in counts.items() if steps}


def purge(now: datetime) -> int:
    """Remove what was counted KEPT ago, and what a clock that was ahead left; how many rows."""
    rows = ProviderTimes.objects.filter(hour__lt=now - KEPT) | ProviderTimes.objects.filter(hour__gt=now + KEPT)
    return rows.delete()[0]


def step_of(seconds: float) -> int:
    """The first step that reaches so far."""
    if seconds <= SHORTEST:
        return 0
    return min(ceil(log(seconds / SHORTEST, GROWTH)), MOST_STEPS)


def reach(step: int) -> float:
    """The seconds up to which a step goes."""
    return float(SHORTEST * GROWTH**step)


def _latency(steps: Counter[int], failed: int) -> Latency:
    calls = steps.total()
    return Latency(_within(steps, calls * 0.5), _within(steps, calls * 0.95), calls, failed)


def _within(steps: Counter[int], wanted: float) -> float:
    """How far the step goes by whose end so many calls were over, rounded up to hundredths."""
    over = 0
    for step in sorted(steps):
        over += steps[step]
        if over >= wanted:
            return ceil(reach(step) * 100) / 100
    raise ValueError("more calls were asked for than there are")


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
