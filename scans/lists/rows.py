"""The rows of the lists: one for each that comes with the program, and those of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from scans.engine.feeds import SOURCES
from scans.engine.feeds.source import Default, Format, Match, Source, Use
from scans.models import Feed, FeedState
from wbscanner import env, secrets

# Of one's own lists: how often an address is asked, and a file on this machine is looked at.
ADDRESS_EVERY = timedelta(hours=1)
FILE_EVERY = timedelta(minutes=5)
# What one's own list no longer names stops counting at once: who took it out meant that.
OWN_KEPT = timedelta(days=-1)
# No list waits longer: what is said to be due later was written by a clock that was ahead.
FARTHEST = timedelta(days=2)

_SOURCES: Mapping[str, Source] = {source.name: source for source in SOURCES}


def folder() -> Path:
    """Where everything that was read of lists is kept."""
    return Path(settings.DATA_DIR) / "feeds"


def sync() -> int:
    """A row for every list that comes with the program, and none for one that no longer does; how many.

    A new row starts as its source says; what was chosen since stays.
    """
    with transaction.atomic():
        for source in SOURCES:
            state = FeedState.ON if source.default is Default.ON else FeedState.OFF
            defaults = {"title": source.title, "state": state}
            row, _is_new = Feed.objects.get_or_create(name=source.name, defaults=defaults)
            if row.title != source.title and not row.is_own:
                row.title = source.title
                row.save(update_fields=["title"])
        Feed.objects.filter(is_own=False).exclude(name__in=_SOURCES).delete()
    return len(SOURCES)


def source_of(feed: Feed) -> Source | None:
    """What is said of a list; None for a row whose list has left the program."""
    if not feed.is_own:
        return _SOURCES.get(feed.name)
    return Source(
        name=feed.name,
        title=feed.title,
        url=feed.url,
        format=Format(feed.format),
        match=Match(feed.match),
        every=ADDRESS_EVERY if feed.url else FILE_EVERY,
        terms="",
        use=Use(feed.use),
        keeps=OWN_KEPT,
    )


def key_of(feed: Feed, source: Source) -> str:
    """The key of a list, from the environment or from the desk; empty when there is none."""
    if not source.key_name:
        return ""
    if from_environment := env.secret(source.key_name):
        return from_environment
    if not feed.key:
        return ""
    try:
        return secrets.decrypt(settings.INSTALLATION_KEY, feed.key)
    except secrets.Unreadable:  # made with another installation key: as good as none, and the desk says so
        return ""


def has_key(feed: Feed, source: Source) -> bool:
    """Whether a list has the key it needs, or needs none."""
    try:
        return not source.key_name or bool(key_of(feed, source))
    except OSError:  # the file that holds it cannot be read
        return False


def is_due(now: datetime) -> Q:
    """The rows that are to be asked for."""
    return Q(due_at__lte=now) | Q(due_at__gt=now + FARTHEST)


def next_number(feed: Feed) -> int:
    """The number of a list's next version: one that nothing on the disk has, be it of a removed list of this name."""
    last = feed.generations.aggregate(last=Max("number"))["last"] or 0
    place = folder() / feed.name
    on_disk = [int(old.name) for old in place.iterdir() if old.name.isdecimal()] if place.is_dir() else []
    return max(last, feed.generation, *on_disk) + 1
