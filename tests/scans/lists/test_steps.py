"""Lists are fetched, read and put into use step by step, several at once where they are due together."""

from __future__ import annotations

import pytest
from django.utils import timezone

from scans.engine.feeds.source import Match, Use
from scans.lists import importing, listed
from scans.lists import reading as import_reading
from scans.models import Feed, Generation, Stage
from tests.scans.importing_lists import BAD, due, found, imported, own_list, run_steps

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.0/8"])]


def test_nothing_is_searched_before_the_first_list() -> None:
    assert listed.installed() == ()


def test_pasted_entries_are_found_afterwards() -> None:
    feed = imported(f"{BAD}\n# a comment\nwhole.example\n")

    assert (feed.entries, feed.generation, feed.stage) == (2, 1, Stage.IDLE)
    assert found(BAD)["listed_url"].param("list") == "Ours"
    assert "listed_host" in found("https://whole.example/any")
    assert found("https://other.example/") == {}
    assert listed.installed() == (listed.lists(),)


def test_each_step_is_one_stage_and_its_row_says_which() -> None:
    feed = own_list(BAD)
    stages = []

    while importing.step(timezone.now()):
        feed.refresh_from_db()
        stages.append(feed.stage)

    assert list(dict.fromkeys(stages)) == [Stage.FETCHED, Stage.READ, Stage.IDLE]


def test_what_is_taken_out_of_ones_own_list_stops_counting_at_once() -> None:
    feed = imported(f"{BAD}\nhttp://worse.example/\n")
    Feed.objects.update(pasted="http://worse.example/", due_at=timezone.now())

    run_steps()

    assert "listed_url" not in found(BAD)
    assert "listed_url" in found("http://worse.example/")
    version = Generation.objects.get(feed=feed, number=2)
    assert (version.entries, version.added, version.removed) == (1, 0, 1)


def test_entries_that_did_not_change_are_not_read_again() -> None:
    feed = imported(BAD)
    due(feed)

    said = run_steps()

    feed.refresh_from_db()
    assert said == ["own-ours: no newer version"]
    assert feed.generation == 1
    assert feed.due_at > timezone.now()


def test_a_long_list_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_reading, "PART_BYTES", 200)
    monkeypatch.setattr(import_reading, "SECONDS", 0.0)
    feed = own_list("".join(f"http://bad{number}.example/x\n" for number in range(100)))
    steps = 0

    while importing.step(timezone.now()):
        steps += 1

    feed.refresh_from_db()
    assert feed.entries == 100
    assert steps > 10
    assert all("listed_url" in found(f"http://bad{number}.example/x") for number in range(100))


def test_lists_that_are_due_together_are_put_into_use_together() -> None:
    own_list(BAD)
    own_list("http://other.example/", title="Other")

    said = run_steps()

    assert said[-1] == "own-other, own-ours: put into use"
    assert listed.lists().version == 1


def test_a_list_of_good_hosts_speaks_for_them() -> None:
    imported("fine.example", use=Use.GOOD, match=Match.DOMAIN)

    assert found("https://www.fine.example/")["known_good"].points < 0
