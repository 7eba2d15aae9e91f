"""Where a list comes from: an address, a file on this machine, its entries themselves, or the program's own data."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from scans import visiting
from scans.engine.feeds.fetching import Fetched, NotFetched, fetch
from scans.engine.feeds.formats import BadFormat, made_at, pieces_of
from scans.engine.feeds.source import Source
from scans.lists import rows as list_rows
from scans.models import Feed

# Of what arrives, and of what it is when unpacked.
MAX_BYTES = 96 * 1024 * 1024
MAX_UNPACKED = 256 * 1024 * 1024
MIB = 1024 * 1024
# Of a list that publishes its changes: how long they are put on top of the same whole.
WHOLE_KEPT = timedelta(days=7)

_NO_MARKS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """What came: whether it is another version than the one in use, and the marks by which the next one is known."""

    is_new: bool
    etag: str
    last_modified: str = ""


def incoming(feed: Feed) -> Path:
    """Where a list waits, as its publisher wrote it, to be read."""
    return list_rows.folder() / feed.name / "incoming"


def changes(feed: Feed) -> Path:
    """What changed since the whole in `incoming` was made, of lists that publish it."""
    return list_rows.folder() / feed.name / "changes"


def take_in(feed: Feed, source: Source, seconds: float) -> Taken:
    """Put the list, as its publisher writes it, into `incoming` unless it is the version in use; raises NotFetched."""
    target = incoming(feed)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if source.url:
            since = _whole_since(feed, source)
            return _all_of_it(feed, source, seconds) if since is None else _changed(feed, source, since, seconds)
        if source.file:
            with as_file(files("scans.engine.data") / source.file) as bundled:
                return _copied(feed, bundled, target)
        return _copied(feed, Path(feed.file), target) if feed.file else _written(feed, target)
    except OSError as error:
        raise NotFetched(f"it cannot be read or kept: {error.strerror or error}") from None


def _all_of_it(feed: Feed, source: Source, seconds: float) -> Taken:
    """The list itself; one that publishes changes is asked for anew, since its marks are those of the changes."""
    marks = _NO_MARKS if source.diffs_url else {"etag": feed.etag, "last_modified": feed.last_modified}
    changes(feed).unlink(missing_ok=True)
    fetched = asyncio.run(_ask(_with_key(source.url, feed, source), incoming(feed), seconds, marks))
    return Taken(fetched.changed, fetched.etag, fetched.last_modified)


def _changed(feed: Feed, source: Source, since: int, seconds: float) -> Taken:
    """What changed since the whole, known by its hash; the same changes make the same list."""
    target = changes(feed)
    url = _with_key(source.diffs_url, feed, source).replace("{since}", str(since))
    asyncio.run(_ask(url, target, seconds, _NO_MARKS))
    mark = f"{since} {hashlib.sha256(target.read_bytes()).hexdigest()}"
    return Taken(mark != feed.etag, mark)


def _with_key(url: str, feed: Feed, source: Source) -> str:
    """The address as it is asked for; it goes nowhere but into the request."""
    key = list_rows.key_of(feed, source)
    if source.key_name and not key:
        raise NotFetched(f"it needs a key ({source.key_name})")
    return url.replace("{key}", quote(key, safe=""))


async def _ask(url: str, target: Path, seconds: float, marks: Mapping[str, str]) -> Fetched:
    async with visiting.open_client() as client:
        return await fetch(
            url,
            target,
            client,
            etag=marks.get("etag", ""),
            last_modified=marks.get("last_modified", ""),
            seconds=seconds,
            max_bytes=MAX_BYTES,
            max_unpacked=MAX_UNPACKED,
        )


def _whole_since(feed: Feed, source: Source) -> int | None:
    """When the whole list that is here was made, in seconds; None when it has to be asked for."""
    whole = incoming(feed)
    if not (source.diffs_url and feed.generation and whole.exists()):
        return None
    try:
        made = made_at(pieces_of(whole))
    except BadFormat:
        return None
    return made if made is not None and time.time() - made < WHOLE_KEPT.total_seconds() else None


def _copied(feed: Feed, origin: Path, target: Path) -> Taken:
    """A file, known by its size and the moment it was last written; what is no file is not waited for."""
    with os.fdopen(os.open(origin, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise NotFetched("it is no file")
        mark = f"{facts.st_size} {facts.st_mtime_ns}"
        if mark == feed.etag:
            return Taken(False, mark)
        with _whole(target) as copy:
            _pour(file, copy)
    return Taken(True, mark)


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    """A file to be written; what could not be written whole, on a full disk, is taken away."""
    try:
        with target.open("wb") as copy:
            yield copy
    except (OSError, NotFetched):
        target.unlink(missing_ok=True)
        raise


def _pour(file: BinaryIO, copy: BinaryIO) -> None:
    """As much as there is, which need not be what the file system says; raises NotFetched when that is too much."""
    left = MAX_UNPACKED
    while piece := file.read(MIB):
        left -= len(piece)
        if left < 0:
            raise NotFetched(f"it is larger than {MAX_UNPACKED // MIB} MiB")
        copy.write(piece)


def _written(feed: Feed, target: Path) -> Taken:
    """Pasted entries, known by their hash."""
    content = feed.pasted.encode("utf-8", "replace")
    mark = hashlib.sha256(content).hexdigest()
    if mark == feed.etag:
        return Taken(False, mark)
    with _whole(target) as copy:
        copy.write(content)
    return Taken(True, mark)
