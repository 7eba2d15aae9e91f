"""Whether there is a demo, and making it be there, or not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from waclient.demo import removal
from waclient.demo.filling import Month
from wbscanner.models import Setting

KEY = "demo"


def ensure(now: datetime) -> int | None:
    """Fill the demo's month up to today and return how many links it has; None when it was filled today already.

    What somebody tried out in it today stays; a demo of another day is made anew.
    """
    today = timezone.localdate(now).isoformat()
    with transaction.atomic():
        if Setting.objects.filter(key=KEY, value=today).exists():
            return None
        removal.remove()
        links = Month(now).write()
        Setting.objects.update_or_create(key=KEY, defaults={"value": today})
    return links


def clear() -> int:
    """Remove the demo and return how many groups it had."""
    with transaction.atomic():
        Setting.objects.filter(key=KEY).delete()
        return removal.remove()
