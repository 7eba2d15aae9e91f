"""Reading a list that has arrived: its entries become a generation on the disk, in steps that a crash may repeat."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from scans.engine.feeds.checks import Refused, checked, refuse_size
from scans.engine.feeds.entries import Entry, day_of
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.formats import BadFormat, changes_of, pieces_of, read, with_changes
from scans.engine.feeds.generation import Built, built, merge
from scans.engine.feeds.source import Format, Source
from scans.engine.feeds.spilling import spill
from scans.engine.local import DEFECTS
from scans.lists import origins as list_origins
from scans.lists import rows as list_rows
from scans.lists.stages import Step, failed, moved
from scans.models import Feed, Stage

log = logging.getLogger(__name__)

# Lists of these formats may be cut at the end of any line; a part is read in a step of its own.
IN_PARTS = frozenset({Format.LINES, Format.HOSTS, Format.ADBLOCK})
PART_BYTES = 8 * 1024 * 1024
PIECE = 65_536
# Longer than any line that says something.
LONGEST_LINE = 65_536
# How long a step begins further parts.
SECONDS = 12.0
# A list whose reading kills its worker is not read for ever.
MOST_TRIES = 3

# Where the parts wait to be merged.
WORK = "work"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a list is: parts written, where the next one begins, and the generation's number."""

    etag: str = ""
    last_modified: str = ""
    number: int = 0
    part: int = 0
    offset: int = 0
    is_spilled: bool = False
    tries: int = 0
    entries: int = 0
    added: int = 0
    removed: int = 0


def read_on(feed: Feed, now: datetime) -> Step:
    """Go on reading a list that was fetched; what it says stays on the disk, and the row says how far it is."""
    source, progress = list_rows.source_of(feed), _progress_of(feed)
    if source is None or progress.tries >= MOST_TRIES:
        return failed(feed, source, "reading it broke off several times")
    progress = replace(progress, tries=progress.tries + 1, number=progress.number or list_rows.next_number(feed))
    moved(feed, "", progress=asdict(progress))
    try:
        return _read_on(feed, source, replace(progress, tries=0), now)
    except (BadFormat, Refused) as error:
        return _given_up(feed, source, progress, str(error))
    except (FeedError, OSError) as error:
        return _given_up(feed, source, progress, f"it cannot be kept: {getattr(error, 'strerror', None) or error}")
    except DEFECTS:
        log.exception("list %s cannot be read", feed.name)
        return _given_up(feed, source, progress, "reading it failed; the log says more")


def _progress_of(feed: Feed) -> Progress:
    """How far it is; what another version of the program wrote there counts as a reading that broke off for good."""
    try:
        return Progress(**feed.progress)
    except TypeError:
        return Progress(tries=MOST_TRIES)


def _read_on(feed: Feed, source: Source, progress: Progress, now: datetime) -> Step:
    folder = list_rows.folder() / feed.name
    if not progress.is_spilled:
        progress = _spill(feed, source, progress, day_of(now))
        return moved(feed, f"{progress.entries} entries read", progress=asdict(progress))
    before = _before(feed)
    previous = folder / str(feed.generation) if before else None
    target = folder / str(progress.number)
    whole = merge(folder / WORK, target, previous=previous, today=day_of(now), keeps_days=source.keeps.days)
    if whole is None:
        return moved(feed, "being put in order", progress=asdict(progress))
    refuse_size(whole.listed, before.listed if before and not feed.is_own else 0)
    progress = replace(progress, entries=whole.entries, added=whole.added, removed=whole.removed)
    what = f"{whole.entries} entries, {whole.added} new, {whole.removed} no longer listed"
    return moved(feed, what, stage=Stage.READ, progress=asdict(progress))


def _spill(feed: Feed, source: Source, progress: Progress, today: int) -> Progress:
    """Write parts of the list, in their order, until there are none left or the step has lasted long enough."""
    arrived, work = list_origins.incoming(feed), list_rows.folder() / feed.name / WORK
    if not progress.part:
        shutil.rmtree(work, ignore_errors=True)
    ends_at = time.monotonic() + SECONDS
    while True:
        start, end = progress.offset, _end_of_part(arrived, progress.offset, source)
        found = _entries(feed, source, _pieces(arrived, start, end), today)
        count = spill(work, found, part=progress.part)
        is_last = end >= arrived.stat().st_size
        progress = replace(
            progress, part=progress.part + 1, offset=end, is_spilled=is_last, entries=progress.entries + count
        )
        if is_last or time.monotonic() >= ends_at:
            return progress


def _entries(feed: Feed, source: Source, pieces: Iterable[bytes], today: int) -> Iterator[Entry]:
    """The entries of a part; raises Refused for one that no list of its kind should name."""
    found = read(source.format, source.match, pieces, today)
    changes = list_origins.changes(feed)
    if source.diffs_url and changes.exists():
        found = with_changes(found, changes_of(pieces_of(changes), today))
    return (entry for entry in checked(found, source.use) if isinstance(entry, Entry))


def _end_of_part(arrived: Path, start: int, source: Source) -> int:
    """Behind the line in which a part of PART_BYTES ends; the end of the file for lists that are read whole."""
    size = arrived.stat().st_size
    end = start + PART_BYTES
    if source.format not in IN_PARTS or end >= size:
        return size
    with arrived.open("rb") as file:
        file.seek(end)
        return end + len(file.readline(LONGEST_LINE))


def _pieces(arrived: Path, start: int, end: int) -> Iterator[bytes]:
    with arrived.open("rb") as file:
        file.seek(start)
        while start < end and (piece := file.read(min(PIECE, end - start))):
            start += len(piece)
            yield piece


def _before(feed: Feed) -> Built | None:
    """The version in use; None when there is none, or none that can be read."""
    try:
        return built(list_rows.folder() / feed.name / str(feed.generation)) if feed.generation else None
    except FeedError:
        return None


def _given_up(feed: Feed, source: Source, progress: Progress, why: str) -> Step:
    folder = list_rows.folder() / feed.name
    for left in (folder / str(progress.number), folder / WORK):
        shutil.rmtree(left, ignore_errors=True)
    for arrived in (list_origins.incoming(feed), list_origins.changes(feed)):
        arrived.unlink(missing_ok=True)
    return failed(feed, source, why)
