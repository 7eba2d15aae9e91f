"""Importing the lists, one short step at a time: fetch, read, put into use. A crash repeats one step."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from scans import leases
from scans.lists import reading as import_reading
from scans.lists import rows as list_rows
from scans.lists import stages as import_stages
from scans.lists import use as list_use
from scans.lists.stages import Step
from scans.models import Feed, FeedState, Stage

LEASE = "feeds"
# What fetching one list may take; a slow line is given more by the command.
FETCH_SECONDS = 35.0
# What a step may take beside waiting for its publisher.
WORK = timedelta(seconds=60)
# A list that was read waits so long for others that are due, to be put into use together with them.
WAITS_FOR_OTHERS = timedelta(minutes=2)


def step(now: datetime) -> bool:
    """Do the next step if there is one and nobody else is at it; whether one was done."""
    return advance(now) is not None


def advance(now: datetime, *, only: Collection[str] | None = None, seconds: float = FETCH_SECONDS) -> Step | None:
    """The step that was done, in words; None when there is nothing to do or another process does it.

    `only` names the lists that are fetched.
    """
    with leases.held(LEASE, now, WORK + timedelta(seconds=seconds)) as is_ours:
        return _next(now, only, seconds) if is_ours else None


def is_at_work(now: datetime) -> bool:
    """Whether some process is at a step."""
    return leases.is_held(LEASE, now)


def _next(now: datetime, only: Collection[str] | None, seconds: float) -> Step | None:
    used = Feed.objects.exclude(state=FeedState.OFF)
    if fetched := used.filter(stage=Stage.FETCHED).order_by("due_at", "pk").first():
        return import_reading.read_on(fetched, now)
    due = used.filter(list_rows.is_due(now), stage=Stage.IDLE)
    due = due if only is None else due.filter(name__in=only)
    waiting = used.filter(stage=Stage.READ).order_by("checked_at").first()
    if waiting is not None and (not due.exists() or _has_waited(waiting, now)):
        return list_use.put_into_use(now)
    if feed := due.order_by("due_at", "pk").first():
        return import_stages.fetch(feed, now, seconds)
    return list_use.put_in_line()


def _has_waited(feed: Feed, now: datetime) -> bool:
    return feed.checked_at is None or feed.checked_at < now - WAITS_FOR_OTHERS
