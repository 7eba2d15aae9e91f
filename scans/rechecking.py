"""Looking at links again whose time has come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from scans.looks import WATCHED_FOR
from scans.models import Cause, Scan
from scans.services import look_again

# Links asked for in one step: a step is short, and live links wait behind none of them.
STEP = 200


def look_again_due(now: datetime) -> int:
    """Ask again for links whose next look is due, the longest due first, STEP at most; how many.

    A link that a person has decided about waits until that is undone; one out of sight is let go.
    """
    planned = Scan.objects.filter(look_again_at__lte=now)
    planned.filter(last_seen_at__lte=now - WATCHED_FOR).update(look_again_at=None)
    due = planned.filter(decided_at__isnull=True).order_by("look_again_at", "pk")[:STEP]
    return sum(_take(scan) for scan in due)


def _take(scan: Scan) -> bool:
    """Ask for this one unless another worker has done so."""
    with transaction.atomic():
        is_ours = Scan.objects.filter(pk=scan.pk, look_again_at=scan.look_again_at).update(look_again_at=None)
        if is_ours:
            look_again(scan, Cause.SCHEDULE)
    return bool(is_ours)
