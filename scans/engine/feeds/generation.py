"""The second half of an import: sorted runs and the generation before become the next generation, in short steps."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from scans.engine.feeds.blocks import BlockWriter, Generation, are_complete
from scans.engine.feeds.entries import Entry
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.spilling import KEY_DIGITS, PROGRESS, SLICES, slices, spill

# How long one step of a merge goes on before it leaves the rest to the next.
STEP_SECONDS = 20.0

_BUILT = "built.json"
_KEY_SPAN = (1 << 64) // SLICES


@dataclass(frozen=True, slots=True)
class Built:
    """What a generation on the disk holds."""

    entries: int
    """All of them, with those that the list no longer names."""
    added: int
    """Those that the list did not name before."""
    removed: int
    """Those that the list named before and no longer does."""
    listed: int
    """Those that the list names now."""


@dataclass(frozen=True, slots=True)
class _Progress:
    """Where a merge stands: slices done, and what they held."""

    slice: int = 0
    blocks: int = 0
    entries: int = 0
    added: int = 0
    removed: int = 0
    listed: int = 0


def build(folder: Path, entries: Iterable[Entry], *, previous: Path | None, today: int, keeps_days: int) -> Built:
    """A whole generation in one go, in the folder named after its number."""
    work = folder.with_name(f"{folder.name}.work")
    shutil.rmtree(work, ignore_errors=True)
    spill(work, entries)
    while True:
        whole = merge(work, folder, previous=previous, today=today, keeps_days=keeps_days)
        if whole is not None:
            return whole


def merge(work: Path, folder: Path, *, previous: Path | None, today: int, keeps_days: int) -> Built | None:
    """Goes on with the generation in `folder` for about STEP_SECONDS; None until it is whole.

    What `spill` left in `work` is the list's newest version; what only the folder `previous` has is kept, marked as no
    longer listed, until `keeps_days` after its last day. Safe to repeat after a crash; `work` is gone in the end.
    Raises FeedError when `previous` cannot be read.
    """
    until = time.monotonic() + STEP_SECONDS
    if not (work / PROGRESS).exists() and not any(work.glob("run-*")):
        return built(folder)
    progress = _begun(work, folder)
    writer = BlockWriter(folder, blocks=progress.blocks, written=progress.entries)
    try:
        while progress.slice < SLICES:
            progress = _merge_slice(progress, work, previous, writer, oldest=today - keeps_days)
            if time.monotonic() >= until:
                break
    finally:
        writer.close()
    _put(work / PROGRESS, asdict(progress))
    return _ended(progress, work, folder) if progress.slice == SLICES else None


def built(folder: Path) -> Built:
    """What a whole generation holds; raises FeedError when it is not on the disk or not whole."""
    try:
        found = Built(**json.loads((folder / _BUILT).read_bytes()))
    except (OSError, TypeError, ValueError) as error:
        raise FeedError(f"{folder.parent.name} {folder.name} is not whole") from error
    if not are_complete(folder, found.entries):
        raise FeedError(f"{folder.parent.name} {folder.name} has lost files")
    return found


def _begun(work: Path, folder: Path) -> _Progress:
    try:
        return _Progress(**json.loads((work / PROGRESS).read_bytes()))
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)
        return _Progress()


def _ended(progress: _Progress, work: Path, folder: Path) -> Built:
    """Says so in the folder, then takes the runs away, and last what says that they were merged."""
    whole = Built(progress.entries, progress.added, progress.removed, progress.listed)
    _put(folder / _BUILT, asdict(whole))
    for run in work.glob("run-*"):
        run.unlink()
    shutil.rmtree(work)
    return whole


def _put(path: Path, values: dict[str, int]) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(json.dumps(values).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _merge_slice(
    progress: _Progress, work: Path, previous: Path | None, writer: BlockWriter, *, oldest: int
) -> _Progress:
    """Writes one slice of the key space."""
    new = _newest(work, progress.slice)
    merged, known, removed = _with_older(new, previous, progress.slice, oldest)
    names = sorted(merged)
    writer.write(_keys(names), [named[KEY_DIGITS:] + b"\t" + merged[named] for named in names])
    return _Progress(
        slice=progress.slice + 1,
        blocks=writer.blocks,
        entries=writer.written,
        added=progress.added + len(new) - known,
        removed=progress.removed + removed,
        listed=progress.listed + len(new),
    )


def _with_older(
    new: dict[bytes, bytes], previous: Path | None, number: int, oldest: int
) -> tuple[dict[bytes, bytes], int, int]:
    """A slice with what the generation before knew; how many were listed in both, and how many only there.

    What is mapped of that generation is let go with every slice, so that memory stays flat.
    """
    merged, known, removed = dict(new), 0, 0
    low = number * _KEY_SPAN
    for key, record in Generation(previous).records(low, low + _KEY_SPAN) if previous else ():
        name, _, rest = record.partition(b"\t")
        named = b"%016x%b" % (key, name)
        _, last, is_listed, *_ = rest.split(b"\t", 3)
        if again := new.get(named):
            merged[named] = _joined(rest, again)
            known += is_listed == b"1"
            continue
        removed += is_listed == b"1"
        if int(last) >= oldest:
            merged[named] = _no_longer_listed(rest)
    return merged, known, removed


def _newest(work: Path, number: int) -> dict[bytes, bytes]:
    """The rest of each record of a slice by its key and name; of one that is listed twice both days are kept."""
    found: dict[bytes, bytes] = {}
    for lines in slices(work, number):
        for line in lines:
            named, _, rest = line.partition(b"\t")
            known = found.setdefault(named, rest)
            if known is not rest:
                found[named] = _joined(known, rest)
    return found


def _joined(earlier: bytes, later: bytes) -> bytes:
    """One record of two: the first day of both, the last day of both, the newer detail."""
    first, last, _, *detail = earlier.split(b"\t", 3)
    first_again, last_again, is_listed, *detail_again = later.split(b"\t", 3)
    days = [min(first, first_again, key=int), max(last, last_again, key=int)]
    return b"\t".join([*days, is_listed, *(detail_again or detail)])


def _no_longer_listed(rest: bytes) -> bytes:
    first, last, _, *detail = rest.split(b"\t", 3)
    return b"\t".join([first, last, b"0", *detail])


def _keys(names: list[bytes]) -> array[int]:
    keys = array("Q", bytes.fromhex(b"".join([named[:KEY_DIGITS] for named in names]).decode()))
    if sys.byteorder == "little":
        keys.byteswap()
    return keys
