"""The desk's page of lists: what is used, its terms, its key, and what it would change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from scans.engine.feeds.source import Format, Match
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.lists import choices as list_choices
from scans.lists import rows as list_rows
from scans.lists.choices import OwnList
from scans.models import Feed, FeedState, Generation
from tests.desk.pages import act, list_url, row_url
from tests.factories import make_scan
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

ADD = "/admin/scans/feed/add/"
OWN = {"title": "Ours", "pasted": "http://bad.example/x", "format": "lines", "match": "auto", "use": "bad"}
KEY = "abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def feed(db: None) -> Feed:
    """A list that comes with the program, needs no key and is off."""
    list_rows.sync()
    sources = {feed: list_rows.source_of(feed) for feed in Feed.objects.all()}
    feed = next(feed for feed, source in sources.items() if source and not source.key_name and source.url)
    feed.state = FeedState.OFF
    feed.save(update_fields=["state"])
    return feed


@pytest.fixture
def keyed(db: None) -> Feed:
    """A list that needs a key."""
    list_rows.sync()
    return next(
        feed for feed in Feed.objects.all() if (source := list_rows.source_of(feed)) is not None and source.key_name
    )


def own_list(pasted: str = "http://bad.example/x", **columns: Any) -> Feed:
    own = OwnList("Ours", Format.LINES, Match.AS_WRITTEN, pasted=pasted, **columns)
    return list_choices.add(own, by="owner")


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


def test_a_key_is_typed_once_kept_encrypted_and_never_shown(as_owner: Client, keyed: Feed) -> None:
    act(as_owner, "set_key", keyed, key=f" {KEY} ")

    keyed.refresh_from_db()
    source = list_rows.source_of(keyed)
    assert source is not None
    assert list_rows.key_of(keyed, source) == KEY
    assert KEY not in keyed.key
    for page in (list_url(Feed), row_url(keyed), list_url(AuditEntry), row_url(AuditEntry.objects.get())):
        assert KEY not in as_owner.get(page).text
    assert KEY not in str(AuditEntry.objects.get().details)
    assert KEY not in act(as_owner, "set_key", keyed, confirmed=False).text


def test_a_key_is_removed(as_owner: Client, keyed: Feed) -> None:
    act(as_owner, "set_key", keyed, key=KEY)

    act(as_owner, "remove_key", keyed)

    keyed.refresh_from_db()
    assert keyed.key == ""


def test_a_key_from_the_environment_is_said_to_be_there_and_not_shown(
    as_owner: Client, keyed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = list_rows.source_of(keyed)
    assert source is not None
    assert "missing" in as_owner.get(row_url(keyed)).text

    monkeypatch.setenv(source.key_name, KEY)

    page = as_owner.get(row_url(keyed)).text
    assert "missing" not in page
    assert KEY not in page


def test_a_list_without_key_takes_none(as_owner: Client, feed: Feed) -> None:
    act(as_owner, "set_key", feed, key=KEY)

    feed.refresh_from_db()
    assert feed.key == ""
    assert "Set the key" not in as_owner.get(row_url(feed)).text


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


def test_nothing_else_is_changed_by_a_form(as_owner: Client, feed: Feed) -> None:
    before = Feed.objects.filter(pk=feed.pk).values().get()

    response = as_owner.post(row_url(feed), {"pasted": "x", "url": "http://evil.example/", "state": "on"})

    assert response.status_code == 403
    assert Feed.objects.filter(pk=feed.pk).values().get() == before


def test_only_ones_own_lists_are_removed(as_owner: Client, feed: Feed) -> None:
    own = own_list()

    act(as_owner, "remove", feed, own)

    assert Feed.objects.filter(pk=feed.pk).exists()
    assert not Feed.objects.filter(pk=own.pk).exists()


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
