"""Leases: one process at a time does the next step of a periodic job, and a crash frees the job by time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import F

from scans.models import Lease


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
    free = Lease.objects.filter(job=job, fence=lease.fence, until__lte=now)
    taken = free.update(until=now + length, fence=F("fence") + 1)
    return lease.fence + 1 if taken else None


def is_held(job: str, now: datetime) -> bool:
    """Whether anybody is at the job."""
    return Lease.objects.filter(job=job, until__gt=now).exists()
