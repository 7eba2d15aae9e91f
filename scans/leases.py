"""Leases: one process at a time does the next step of a periodic job, and a crash frees the job by time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import F, Q

from scans.models import Lease

# No step takes longer: a lease that ends later was taken by a clock that was ahead, and is free.
LONGEST = timedelta(hours=1)


@contextmanager
def held(job: str, now: datetime, length: timedelta) -> Iterator[bool]:
    """Whether the job is ours until the block ends, `length` at most; a step must end well before that."""
    fence = _take(job, now, length)
    try:
        yield fence is not None
    finally:
        if fence is not None:
            Lease.objects.filter(job=job, fence=fence).update(until=now)


def _take(job: str, now: datetime, length: timedelta) -> int | None:
    """The number under which the lease is ours; None when somebody else has it."""
    lease, _made = Lease.objects.get_or_create(job=job, defaults={"until": now})
    free = Lease.objects.filter(_is_free(now), job=job, fence=lease.fence)
    taken = free.update(until=now + length, fence=F("fence") + 1)
    return lease.fence + 1 if taken else None


def is_held(job: str, now: datetime) -> bool:
    """Whether anybody is at the job."""
    return Lease.objects.filter(job=job).exclude(_is_free(now)).exists()


def _is_free(now: datetime) -> Q:
    return Q(until__lte=now) | Q(until__gt=now + LONGEST)
