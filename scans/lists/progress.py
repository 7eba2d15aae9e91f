"""How far the imports of the lists are, read from rows and files: nothing here is estimated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from scans.lists import origins as list_origins
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState, Generation, Stage

JUST_NOW = timedelta(minutes=2)


class Doing(StrEnum):
    """What an import is at, in the order of its steps."""

    WAITS = "waits"
    ARRIVES = "arrives"
    IS_READ = "is_read"
    IS_SORTED = "is_sorted"
    WAITS_FOR_USE = "waits_for_use"


@dataclass(frozen=True, slots=True)
class Importing:
    """`done` of `total` bytes; the total is 0 where nobody knows it."""

    feed: Feed
    doing: Doing
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """An import of a moment ago; without a new version where there was none, or where the list says what went wrong."""

    feed: Feed
    version: Generation | None


def going_on(now: datetime) -> list[Importing]:
    """The lists that are being imported, or are to be within a minute."""
    used = Feed.objects.exclude(state=FeedState.OFF)
    at_work = used.exclude(stage=Stage.IDLE) | used.filter(list_rows.is_due(now), stage=Stage.IDLE)
    return [_of(feed) for feed in at_work.order_by("due_at", "pk")]


def just_ended(now: datetime) -> list[Ended]:
    """The lists that were asked for a moment ago."""
    used = Feed.objects.exclude(state=FeedState.OFF).filter(stage=Stage.IDLE, checked_at__gt=now - JUST_NOW)
    feeds = list(used.exclude(list_rows.is_due(now)).order_by("-checked_at"))
    made = Generation.objects.filter(feed__in=feeds, made_at__gt=now - 2 * JUST_NOW).order_by("made_at")
    versions = {version.feed_id: version for version in made}
    return [Ended(feed, versions.get(feed.pk)) for feed in feeds]


def _of(feed: Feed) -> Importing:
    if feed.stage == Stage.READ:
        return Importing(feed, Doing.WAITS_FOR_USE)
    if feed.stage == Stage.IDLE:
        size = _arrived(list_origins.incoming(feed))
        return Importing(feed, Doing.WAITS if size is None else Doing.ARRIVES, size or 0)
    if feed.progress.get("is_spilled"):
        return Importing(feed, Doing.IS_SORTED)
    return Importing(feed, Doing.IS_READ, feed.progress.get("offset", 0), _size(list_origins.incoming(feed)))


def _arrived(target: Path) -> int | None:
    """Bytes of the file that is being fetched (scans.engine.feeds.fetching); None when none is."""
    parts = list(target.parent.glob(f".{target.name}.*")) if target.parent.is_dir() else []
    return max((_size(part) for part in parts), default=None)


def _size(path: Path) -> int:
    """0 for a file that has gone since."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
