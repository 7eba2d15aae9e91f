"""Which versions of which lists are searched: as the rows say, put into use whole, and what nobody needs removed."""

from __future__ import annotations

import logging
import shutil
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.generation import built
from scans.engine.feeds.snapshot import FOLDER, Slot, is_complete, read_manifest, switch
from scans.lists import origins as list_origins
from scans.lists import rows as list_rows
from scans.lists.reading import WORK
from scans.lists.stages import MAX_ERROR, Step
from scans.models import Feed, FeedState, Generation, Stage

log = logging.getLogger(__name__)

NOT_USED = "it could not be put into use"

USED_COLUMNS = (
    "generation", "entries", "changed_at", "etag", "last_modified", "error", "failures", "stage", "progress",
)  # fmt: skip


def put_into_use(now: datetime) -> Step:
    """Use the versions that were read; the ones before them stay kept, older ones go."""
    read = Feed.objects.filter(stage=Stage.READ).exclude(state=FeedState.OFF)
    used = [name for pk in read.values_list("pk", flat=True) if (name := _use(pk, now))]
    put_in_line()
    return Step(f"{', '.join(used)}: put into use" if used else "nothing was put into use")


def put_in_line() -> Step | None:
    """Make the lists that are searched those that the rows say; None when they are."""
    lost = [feed.name for feed in _used() if not _is_whole(feed)]
    if lost:
        return Step(f"{', '.join(lost)}: no longer on the disk, to be fetched anew")
    wanted = [slot for feed in _used() if (slot := _slot(feed))]
    folder = list_rows.folder()
    try:
        manifest = read_manifest(folder)
        if sorted(manifest.slots, key=_name) == sorted(wanted, key=_name) and is_complete(folder, manifest):
            return None
    except FeedError:
        log.exception("the lists in use cannot be read, they are put together anew")
    try:
        switch(folder, sorted(wanted, key=_name))
    except (FeedError, OSError) as error:
        log.exception("the lists could not be put into use")
        why = f"{NOT_USED}: {getattr(error, 'strerror', None) or error}"
        _used().update(error=why[:MAX_ERROR])
        return None
    _used().filter(error__startswith=NOT_USED).update(error="")
    _tidy()
    return Step(f"{len(wanted)} lists in use")


def _use(pk: int, now: datetime) -> str:
    """Make a version that was read the one in use; its name, empty when somebody was faster."""
    with transaction.atomic():
        feed = Feed.objects.select_for_update().filter(pk=pk, stage=Stage.READ).exclude(state=FeedState.OFF).first()
        if feed is None:
            return ""
        read = feed.progress
        feed.generations.filter(is_kept=True).exclude(number=feed.generation).update(is_kept=False)
        counts = {name: read[name] for name in ("entries", "added", "removed")}
        Generation.objects.update_or_create(feed=feed, number=read["number"], defaults={**counts, "made_at": now})
        feed.generation, feed.entries, feed.changed_at = read["number"], read["entries"], now
        feed.etag, feed.last_modified = read["etag"], read["last_modified"]
        feed.error, feed.failures, feed.stage, feed.progress = "", 0, Stage.IDLE, {}
        feed.save(update_fields=USED_COLUMNS)
    return feed.name


def _used() -> QuerySet[Feed]:
    return Feed.objects.exclude(state=FeedState.OFF).filter(generation__gt=0)


def _slot(feed: Feed) -> Slot | None:
    """How a list is searched; None when it has left the program."""
    source = list_rows.source_of(feed)
    if source is None:
        return None
    is_on_trial = feed.state == FeedState.WATCH
    return Slot(
        feed.name,
        feed.title,
        feed.generation,
        source.use,
        is_on_trial,
        source.is_verified,
        is_exact_only=source.is_exact_only,
    )


def _is_whole(feed: Feed) -> bool:
    """Whether the version in use is on the disk; otherwise the list is due, as one that was never read."""
    try:
        built(list_rows.folder() / feed.name / str(feed.generation))
    except FeedError:
        log.warning("list %s: version %d is no longer on the disk, it is fetched anew", feed.name, feed.generation)
        _forget(feed)
        return False
    return True


def _forget(feed: Feed) -> None:
    feed.generations.filter(number=feed.generation).update(is_kept=False)
    feed.generation, feed.entries, feed.etag, feed.last_modified, feed.due_at = 0, 0, "", "", timezone.now()
    feed.save(update_fields=["generation", "entries", "etag", "last_modified", "due_at"])


def _name(slot: Slot) -> str:
    return slot.name


def _tidy() -> None:
    """Remove what no list needs: its older versions, what arrived and was read, the folders of lists that are gone."""
    feeds = {feed.name: feed for feed in Feed.objects.all()}
    for place in list_rows.folder().iterdir():
        if place.name == FOLDER or not place.is_dir():
            continue
        feed = feeds.get(place.name)
        needed = _needed(feed) if feed else set()
        for old in place.iterdir():
            if old.name not in needed:
                shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
        if feed is None:
            place.rmdir()


def _needed(feed: Feed) -> set[str]:
    """The names in a list's folder that are still used."""
    numbers = {feed.generation, *feed.generations.filter(is_kept=True).values_list("number", flat=True)}
    needed = {str(number) for number in numbers}
    if feed.stage != Stage.IDLE:
        needed |= {WORK, str(feed.progress.get("number", 0))}
    source = list_rows.source_of(feed)
    if feed.stage != Stage.IDLE or (source is not None and source.diffs_url):
        needed |= {list_origins.incoming(feed).name, list_origins.changes(feed).name}
    return needed
