"""How far the imports of lists are, on the page of the lists: read from rows and files, until they end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scans.lists import importing, origins
from scans.lists import reading as import_reading
from scans.models import Feed, Stage
from tests.desk.own_lists import own_list
from tests.desk.pages import act, list_url
from tests.scans.importing_lists import run_steps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data_folder")]

LIVE = reverse("admin:scans_feed_progress")
MANY = "\n".join(f"http://bad{number}.example/x" for number in range(400))


def live(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get(LIVE).text)


def test_asked_for_by_a_button_it_is_followed_to_its_result(as_owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_reading, "PART_BYTES", 4_000)
    monkeypatch.setattr(import_reading, "SECONDS", 0.0)
    feed = own_list(MANY)
    act(as_owner, "refresh", feed)
    assert "Ours</bdi>: waits for its turn" in live(as_owner)
    assert 'hx-trigger="every 2s' in as_owner.get(list_url(Feed)).text

    importing.advance(timezone.now())
    importing.advance(timezone.now())
    feed.refresh_from_db()
    size = origins.incoming(feed).stat().st_size
    assert (feed.stage, 4_000 <= feed.progress["offset"] < size) == (Stage.FETCHED, True)
    assert f'max="{size}" value="{feed.progress["offset"]}"' in live(as_owner)

    run_steps()
    ended = live(as_owner)
    assert "400 entries, 400 new, 0 no longer listed" in ended
    assert "hx-trigger" not in ended


def test_what_went_wrong_is_said_with_what_happens_next(as_owner: Client) -> None:
    feed = own_list("nothing that is an address")
    run_steps()
    feed.refresh_from_db()

    page = live(as_owner)

    assert feed.error
    assert feed.error in page
    assert "It was never loaded" in page
    Feed.objects.update(generation=1)
    assert "The version from before is still used" in live(as_owner)


def test_what_arrives_is_measured(as_owner: Client) -> None:
    feed = own_list()
    target = origins.incoming(feed)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_name(f".{target.name}.123").write_bytes(b"x" * 2_048)

    assert "is arriving, 2.0 KB so far" in live(as_owner)


def test_long_ago_nothing_is_said_and_nothing_asked(as_owner: Client) -> None:
    feed = own_list()
    run_steps()
    Feed.objects.filter(pk=feed.pk).update(checked_at=timezone.now() - timedelta(minutes=3))

    page = live(as_owner)

    assert "<section" not in page
    assert "hx-trigger" not in page


def test_a_worker_that_is_not_there_is_said(as_owner: Client) -> None:
    own_list()

    assert "The worker does not get to it" in live(as_owner)


def test_only_the_owner_sees_it(as_moderator: Client, moderator: User) -> None:
    assert as_moderator.get(LIVE).status_code in {302, 403}
