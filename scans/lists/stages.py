"""The stages of importing one list. Each ends in its row: done, or with what went wrong in plain words."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from scans.engine.feeds.fetching import NotFetched
from scans.engine.feeds.source import Source
from scans.lists import origins as list_origins
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState, Stage

log = logging.getLogger(__name__)

# Between two attempts after a failure: twice as long each time, up to the longest.
LONGEST_WAIT = timedelta(hours=24)
SHORTEST_WAIT = timedelta(minutes=5)
MOST_DOUBLINGS = 10
MAX_ERROR = 300


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, in words for a terminal."""

    words: str


def fetch(feed: Feed, now: datetime, seconds: float) -> Step:
    """Ask for a list; the same version as the one in use is not read again."""
    source = list_rows.source_of(feed)
    if source is None:
        return moved(feed, "it is no longer part of the program", state=FeedState.OFF)
    try:
        taken = list_origins.take_in(feed, source, seconds)
    except NotFetched as error:
        return failed(feed, source, str(error), wait=error.wait)
    due_at = timezone.now() + source.every
    if feed.generation and not taken.is_new:
        return moved(feed, "no newer version", checked_at=now, due_at=due_at, error="", failures=0)
    marks = {"etag": taken.etag, "last_modified": taken.last_modified}
    return moved(feed, "fetched", checked_at=now, due_at=due_at, stage=Stage.FETCHED, progress=marks)


def failed(feed: Feed, source: Source | None, why: str, *, wait: int | None = None) -> Step:
    """Note what went wrong and when to try again, not before `wait` seconds; the version in use stays."""
    every = max(source.every, SHORTEST_WAIT) if source else LONGEST_WAIT
    waits = max(min(every * 2 ** min(feed.failures, MOST_DOUBLINGS), LONGEST_WAIT), timedelta(seconds=wait or 0))
    now = timezone.now()
    log.warning("list %s: %s", feed.name, why)
    return moved(
        feed,
        why,
        stage=Stage.IDLE,
        progress={},
        checked_at=now,
        due_at=now + waits,
        error=why[:MAX_ERROR],
        failures=feed.failures + 1,
    )


def moved(feed: Feed, what: str, **columns: object) -> Step:
    """Change the row unless somebody has switched the list off, or moved it to another stage, since it was read."""
    rows = Feed.objects.filter(pk=feed.pk, stage=feed.stage).exclude(state=FeedState.OFF)
    return Step(f"{feed.name}: {what}" if rows.update(**columns) else f"{feed.name}: changed meanwhile, left alone")
