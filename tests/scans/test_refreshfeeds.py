"""`manage.py refreshfeeds`: what is due or named, now, and a clear end."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from scans import leases
from scans.engine.feeds import lists
from scans.lists import importing
from scans.lists import rows as list_rows
from scans.management.commands import refreshfeeds
from scans.models import Cause, Feed, FeedState, Scan, Status
from tests.scans.importing_lists import found, own_list
from tests.scans.scanned import scanned
from tests.sites import Sites

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.0/8"])]

BAD = "http://bad.example/x"


@pytest.fixture(autouse=True)
def own_lists_only(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(lists, "NOTICE_SECONDS", 0.0)
    list_rows.sync()
    Feed.objects.update(state=FeedState.OFF)


def run(*words: str) -> str:
    said = io.StringIO()
    call_command("refreshfeeds", *words, stdout=said, stderr=said)
    return said.getvalue()


def test_what_is_due_is_put_into_use_with_a_line_for_each_step() -> None:
    own_list(BAD)

    said = run()

    assert "own-ours: fetched" in said
    assert "own-ours: 1 entries, 1 new" in said
    assert said.endswith("1 lists are up to date.\n")
    assert "listed_url" in found(BAD)


def test_nothing_due_is_said() -> None:
    assert run() == "No list is due; --all asks for all.\n"


@pytest.mark.parametrize("words", [("own-ours",), ("--all",)])
def test_a_named_list_need_not_be_due(words: tuple[str, ...]) -> None:
    feed = own_list(BAD)
    run()
    Feed.objects.filter(pk=feed.pk).update(pasted="http://new.example/", due_at=timezone.now() + timedelta(hours=1))

    run(*words)

    assert "listed_url" in found("http://new.example/")


def test_only_the_named_list_is_fetched() -> None:
    own_list(BAD)
    own_list("http://other.example/", title="Other")

    run("own-other")

    assert found(BAD) == {}
    assert "listed_url" in found("http://other.example/")


def test_links_that_the_lists_change_are_looked_at_again() -> None:
    scanned(BAD)
    own_list(BAD)

    said = run()

    assert "1 links are looked at again." in said
    assert Scan.objects.get(status=Status.QUEUED).cause == Cause.LISTS


@pytest.mark.parametrize("name", ["nosuch", "tweetfeed"])
def test_a_list_that_is_unknown_or_off_is_an_error(name: str) -> None:
    with pytest.raises(CommandError, match=name):
        run(name)


def test_without_a_network_what_was_in_use_stays_and_the_end_is_an_error(internet: Sites) -> None:
    internet.page("lists.example", "/bad.txt", body=BAD)
    feed = own_list(url="https://lists.example/bad.txt")
    own_list("http://mine.example/", title="Mine")
    run()
    internet.nowhere("lists.example")

    with pytest.raises(CommandError, match="1 of 2 lists could not be refreshed"):
        run("--all")

    feed.refresh_from_db()
    assert feed.generation == 1
    assert "listed_url" in found(BAD)
    assert "listed_url" in found("http://mine.example/")


def test_it_waits_for_a_worker_and_gives_up_on_one_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshfeeds, "PATIENCE", 0.3)
    monkeypatch.setattr(refreshfeeds, "LOOK_AGAIN", 0.05)
    own_list(BAD)

    with (
        leases.held(importing.LEASE, timezone.now(), timedelta(minutes=1)),
        pytest.raises(CommandError, match="Another process"),
    ):
        run()
