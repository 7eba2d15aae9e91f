"""Checking a link in the desk, and the bar that stands on every page."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from groups.models import Group
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Priority, Scan, Status
from tests.desk.conftest import client_of, with_role
from tests.factories import make_moderator, make_scan
from waclient.models import Connection, Phase, QueueItem, Sighting
from wbscanner import rate
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db
CHECK = "/desk/check/"


def ask(client: Client, text: str) -> str:
    return client.post(CHECK, {"text": text}, follow=True).content.decode()


def test_a_link_in_whatever_text_is_checked_for_the_one_who_asks(as_moderator: Client) -> None:
    page = ask(as_moderator, "look at this: https://parcel-fee.example/x?id=7 please")

    scan = Scan.objects.get()
    assert (scan.host, scan.priority, scan.status) == ("parcel-fee.example", Priority.ASKED, Status.QUEUED)
    assert "Being checked" in page
    assert 'hx-trigger="every 1s [' in page
    assert not Sighting.objects.exists()
    assert not QueueItem.objects.exists()
    assert AuditEntry.objects.filter(action="scan.request", actor="mira").exists()


def test_what_the_checks_said_is_shown_when_they_are_done(as_moderator: Client) -> None:
    scan = make_scan(
        "https://parcel-fee.example/", Verdict.MALICIOUS, findings=[Finding.of("apk_path", 9, extension="apk")]
    )

    page = ask(as_moderator, "https://parcel-fee.example/")

    assert "Very likely a scam." in page
    assert "past the app store" in page
    assert "https://parcel" not in page
    assert "every 1s" not in page
    assert scan.pk == Scan.objects.get().pk


def test_a_check_that_takes_too_long_says_so_and_what_to_do(as_owner: Client, as_moderator: Client) -> None:
    pages = {}
    for name, client in (("owner", as_owner), ("moderator", as_moderator)):
        asked = client.post(CHECK, {"text": "https://parcel-fee.example/"}).headers["Location"]
        for seconds in (29, 31):
            with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
                pages[name, seconds] = client.get(asked).text

    assert "Being checked" in pages["moderator", 29]
    assert "Not checked yet after 30 seconds." in pages["moderator", 31]
    assert "tell the owner" in pages["moderator", 31]
    assert "make run" not in pages["moderator", 31]
    assert "start it with make run" in pages["owner", 31]
    assert "every 5s [" in pages["owner", 31]


@pytest.mark.parametrize("text", ["", "nothing here", "http://", "javascript:alert(1)"])
def test_a_text_without_a_link_says_what_to_paste(as_moderator: Client, text: str) -> None:
    assert "No link was found" in ask(as_moderator, text)
    assert not Scan.objects.exists()


def test_one_sees_only_what_one_asked_for(as_moderator: Client, as_owner: Client) -> None:
    scan = make_scan("https://secret-shop.example/")

    assert "secret-shop" not in as_moderator.get(CHECK, {"scan": scan.pk}).text
    assert "secret-shop" in as_owner.get(CHECK, {"scan": scan.pk}).text
    assert as_owner.get(CHECK, {"scan": "x"}).status_code == 200


def test_whoever_may_not_decide_may_not_check(group: Group) -> None:
    viewer = client_of(with_role(make_moderator(group), "Viewers"))

    assert viewer.post(CHECK, {"text": "a.example"}).status_code == 403
    assert "check-box" not in viewer.get("/admin/").text


def test_too_many_checks_have_to_wait(as_moderator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "BURST", 1)
    ask(as_moderator, "a.example.com")

    assert "Wait" in ask(as_moderator, "b.example.com")
    assert Scan.objects.count() == 1


@pytest.mark.parametrize(
    ("phase", "beat", "tone", "words"),
    [
        (Phase.CONNECTED, 0, "fine", "Listening"),
        (Phase.CONNECTED, 60, "bad", "Not running"),
        (Phase.NEVER_PAIRED, 0, "soon", "No phone linked yet"),
        (Phase.BANNED, 0, "bad", "Temporarily banned"),
    ],
)
def test_every_page_says_whether_the_bot_listens(
    as_owner: Client, phase: Phase, beat: int, tone: str, words: str
) -> None:
    Connection.write(phase=phase, beat_at=timezone.now() - timedelta(seconds=beat))

    for page in ("/admin/", CHECK, "/desk/queue/", "/admin/groups/group/"):
        text = as_owner.get(page).text
        assert f'class="alive {tone}"' in text
        assert words in text
