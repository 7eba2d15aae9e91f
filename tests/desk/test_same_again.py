"""Parts of pages that ask for themselves again: nothing is sent while nothing changed, seldom while nobody looks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from waclient.models import Connection, Phase

pytestmark = pytest.mark.django_db

NOW = "/desk/dashboard/live/"
HTMX = {"HX-Request": "true"}
TRIGGER = re.compile(r'hx-trigger="every [^"]*"')


@pytest.mark.parametrize("path", [NOW, "/desk/phone/live/", "/desk/queue/"])
def test_a_part_that_is_the_same_again_is_not_sent_again(as_owner: Client, path: str) -> None:
    Connection.write(phase=Phase.NEVER_PAIRED, beat_at=timezone.now())
    first = as_owner.get(path, headers=HTMX)
    again = as_owner.get(path, headers={**HTMX, "If-None-Match": first.headers["ETag"]})

    assert first.content
    assert (again.status_code, again.content) == (304, b"")
    assert "no-store" in again.headers["Cache-Control"]


def test_a_part_that_changed_is_sent(as_owner: Client) -> None:
    first = as_owner.get(NOW, headers=HTMX)
    Connection.write(phase=Phase.BANNED, beat_at=timezone.now())
    again = as_owner.get(NOW, headers={**HTMX, "If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]


def test_a_name_opens_nothing_to_whoever_is_not_logged_in(as_owner: Client, client: Client) -> None:
    name = as_owner.get(NOW, headers=HTMX).headers["ETag"]

    assert client.get(NOW, headers={**HTMX, "If-None-Match": name}).status_code == 401


def test_whole_pages_have_no_name(as_owner: Client) -> None:
    assert "ETag" not in as_owner.get("/desk/queue/").headers


def test_whatever_asks_again_does_so_seldom_while_nobody_looks() -> None:
    found = {
        path.name: trigger
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for trigger in TRIGGER.findall(path.read_text())
    }

    assert found  # the dashboard's own; all others are written by {% polls %}
    for trigger in found.values():
        assert "every 30s [document.visibilityState!='visible']" in trigger
        assert trigger.count("every") == trigger.count("[document.visibilityState")
