"""The ban-risk meter of the dashboard: every count is a link to its rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse

from waclient import meter
from waclient.admin.lately import silence_text

ACTIONS, SIGHTINGS = "admin:waclient_action_changelist", "admin:waclient_sighting_changelist"


def context(now: datetime) -> dict[str, Any]:
    """What templates/desk/meter.html shows."""
    held_back = [
        _row(one, render_to_string("desk/why.html", {"reason": one.reason}), ACTIONS, "skipped")
        for one in meter.held_back(now)
    ]
    silent = [_row(one, silence_text(one.reason), SIGHTINGS, "silence") for one in meter.not_answered(now)]
    return {
        "meter": meter.read(now),
        "unsaid": held_back + silent,
        "spent_url": f"{reverse(ACTIONS)}?spent=",
    }


def _row(one: meter.Unsaid, text: str, page: str, filter_name: str) -> dict[str, Any]:
    url = f"{reverse(page)}?{urlencode({filter_name: one.reason})}"
    return {"text": text, "day": one.day, "week": one.week, "url": url}
