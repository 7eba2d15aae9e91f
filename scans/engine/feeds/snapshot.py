"""All lists in use as one index: their keys sorted in one file, whose key it is in another, and what says so.

`manifest.json` names the files and the lists; it is replaced in one moment, and what it no longer names is removed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scans.engine.feeds.blocks import KEYS
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.mapped import mapped, numbers
from scans.engine.feeds.source import Use

FOLDER, MANIFEST = "snapshot", "manifest.json"
SLOTS = "slots"
# A slot is one byte.
MAX_SLOTS = 256
# Pieces that the index is written in, so that memory stays flat.
_PIECES = 64
_PIECE = (1 << 64) // _PIECES
_BYTE = 8
_KEY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Slot:
    """One list in use: which generation of it, and how what it says is taken."""

    name: str
    title: str
    generation: int
    use: Use
    is_on_trial: bool = False
    is_verified: bool = False
    is_exact_only: bool = False
    """Its publisher says that an entry means this page and nothing about its neighbours."""

    @property
    def kept(self) -> tuple[str, int]:
        """Where its entries are: names the folder and the one inside."""
        return self.name, self.generation


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index holds: `version` grows with every change, `number` with every index."""

    version: int
    number: int
    slots: tuple[Slot, ...]


NOTHING = Manifest(0, 0, ())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the lists in a folder, NOTHING before the first; raises FeedError when it cannot be read."""
    try:
        found = json.loads((folder / FOLDER / MANIFEST).read_bytes())
        slots = [Slot(**{**slot, "use": Use(slot["use"])}) for slot in found["slots"]]
        return Manifest(int(found["version"]), int(found["number"]), tuple(slots))
    except FileNotFoundError:
        return NOTHING
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise FeedError("what says which lists are loaded cannot be read") from error


def write_snapshot(folder: Path, slots: Sequence[Slot]) -> None:
    """Puts these generations into use, and no others: a new index, then the manifest.

    Raises FeedError, and leaves everything as it was, when one of them is not on the disk.
    """
    if len(slots) > MAX_SLOTS:
        raise FeedError(f"more than {MAX_SLOTS} lists")
    lists = [_keys(folder / slot.name / str(slot.generation)) for slot in slots]
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    before = _manifest_or_nothing(folder)
    number = before.number + 1
    target = folder / FOLDER / str(number)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    try:
        _write_index(target, lists)
    except OSError:  # a full disk: what was written of it would keep it full
        shutil.rmtree(target, ignore_errors=True)
        raise
    _put(folder, Manifest(before.version + 1, number, tuple(slots)))


def switch(folder: Path, slots: Sequence[Slot]) -> None:
    """As write_snapshot; when the generations are those of the index, only what is said of them is written."""
    before = _manifest_or_nothing(folder)
    wanted = {slot.kept: slot for slot in slots}
    is_same = bool(before.number) and set(wanted) == {slot.kept for slot in before.slots}
    if not is_same or not is_complete(folder, before):
        write_snapshot(folder, slots)
        return
    _put(folder, Manifest(before.version + 1, before.number, tuple(wanted[slot.kept] for slot in before.slots)))


def index_of(folder: Path, manifest: Manifest) -> tuple[memoryview[int], memoryview]:
    """The keys of all lists, sorted, and the place in `manifest.slots` that each belongs to; raises OSError."""
    if not manifest.number:
        return memoryview(array("Q")), memoryview(b"")
    place = folder / FOLDER / str(manifest.number)
    return numbers(place / KEYS), mapped(place / SLOTS)


def is_complete(folder: Path, manifest: Manifest) -> bool:
    """Whether the index of a manifest is there, and as long as its lists are."""
    if not manifest.number:
        return True
    index = folder / FOLDER / str(manifest.number)
    lists = [folder / name / str(generation) / KEYS for name, generation in {slot.kept for slot in manifest.slots}]
    try:
        keys, slots = (index / KEYS).stat().st_size, (index / SLOTS).stat().st_size
        return keys == sum([place.stat().st_size for place in lists]) == slots * _KEY_BYTES
    except OSError:
        return False


def _manifest_or_nothing(folder: Path) -> Manifest:
    """A manifest that is lost, beside an index, is replaced; versions begin at the seconds of now: none comes twice."""
    with contextlib.suppress(FeedError):
        found = read_manifest(folder)
        if found is not NOTHING:
            return found
    place = folder / FOLDER
    numbered = [int(path.name) for path in place.iterdir() if path.name.isdecimal()] if place.is_dir() else []
    return Manifest(int(time.time()) if numbered else 0, max(numbered, default=0), ())


def _keys(generation: Path) -> memoryview[int]:
    try:
        return numbers(generation / KEYS)
    except OSError as error:
        raise FeedError(f"{generation.parent.name} {generation.name} is not on the disk") from error


def _write_index(target: Path, lists: Sequence[memoryview[int]]) -> None:
    with (target / KEYS).open("wb") as keys, (target / SLOTS).open("wb") as slots:
        for merged in _pieces(lists):
            keys.write(array("Q", [pair >> _BYTE for pair in merged]).tobytes())
            slots.write(bytes([pair & (MAX_SLOTS - 1) for pair in merged]))
        for file in (keys, slots):
            file.flush()
            os.fsync(file.fileno())


def _pieces(lists: Sequence[memoryview[int]]) -> Iterator[list[int]]:
    """Keys with their slot in the lowest byte, sorted, piece by piece."""
    starts = [0] * len(lists)
    for piece in range(1, _PIECES + 1):
        ends = [bisect_left(keys, piece * _PIECE) for keys in lists]
        merged: list[int] = []
        for slot, (keys, start, end) in enumerate(zip(lists, starts, ends, strict=True)):
            merged += [key << _BYTE | slot for key in keys[start:end]]
        merged.sort()
        yield merged
        starts = ends


def _put(folder: Path, manifest: Manifest) -> None:
    place = folder / FOLDER
    fresh = place / f"{MANIFEST}.new"
    with fresh.open("wb") as file:
        file.write(json.dumps(asdict(manifest), indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place / MANIFEST)
    _bring_to_disk(place)
    for old in place.iterdir():
        if old.is_dir() and old.name != str(manifest.number):
            shutil.rmtree(old, ignore_errors=True)


def _bring_to_disk(place: Path) -> None:
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
