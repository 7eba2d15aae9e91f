"""What the worker does for the installation itself."""

from __future__ import annotations

import time

from django.utils import timezone

from wbscanner.alarms import KEPT
from wbscanner.models import Alarm, Delivery
from wbscanner.notify.deliveries import deliver_next

# Shorter than a job may take, with room for the one that was begun last.
STEP_SECONDS = 30.0


def deliver() -> int:
    """Tell the owner what waits to be told; returns how many messages were tried."""
    ends_at, tried = time.monotonic() + STEP_SECONDS, 0
    while time.monotonic() < ends_at and deliver_next(timezone.now()):
        tried += 1
    return tried


def forget_alarms() -> int:
    """Remove alarms and messages of long ago; returns how many rows."""
    old = timezone.now() - KEPT
    gone = Delivery.objects.filter(created_at__lt=old).delete()[0]
    return gone + Alarm.objects.filter(ended_at__lt=old).delete()[0]
