"""The desk's page of lists: what is used, on what terms, since which version, and what it would change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState, Generation
from tests.desk.own_lists import ADD, OWN, own_list
from tests.desk.pages import act, list_url, row_url
from tests.factories import make_scan
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data_folder")]


def test_every_list_of_the_program_has_its_row(as_owner: Client, feed: Feed) -> None:
    page = as_owner.get(list_url(Feed)).text

    for row in Feed.objects.all():
        assert row.title in page


@pytest.mark.parametrize(
    ("action", "state"), [("switch_on", FeedState.ON), ("try_it", FeedState.WATCH)], ids=["on", "on trial"]
)
def test_a_list_is_used_after_its_terms_were_shown(as_owner: Client, feed: Feed, action: str, state: FeedState) -> None:
    source = list_rows.source_of(feed)
    assert source is not None

    asked = act(as_owner, action, feed, confirmed=False)
    shown = " ".join(note.text for note in asked.context["notes"])
    feed.refresh_from_db()
    before = feed.state
    act(as_owner, action, feed)

    feed.refresh_from_db()
    assert source.terms in asked.context["notes"][0].text or source.terms in shown.replace("&#x27;", "'")
    assert (before, feed.state) == (FeedState.OFF, state)
    assert feed.due_at <= timezone.now()
    assert AuditEntry.objects.get(action="feed.state").details["state"] == state


def test_a_list_is_switched_off(as_owner: Client) -> None:
    feed = own_list()

    act(as_owner, "switch_off", feed)

    feed.refresh_from_db()
    assert feed.state == FeedState.OFF


def test_nothing_else_is_changed_by_a_form(as_owner: Client, feed: Feed) -> None:
    before = Feed.objects.filter(pk=feed.pk).values().get()

    response = as_owner.post(row_url(feed), {"pasted": "x", "url": "http://evil.example/", "state": "on"})

    assert response.status_code == 403
    assert Feed.objects.filter(pk=feed.pk).values().get() == before


def test_going_back_uses_the_version_before_and_leaves_the_list_alone_for_a_day(as_owner: Client, feed: Feed) -> None:
    for number in (1, 2):
        Generation.objects.create(feed=feed, number=number, entries=10 * number)
    Feed.objects.filter(pk=feed.pk).update(generation=2, entries=20, state=FeedState.ON)

    act(as_owner, "roll_back", feed)

    feed.refresh_from_db()
    assert (feed.generation, feed.entries) == (1, 10)
    assert feed.due_at > timezone.now() + timedelta(hours=23)
    assert "Version 2: 20 entries" in as_owner.get(row_url(feed)).text


def test_without_a_version_before_there_is_no_way_back(as_owner: Client, feed: Feed) -> None:
    Generation.objects.create(feed=feed, number=1, entries=10)
    Feed.objects.filter(pk=feed.pk).update(generation=1, state=FeedState.ON)

    act(as_owner, "roll_back", feed)

    feed.refresh_from_db()
    assert feed.generation == 1
    assert "Go back one version" not in as_owner.get(row_url(feed)).text


def test_a_list_on_trial_says_which_verdicts_it_would_change(as_owner: Client) -> None:
    feed = own_list(state=FeedState.WATCH)
    bad = [Finding.of("listed_url", 10, list=feed.name).as_dict()]
    other = [Finding.of("listed_url", 10, list="another").as_dict()]
    make_scan("https://pay.parcel.example/a", Verdict.BENIGN, watched=bad)
    make_scan("https://pay.parcel.example/b", Verdict.BENIGN, watched=bad)
    make_scan("https://worse.example/", Verdict.MALICIOUS, watched=bad, findings=[Finding.of("ip_host", 9)])
    make_scan("https://unnamed.example/", Verdict.BENIGN, watched=other)
    long_ago = timezone.now() - timedelta(days=31)
    make_scan("https://old.example/", Verdict.BENIGN, watched=bad, at=long_ago)

    page = as_owner.get(row_url(feed)).text
    table = page.partition('class="plain trial"')[2].partition("</ul>")[0]

    assert "It named 3 links of the last 30 days." in page
    assert "2 would be judged otherwise." in page
    assert "parcel" in table
    assert "pay.parcel" not in table
    assert table.index("Nothing found") < table.index("Dangerous")
    assert "2 links" in table
    assert not {"worse", "unnamed", "old"} & set(table.replace(">", " ").replace("<", " ").split())


def test_an_allowed_pages_lists_are_the_owners(as_moderator: Client, feed: Feed) -> None:
    assert as_moderator.get(list_url(Feed)).status_code == 403
    assert as_moderator.get(ADD).status_code == 403
    assert as_moderator.post(ADD, {**OWN, "state": "on"}).status_code == 403
    assert as_moderator.get(row_url(feed)).status_code == 403
    act(as_moderator, "switch_on", feed)
    feed.refresh_from_db()
    assert feed.state == FeedState.OFF
