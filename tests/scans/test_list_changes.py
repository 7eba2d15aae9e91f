"""After the lists changed, links of the last days are looked at again where that changes their verdict."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from scans.carrying_out import run_waiting_scans
from scans.engine.ceiling import Ceiling
from scans.engine.feeds import lists
from scans.engine.feeds.source import Match, Use
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.lists import changes as list_changes
from scans.lists import choices as list_choices
from scans.lists.changes import is_due, look_for_changes
from scans.models import Cause, Feed, FeedState, Priority, Scan, Status
from scans.services import newest
from tests.scans.importing_lists import imported, own_list, run_steps
from tests.scans.scanned import scanned

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.0/8"])]

BAD = "https://parcel.example/pay?id=1"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(lists, "NOTICE_SECONDS", 0.0)


def look() -> int:
    """A whole pass."""
    asked = look_for_changes(timezone.now())
    assert not is_due()
    return asked


def verdict_after() -> str | None:
    run_waiting_scans(20)
    scan = newest(parse(BAD).url_hash)
    assert scan is not None
    return scan.verdict


def test_a_link_that_is_listed_later_is_looked_at_again() -> None:
    assert scanned(BAD).verdict == Verdict.BENIGN
    imported(BAD)

    assert look() == 1

    waiting = Scan.objects.get(status=Status.QUEUED)
    assert (waiting.cause, waiting.priority) == (Cause.LISTS, Priority.AGAIN)
    assert verdict_after() == Verdict.MALICIOUS


def test_the_same_lists_are_gone_through_once() -> None:
    scanned(BAD)
    imported(BAD)
    look()

    assert not is_due()
    assert look_for_changes(timezone.now()) == 0


def test_a_second_look_that_saw_the_lists_is_not_repeated_by_the_next_version() -> None:
    scanned(BAD)
    imported(BAD)
    look()
    run_waiting_scans(20)
    imported("http://another.example/", title="Another")

    assert look() == 0


def test_a_link_that_waits_already_is_not_asked_for_twice() -> None:
    scanned(BAD)
    imported(BAD)
    look()
    imported("http://another.example/", title="Another")

    look()

    assert Scan.objects.filter(status=Status.QUEUED).count() == 1


@pytest.mark.parametrize("way", ["taken out", "switched off", "rolled back", "removed"])
def test_a_link_that_is_no_longer_listed_is_looked_at_again(way: str) -> None:
    feed = imported("http://other.example/")
    Feed.objects.update(pasted=BAD, due_at=timezone.now())
    run_steps()
    assert scanned(BAD).verdict == Verdict.MALICIOUS
    look()
    feed.refresh_from_db()
    if way == "taken out":
        Feed.objects.update(pasted="http://other.example/", due_at=timezone.now())
    elif way == "switched off":
        list_choices.put(feed, FeedState.OFF, by="owner")
    elif way == "rolled back":
        list_choices.roll_back(feed, by="owner")
    else:
        list_choices.remove(feed, by="owner")
    run_steps()

    assert look() == 1

    assert verdict_after() == Verdict.BENIGN


def test_a_list_on_trial_has_nothing_looked_at_again_until_it_is_on() -> None:
    scanned(BAD)
    feed = imported(BAD, state=FeedState.WATCH)
    assert look() == 0

    list_choices.put(feed, FeedState.ON, by="owner")
    run_steps()

    assert look() == 1


def test_a_change_that_leaves_the_verdict_alone_has_nothing_looked_at_again() -> None:
    scanned(BAD)
    imported("parcel.example", use=Use.NEW, match=Match.DOMAIN)

    assert look() == 0


@pytest.mark.parametrize(
    "columns",
    [{"last_seen_at": timezone.now() - timedelta(days=9)}, {"decided_at": timezone.now()}],
    ids=["not seen for long", "decided by a person"],
)
def test_a_link_that_nobody_waits_for_is_left_alone(columns: dict[str, Any]) -> None:
    scanned(BAD)
    Scan.objects.update(**columns)
    imported(BAD)

    assert look() == 0


def test_only_the_newest_scan_of_a_link_counts() -> None:
    scanned(BAD)
    imported(BAD)
    scanned(BAD)

    assert look() == 0


def test_a_scan_from_before_there_were_keys_is_looked_up_itself() -> None:
    scanned(BAD)
    Scan.objects.update(list_keys=None)
    imported(BAD)

    assert look() == 1


def test_an_address_that_a_link_leads_to_counts_too(internet: Any) -> None:
    internet.redirect("go.example", "/x", to=BAD)
    internet.everywhere()
    assert scanned("https://go.example/x", Ceiling.URL).verdict == Verdict.BENIGN
    imported(BAD)

    assert look() == 1


def test_a_pass_is_gone_on_with_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        scanned(f"https://parcel{number}.example/pay")
    monkeypatch.setattr(list_changes, "ROWS_AT_ONCE", 2)
    imported("\n".join(f"https://parcel{number}.example/pay" for number in range(5)))
    asked = []

    while is_due():
        asked.append(look_for_changes(timezone.now(), seconds=0.0))

    assert asked == [2, 2, 1]


def test_a_pass_over_nothing_ends() -> None:
    own_list(BAD)
    run_steps()

    assert look() == 0
