"""Lists of one's own in the desk: added, pasted into, removed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from scans.engine.feeds.source import Format, Match
from scans.lists import choices as list_choices
from scans.lists.choices import OwnList
from scans.models import Feed
from tests.desk.own_lists import ADD, OWN, own_list
from tests.desk.pages import act, row_url
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data_folder")]


def test_a_list_of_ones_own_is_added_on_trial(as_owner: Client) -> None:
    response = as_owner.post(ADD, {**OWN, "state": "watch"})

    feed = Feed.objects.get(is_own=True)
    assert response.status_code == 302
    assert response.headers["Location"] == row_url(feed)
    assert (feed.state, feed.pasted, feed.format, feed.match) == ("watch", OWN["pasted"], "lines", "auto")
    assert as_owner.get(row_url(feed)).status_code == 200
    assert AuditEntry.objects.get().action == "feed.add"


@pytest.mark.parametrize(
    "wrong",
    [
        {"pasted": ""},
        {"url": "https://lists.example/x.txt"},
        {"pasted": "", "url": "ftp://lists.example/x"},
        {"pasted": "", "url": "http://127.0.0.1/x"},
        {"pasted": "", "url": "http://[::1]/x"},
        {"pasted": "", "url": "http://0x7f000001/x"},
        {"pasted": "", "url": "lists.example/x"},
        {"pasted": "", "file": "relative.txt"},
        {"format": "exe"},
        {"match": "everything"},
        {"use": "nothing"},
        {"state": "off"},
        {"title": ""},
    ],
)
def test_a_list_without_sense_is_not_added(as_owner: Client, wrong: dict[str, str]) -> None:
    response = as_owner.post(ADD, {**OWN, "state": "on", **wrong})

    assert response.status_code == 200
    assert not Feed.objects.exists()


@pytest.mark.parametrize("url", ["https://lists.example/x.txt", "http://lists.example:8080/a?b=c"])
def test_a_list_may_have_a_public_address(as_owner: Client, url: str) -> None:
    as_owner.post(ADD, {**OWN, "state": "on", "pasted": "", "url": url})

    assert Feed.objects.get().url == url


def test_two_lists_of_one_name_are_two_lists(as_owner: Client) -> None:
    for _time in range(3):
        as_owner.post(ADD, {**OWN, "state": "on", "title": "Ours / тест"})

    assert sorted(Feed.objects.values_list("name", flat=True)) == ["own-ours", "own-ours-2", "own-ours-3"]


def test_pasted_entries_are_changed_in_the_form_and_read_again(as_owner: Client) -> None:
    feed = own_list()
    Feed.objects.update(due_at=timezone.now() + timedelta(hours=1))

    as_owner.post(row_url(feed), {"pasted": "http://other.example/"})

    feed.refresh_from_db()
    assert feed.pasted == "http://other.example/"
    assert feed.due_at <= timezone.now()
    assert AuditEntry.objects.filter(action="feed.change").exists()


def test_only_ones_own_lists_are_removed(as_owner: Client, feed: Feed) -> None:
    own = own_list()

    act(as_owner, "remove", feed, own)

    assert Feed.objects.filter(pk=feed.pk).exists()
    assert not Feed.objects.filter(pk=own.pk).exists()


def test_an_own_lists_address_is_never_a_link_to_follow(as_owner: Client) -> None:
    own = OwnList("Ours", Format.LINES, Match.URL, url="https://lists.example/x.txt")
    feed = list_choices.add(own, by="owner")

    page = as_owner.get(row_url(feed)).text

    assert 'href="https://lists.example' not in page


def test_pasted_entries_are_not_emptied(as_owner: Client) -> None:
    feed = own_list()

    response = as_owner.post(row_url(feed), {"pasted": " "})

    feed.refresh_from_db()
    assert response.status_code == 200
    assert feed.pasted == "http://bad.example/x"


def test_ten_megabytes_of_pasted_entries_are_refused(as_owner: Client) -> None:
    response = as_owner.post(ADD, {**OWN, "state": "on", "pasted": "http://bad.example/x\n" * 500_000})

    assert response.status_code in (400, 413)
    assert not Feed.objects.exists()
