"""What people choose for a list: on trial, on, off, back to the version before, gone; and the rows that keep it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from scans.lists import choices as list_choices
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState
from tests.scans.importing_lists import BAD, found, imported, numbers_on_disk, own_list, run_steps

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.0/8"])]


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
