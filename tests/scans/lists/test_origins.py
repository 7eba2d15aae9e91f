"""Where lists come from: files, addresses, keys, the program itself; and what is said when nothing comes."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from scans.lists import choices as list_choices
from scans.lists import origins as list_origins
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState, Stage
from tests.scans.importing_lists import ADDRESS, BAD, due, found, own_list, run_steps
from tests.sites import Answer, Seen, Sites

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.0/8"])]


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "bad.txt"
    file.write_text(BAD)
    feed = own_list(file=str(file))
    run_steps()
    file.write_text("http://second.example/page\n")
    due(feed)

    run_steps()

    assert "listed_url" in found("http://second.example/page")


@pytest.mark.parametrize("origin", ["/dev/zero", "pipe", "link"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, origin: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    feed = own_list(file=str(tmp_path / origin))

    run_steps()

    feed.refresh_from_db()
    assert feed.error
    assert feed.generation == 0


def test_a_file_without_a_size_is_read_no_further_than_a_list_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_origins, "MAX_UNPACKED", 10)
    feed = own_list(file="/proc/self/status")

    run_steps()

    feed.refresh_from_db()
    assert "larger" in feed.error
    assert not list_origins.incoming(feed).exists()


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_is_none_is_a_problem_and_nothing_else(tmp_path: Path, name: str) -> None:
    feed = own_list(file=str(tmp_path / name))

    run_steps()

    feed.refresh_from_db()
    assert feed.error
    assert (feed.failures, feed.stage, feed.generation) == (1, Stage.IDLE, 0)


def test_a_list_at_an_address_is_asked_with_the_marks_of_the_version_in_use(internet: Sites) -> None:
    def answer(seen: Seen) -> Answer:
        is_known = seen.headers.get("if-none-match") == '"one"'
        return Answer(304) if is_known else Answer(200, {"ETag": '"one"', "Content-Type": "text/plain"}, BAD.encode())

    internet.choose("lists.example", "/bad.txt", answer)
    feed = own_list(url=ADDRESS)
    run_steps()
    due(feed)

    said = run_steps()

    assert said == ["own-ours: no newer version"]
    assert "listed_url" in found(BAD)
    assert len(internet.requests) == 2


def test_a_key_stands_in_no_message(
    internet: Sites, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key = "s3cret/k+y"
    monkeypatch.setenv("ABUSE_CH_KEY", key)
    list_rows.sync()
    feed = Feed.objects.get(name="urlhaus")
    Feed.objects.exclude(pk=feed.pk).update(state=FeedState.OFF)
    list_choices.put(feed, FeedState.ON, by="owner")
    caplog.set_level(logging.DEBUG)

    said = run_steps()

    feed.refresh_from_db()
    assert "s3cret%2Fk%2By" in internet.urls()[0]
    assert feed.failures == 1
    for text in (caplog.text, feed.error, *said):
        assert "s3cret" not in text


def test_a_list_without_its_key_says_which_one_it_needs(monkeypatch: pytest.MonkeyPatch, internet: Sites) -> None:
    monkeypatch.delenv("ABUSE_CH_KEY", raising=False)
    list_rows.sync()
    Feed.objects.exclude(name="urlhaus").update(state=FeedState.OFF)
    list_choices.put(Feed.objects.get(name="urlhaus"), FeedState.ON, by="owner")

    run_steps()

    assert "ABUSE_CH_KEY" in Feed.objects.get(name="urlhaus").error
    assert internet.requests == []


def test_the_list_that_comes_with_the_program_needs_no_network(internet: Sites) -> None:
    list_rows.sync()
    Feed.objects.exclude(name="known_good").update(state=FeedState.OFF)

    run_steps()

    feed = Feed.objects.get(name="known_good")
    assert (feed.error, feed.generation) == ("", 1)
    assert feed.entries > 100
    assert internet.requests == []
