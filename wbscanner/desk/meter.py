"""The ban-risk meter of the dashboard: every count is a link to its rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from waclient import meter
from waclient.admin.lately import silence_text
from waclient.meter import Because

WHY = {
    Because.NOTHING: _(
        "Less than three quarters of what may be said is used, and no sign of a restriction for a week."
    ),
    Because.HELD: _("The brake is on: scanning goes on, nothing is sent."),
    Because.SPENT: _("What may be said in this hour or day is used up."),
    Because.RESERVED: _("The last quarter of what may be said is kept for dangerous links."),
    Because.NEW: _("The number is new and warms up: it may say less than later."),
    Because.SIGN: _("There was a sign of a restriction within a week."),
}
ACTIONS, SIGHTINGS = "admin:waclient_action_changelist", "admin:waclient_sighting_changelist"


def context(now: datetime) -> dict[str, Any]:
    """What templates/desk/meter.html shows."""
    held_back = [
        _row(one, render_to_string("desk/why.html", {"reason": one.reason}), ACTIONS, "skipped")
        for one in meter.held_back(now)
    ]
    silent = [_row(one, silence_text(one.reason), SIGHTINGS, "silence") for one in meter.not_answered(now)]
    found = meter.read(now)
    return {
        "meter": found,
        "levels": list(meter.Level),
        "why": WHY[found.because],
        "unsaid": held_back + silent,
        "spent_url": f"{reverse(ACTIONS)}?spent=",
    }


def _row(one: meter.Unsaid, text: str, page: str, filter_name: str) -> dict[str, Any]:
    url = f"{reverse(page)}?{urlencode({filter_name: one.reason})}"
    return {"text": text, "day": one.day, "week": one.week, "url": url}
