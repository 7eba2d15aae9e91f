"""One generation of a list on disk: its entries in the order of their keys, in small compressed blocks.

`keys`: 8 bytes an entry, sorted. `entries`: the blocks. `firsts` and `ends`, 8 bytes a block: which entry is its first
one, and where it ends in `entries`.
"""

from __future__ import annotations

import os
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path

from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.mapped import mapped, numbers

KEYS, ENTRIES, FIRSTS, ENDS = "keys", "entries", "firsts", "ends"
# Records in a block: fewer are faster to read, more are smaller.
BLOCK = 32
# Unpacked blocks that one process keeps of one generation: about 1 MB.
CACHED_BLOCKS = 256
_LEVEL = 3
_BYTES = array("Q").itemsize


@dataclass(frozen=True, slots=True)
class Record:
    """An entry, and whether the newest version of its list names it."""

    entry: Entry
    is_listed: bool


def packed(entry: Entry) -> bytes:
    """A record of a list's newest version as it is written: kind and text, first day, last day, 1, detail."""
    end = f"\t{entry.detail}" if entry.detail else ""
    return f"{entry.kind}{entry.text}\t{entry.first_day}\t{entry.last_day}\t1{end}".encode()


def unpacked(record: bytes) -> Record:
    """Reads a record; raises ValueError for anything else."""
    named, first, last, is_listed, *detail = record.decode().split("\t")
    entry = Entry(Kind(named[:1]), named[1:], int(first), int(last), detail[0] if detail else "")
    return Record(entry, is_listed == "1")


class BlockWriter:
    """Appends to a generation; what a crash left behind the first `blocks` blocks of `written` records is cut off."""

    def __init__(self, folder: Path, *, blocks: int = 0, written: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.blocks, self.written = blocks, written
        self._files = ExitStack()
        self._ends = self._opened(folder / ENDS, _BYTES * blocks)
        self._firsts = self._opened(folder / FIRSTS, _BYTES * blocks)
        self._keys = self._opened(folder / KEYS, _BYTES * written)
        self._end = _last(folder / ENDS, blocks)
        self._entries = self._opened(folder / ENTRIES, self._end)

    def _opened(self, path: Path, size: int) -> BufferedWriter:
        file = self._files.enter_context(path.open("ab"))
        file.truncate(size)
        return file

    def write(self, keys: array[int], records: Sequence[bytes]) -> None:
        """Appends records with their keys, in order; the last block may be short."""
        firsts, ends = array("Q"), array("Q")
        for at in range(0, len(records), BLOCK):
            block = zlib.compress(b"\n".join(records[at : at + BLOCK]), _LEVEL)
            self._entries.write(block)
            self._end += len(block)
            firsts.append(self.written + at)
            ends.append(self._end)
        for numbers_of, file in ((keys, self._keys), (firsts, self._firsts), (ends, self._ends)):
            file.write(numbers_of.tobytes())
        self.blocks += len(ends)
        self.written += len(records)

    def close(self) -> None:
        """Brings everything to the disk."""
        for file in (self._keys, self._entries, self._firsts, self._ends):
            file.flush()
            os.fsync(file.fileno())
        self._files.close()


def _last(ends: Path, blocks: int) -> int:
    """Where the last of so many blocks ends."""
    return numbers(ends)[blocks - 1] if blocks else 0


def are_complete(folder: Path, records: int) -> bool:
    """Whether the files of a generation of so many records are there and as long as they must be."""
    try:
        keys, entries, firsts, ends = ((folder / name).stat().st_size for name in (KEYS, ENTRIES, FIRSTS, ENDS))
        blocks = ends // _BYTES
        return keys == records * _BYTES and firsts == ends and entries == _last(folder / ENDS, blocks)
    except OSError:
        return False


class Generation:
    """Reads one generation. Raises FeedError when its files are not there or not what they should be."""

    def __init__(self, folder: Path) -> None:
        try:
            self.keys, self._entries = numbers(folder / KEYS), mapped(folder / ENTRIES)
            self._firsts, self._ends = numbers(folder / FIRSTS), numbers(folder / ENDS)
        except OSError as error:
            raise FeedError(f"{folder.parent.name} {folder.name} is not on the disk") from error
        self._blocks: dict[int, list[bytes]] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, key: int, kind: Kind, text: str) -> Record | None:
        """The record of exactly this entry."""
        beginning = f"{kind}{text}\t".encode()
        at = bisect_left(self.keys, key)
        while at < len(self.keys) and self.keys[at] == key:
            record = self.record(at)
            if record.startswith(beginning):
                return _read(record)
            at += 1
        return None

    def run(self, low: int, high: int, limit: int) -> list[Record]:
        """The first `limit` records with keys from `low` up to but without `high`."""
        start = bisect_left(self.keys, low)
        end = bisect_left(self.keys, high, start, min(start + limit, len(self.keys)))
        return [_read(self.record(at)) for at in range(start, end)]

    def record(self, at: int) -> bytes:
        """The record at a place, as written."""
        number = bisect_right(self._firsts, at) - 1
        block = self._blocks.get(number)
        if block is None:
            if len(self._blocks) >= CACHED_BLOCKS:
                self._blocks.clear()
            block = self._blocks[number] = self._block(number)
        try:
            return block[at - self._firsts[number]]
        except IndexError as error:
            raise FeedError("a block of a list is short") from error

    def records(self, low: int, high: int) -> Iterator[tuple[int, bytes]]:
        """Key and record of everything from the key `low` up to but without `high`, in order."""
        start = bisect_left(self.keys, low)
        end = bisect_left(self.keys, high, start)
        while start < end:
            number = bisect_right(self._firsts, start) - 1
            first, block = self._firsts[number], self._block(number)
            stop = min(first + len(block), end)
            if stop <= start:
                raise FeedError("a block of a list is short")
            yield from zip(self.keys[start:stop], block[start - first : stop - first], strict=True)
            start = stop

    def _block(self, number: int) -> list[bytes]:
        start = self._ends[number - 1] if number else 0
        try:
            return zlib.decompress(self._entries[start : self._ends[number]]).split(b"\n")
        except (zlib.error, IndexError) as error:
            raise FeedError("a block of a list cannot be read") from error


def _read(record: bytes) -> Record:
    try:
        return unpacked(record)
    except ValueError as error:
        raise FeedError("a record of a list cannot be read") from error
