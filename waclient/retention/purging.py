"""Removing rows of long ago, a few at a time, so that nobody waits for the database meanwhile."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from scans.leases import held
from waclient.models import Sighting
from waclient.retention import old_rows

JOB = "retention"
LEASE = timedelta(minutes=2)
SECONDS = 10.0  # steps are begun so long; what is left waits for the next run
ROWS_A_STEP = 200


def forget_rows() -> int:
    """Remove what is due until SECONDS are over; returns how many rows, those that hang on them included."""
    ends_at, gone = time.monotonic() + SECONDS, 0
    with held(JOB, timezone.now(), LEASE) as is_ours:
        while is_ours and time.monotonic() < ends_at and (removed := step(timezone.now())):
            gone += removed
        if is_ours:
            forget_senders(timezone.now())
    return gone


def forget_senders(now: datetime) -> int:
    """Take the code names off links that stay because they wait for somebody; how many."""
    if settings.RETENTION is None:
        return 0
    old = Sighting.objects.filter(received_at__lt=now - settings.RETENTION).exclude(sender="", sender_alt="")
    return old.update(sender="", sender_alt="")


def step(now: datetime) -> int:
    """Remove up to ROWS_A_STEP rows of the first class that has some that are due; how many, 0 when none is left."""
    for rows in old_rows.due(now):
        with transaction.atomic():
            keys = list(
                rows.order_by().values_list("pk", flat=True)[:ROWS_A_STEP]
            )  # unordered: by the index of its time
            removed = rows.filter(pk__in=keys).delete()[0] if keys else 0
        if removed:
            return int(removed)
    return 0
