"""What a publisher gets wrong is said, and leaves what was in use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from scans.engine.feeds.source import Match
from scans.lists import listed
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState, Generation, Stage
from tests.scans.importing_lists import ADDRESS, BAD, due, found, numbers_on_disk, own_list, run_steps
from tests.sites import Sites

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.0/8"])]


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


PAGES = [f"https://bad{number}.example/login" for number in range(100)]


def shortened_to(entries: int, internet: Sites) -> Feed:
    """A publisher's list in use with all PAGES, of which so many are left at its address; it is due."""
    list_rows.sync()
    feed = Feed.objects.get(name="phishing_database")
    Feed.objects.exclude(pk=feed.pk).update(state=FeedState.OFF)
    internet.page("phish.co.za", "/latest/phishing-links-ACTIVE.txt", body="\n".join(PAGES))
    run_steps()
    internet.page("phish.co.za", "/latest/phishing-links-ACTIVE.txt", body="\n".join(PAGES[:entries]))
    due(feed)
    return feed


def test_a_publishers_list_that_loses_more_than_half_is_refused(internet: Sites) -> None:
    feed = shortened_to(49, internet)

    run_steps()

    feed.refresh_from_db()
    assert "49" in feed.error
    assert (feed.generation, feed.entries) == (1, 100)
    assert "listed_url" in found(PAGES[-1])
    assert numbers_on_disk(feed) == ["1"]


def test_entries_that_a_publisher_drops_go_on_to_count(internet: Sites) -> None:
    feed = shortened_to(60, internet)

    run_steps()

    version = Generation.objects.get(feed=feed, number=2)
    assert (version.entries, version.added, version.removed) == (100, 0, 40)
    assert "listed_url" in found(PAGES[-1])


def test_a_bad_list_that_names_a_site_that_everybody_uses_is_refused() -> None:
    feed = own_list(f"{BAD}\ngoogle.com\n", match=Match.DOMAIN)

    run_steps()

    feed.refresh_from_db()
    assert "google.com" in feed.error
    assert not listed.lists().is_loaded
