"""Times as people say them."""

from __future__ import annotations

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

NOTHING = "-"
UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def moment(value: datetime | None) -> str:
    """A time as HTML ("3 h ago", "in 5 min") with the full date in its title; a dash for None."""
    if value is None:
        return NOTHING
    seconds = int((timezone.now() - value).total_seconds())
    unit, size = next(((unit, size) for unit, size in UNITS if abs(seconds) >= size), UNITS[-1])
    context = {"value": value, "unit": unit, "amount": abs(seconds) // size, "is_past": seconds >= 0}
    return render_to_string("desk/moment.html", context)
