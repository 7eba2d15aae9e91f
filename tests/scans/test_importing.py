"""Lists are fetched, read and put into use step by step; what goes wrong is said, and leaves what was in use."""

from __future__ import annotations

import logging
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from scans import leases
from scans.engine.feeds import lists
from scans.engine.feeds.source import Match, Use
from scans.lists import choices as list_choices
from scans.lists import importing, listed
from scans.lists import origins as list_origins
from scans.lists import reading as import_reading
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState, Generation, Stage
from tests.scans.importing_lists import found, imported, own_list, run_steps
from tests.sites import Answer, Seen, Sites

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.0/8"])]

BAD = "http://bad.example/x"
ADDRESS = "https://lists.example/bad.txt"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the test's own, and changes that are noticed at once."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(lists, "NOTICE_SECONDS", 0.0)


def due(feed: Feed) -> None:
    Feed.objects.filter(pk=feed.pk).update(due_at=timezone.now())


def numbers_on_disk(feed: Feed) -> list[str]:
    return sorted(place.name for place in (list_rows.folder() / feed.name).iterdir())


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


def test_a_list_that_fails_keeps_its_version_and_is_asked_less_and_less_often(internet: Sites) -> None:
    internet.page("lists.example", "/bad.txt", body=BAD)
    feed = own_list(url=ADDRESS)
    run_steps()
    internet.page("lists.example", "/bad.txt", status=500)

    waits = []
    for _attempt in range(8):
        due(feed)
        run_steps()
        feed.refresh_from_db()
        waits.append(round((feed.due_at - timezone.now()) / timedelta(hours=1)))

    assert waits == [1, 2, 4, 8, 16, 24, 24, 24]
    assert feed.failures == 8
    assert "500" in feed.error
    assert "listed_url" in found(BAD)


def test_the_first_success_forgets_the_problems(internet: Sites) -> None:
    feed = own_list(url=ADDRESS)
    run_steps()
    internet.page("lists.example", "/bad.txt", body=BAD)
    due(feed)

    run_steps()

    feed.refresh_from_db()
    assert (feed.failures, feed.error, feed.generation) == (0, "", 1)


@pytest.mark.parametrize(
    "content",
    ["", "# nothing but a comment\n", "<html><body>" + "<p>Sorry\n" * 300, "\x00\x01\x02" * 500],
    ids=["empty", "comment", "page", "noise"],
)
def test_what_is_no_list_is_not_put_into_use(internet: Sites, content: str) -> None:
    internet.page("lists.example", "/bad.txt", body=BAD)
    feed = own_list(url=ADDRESS)
    run_steps()
    internet.page("lists.example", "/bad.txt", body=content)
    due(feed)

    run_steps()

    feed.refresh_from_db()
    assert feed.error
    assert (feed.generation, feed.stage) == (1, Stage.IDLE)
    assert "listed_url" in found(BAD)


def test_a_publishers_list_that_loses_more_than_half_is_refused(
    internet: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_rows.sync()
    feed = Feed.objects.get(name="phishing_database")
    Feed.objects.exclude(pk=feed.pk).update(state=FeedState.OFF)
    pages = [f"https://bad{number}.example/login" for number in range(100)]
    internet.page("phish.co.za", "/latest/phishing-links-ACTIVE.txt", body="\n".join(pages))
    run_steps()
    internet.page("phish.co.za", "/latest/phishing-links-ACTIVE.txt", body="\n".join(pages[:49]))
    due(feed)

    run_steps()

    feed.refresh_from_db()
    assert "49" in feed.error
    assert (feed.generation, feed.entries) == (1, 100)
    assert "listed_url" in found(pages[-1])
    assert numbers_on_disk(feed) == ["1"]


def test_entries_that_a_publisher_drops_go_on_to_count(internet: Sites) -> None:
    list_rows.sync()
    feed = Feed.objects.get(name="phishing_database")
    Feed.objects.exclude(pk=feed.pk).update(state=FeedState.OFF)
    pages = [f"https://bad{number}.example/login" for number in range(100)]
    internet.page("phish.co.za", "/latest/phishing-links-ACTIVE.txt", body="\n".join(pages))
    run_steps()
    internet.page("phish.co.za", "/latest/phishing-links-ACTIVE.txt", body="\n".join(pages[:60]))
    due(feed)

    run_steps()

    version = Generation.objects.get(feed=feed, number=2)
    assert (version.entries, version.added, version.removed) == (100, 0, 40)
    assert "listed_url" in found(pages[-1])


def test_a_bad_list_that_names_a_site_that_everybody_uses_is_refused() -> None:
    feed = own_list(f"{BAD}\ngoogle.com\n", match=Match.DOMAIN)

    run_steps()

    feed.refresh_from_db()
    assert "google.com" in feed.error
    assert not listed.lists().is_loaded


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


def test_a_list_on_trial_is_written_down_and_not_applied() -> None:
    imported(BAD, state=FeedState.WATCH)

    assert found(BAD) == {}


def test_a_list_is_switched_without_reading_it_again() -> None:
    feed = imported(BAD, state=FeedState.WATCH)
    for state, codes in ((FeedState.ON, {"listed_url"}), (FeedState.OFF, set()), (FeedState.ON, {"listed_url"})):
        list_choices.put(feed, state, by="owner")
        run_steps()
        assert set(found(BAD)) == codes

    feed.refresh_from_db()
    assert (feed.generation, feed.generations.count()) == (1, 1)


def test_going_back_uses_the_version_before_at_once() -> None:
    feed = imported(BAD)
    Feed.objects.update(pasted="http://mistake.example/", due_at=timezone.now())
    run_steps()
    feed.refresh_from_db()

    list_choices.roll_back(feed, by="owner")
    run_steps()

    assert "listed_url" in found(BAD)
    assert found("http://mistake.example/") == {}
    assert numbers_on_disk(feed) == ["1", "2"]


def test_the_version_after_a_way_back_is_a_new_one() -> None:
    feed = imported(BAD)
    Feed.objects.update(pasted="http://mistake.example/", due_at=timezone.now())
    run_steps()
    feed.refresh_from_db()
    list_choices.roll_back(feed, by="owner")
    Feed.objects.update(pasted="http://third.example/", due_at=timezone.now())

    run_steps()

    feed.refresh_from_db()
    assert feed.generation == 3
    assert numbers_on_disk(feed) == ["1", "3"]
    assert set(feed.generations.filter(is_kept=True).values_list("number", flat=True)) == {1, 3}


def test_only_the_version_before_is_kept() -> None:
    feed = imported("http://one.example/")
    for number in range(2, 5):
        Feed.objects.update(pasted=f"http://number{number}.example/", due_at=timezone.now())
        run_steps()

    assert numbers_on_disk(feed) == ["3", "4"]
    assert feed.generations.count() == 4


def test_a_list_that_is_removed_leaves_nothing() -> None:
    feed = imported(BAD)
    other = imported("http://other.example/", title="Other")

    list_choices.remove(feed, by="owner")
    run_steps()

    assert found(BAD) == {}
    assert "listed_url" in found("http://other.example/")
    assert [place.name for place in list_rows.folder().iterdir() if place.name != "snapshot"] == [other.name]


def test_a_crash_repeats_one_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = own_list(BAD)
    importing.step(timezone.now())

    def killed(*_args: object, **_kwargs: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(import_reading, "merge", killed)
        importing.step(timezone.now())
        with pytest.raises(SystemExit):
            importing.step(timezone.now())

    run_steps()

    feed.refresh_from_db()
    assert (feed.generation, feed.error) == (1, "")
    assert "listed_url" in found(BAD)


def test_a_list_whose_reading_kills_its_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    feed, fine = own_list(BAD), own_list("http://fine.example/", title="Fine")

    def kills(named: Feed, *_args: object, **_kwargs: object) -> Any:
        if named.pk == feed.pk:
            raise SystemExit
        return original(named, *_args, **_kwargs)

    original: Any = import_reading._spill
    monkeypatch.setattr(import_reading, "_spill", kills)
    for _turn in range(20):
        try:
            importing.step(timezone.now())
        except SystemExit:
            continue

    feed.refresh_from_db()
    fine.refresh_from_db()
    assert "broke off" in feed.error
    assert fine.generation == 1


def test_a_defect_in_reading_is_a_problem_of_that_list_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    feed = own_list(BAD)
    monkeypatch.setattr(import_reading, "spill", breaks)

    run_steps()

    feed.refresh_from_db()
    assert feed.failures == 1
    assert feed.error


def test_a_version_that_is_no_longer_on_the_disk_is_fetched_anew() -> None:
    feed = imported(BAD)
    shutil.rmtree(list_rows.folder())

    run_steps()

    feed.refresh_from_db()
    assert feed.generation > 0
    assert "listed_url" in found(BAD)


def test_two_workers_at_once_do_a_step_once() -> None:
    own_list(BAD)
    now = timezone.now()

    with leases.held(importing.LEASE, now, timedelta(minutes=1)) as is_ours:
        second = importing.step(now)

    assert is_ours
    assert not second
    assert importing.step(timezone.now())


def test_a_worker_that_was_killed_frees_its_step_by_time() -> None:
    own_list(BAD)
    now = timezone.now()
    leases._take(importing.LEASE, now, timedelta(minutes=1))

    assert not importing.step(now + timedelta(seconds=59))
    assert importing.step(now + timedelta(seconds=61))


def test_a_list_switched_off_in_the_middle_is_left_alone() -> None:
    feed = own_list(BAD)
    importing.step(timezone.now())
    list_choices.put(feed, FeedState.OFF, by="owner")

    assert run_steps() == []

    feed.refresh_from_db()
    assert (feed.stage, feed.generation) == (Stage.IDLE, 0)


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


def test_the_list_that_comes_with_the_program_needs_no_network(internet: Sites) -> None:
    list_rows.sync()
    Feed.objects.exclude(name="known_good").update(state=FeedState.OFF)

    run_steps()

    feed = Feed.objects.get(name="known_good")
    assert (feed.error, feed.generation) == ("", 1)
    assert feed.entries > 100
    assert internet.requests == []


def test_a_list_of_good_hosts_speaks_for_them() -> None:
    imported("fine.example", use=Use.GOOD, match=Match.DOMAIN)

    assert found("https://www.fine.example/")["known_good"].points < 0


def test_rows_start_as_their_sources_say_and_keep_what_was_chosen() -> None:
    list_rows.sync()
    states = dict(Feed.objects.values_list("name", "state"))
    Feed.objects.filter(name="tweetfeed").update(state=FeedState.OFF, title="An old title")

    list_rows.sync()

    feed = Feed.objects.get(name="tweetfeed")
    assert {name for name, state in states.items() if state == FeedState.ON} == {
        "tweetfeed",
        "phishing_database",
        "cert_pl",
        "known_good",
    }
    assert (feed.state, feed.title) == (FeedState.OFF, "TweetFeed")


def test_the_row_of_a_list_that_left_the_program_goes() -> None:
    Feed.objects.create(name="gone", title="Gone", state=FeedState.ON)
    own = own_list(BAD)

    list_rows.sync()

    assert not Feed.objects.filter(name="gone").exists()
    assert Feed.objects.filter(pk=own.pk).exists()
