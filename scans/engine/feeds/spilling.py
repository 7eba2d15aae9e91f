"""The first half of an import: a list's entries in sorted runs on the disk, however many they are."""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from pathlib import Path

from scans.engine.feeds.blocks import packed
from scans.engine.feeds.entries import Entry
from scans.engine.feeds.expressions import sort_key_of

# Entries sorted at once: about 20 MB.
RUN = 100_000
# Slices of the key space that are merged one after the other, each from all runs: a power of two.
SLICES = 64
KEY_DIGITS = 16
# Where a merge of the runs stands; none of a new list's before its first step.
PROGRESS = "progress.json"

_HEAD = 2
_BOUNDS = [f"{number * (256 // SLICES):0{_HEAD}x}".encode() for number in range(1, SLICES)]


def spill(work: Path, entries: Iterable[Entry], *, part: int = 0) -> int:
    """Writes entries to sorted runs in the folder `work`; returns how many.

    A list may be spilled in several parts, each in a step of its own: a part that is written again replaces itself.
    """
    work.mkdir(parents=True, exist_ok=True)
    for old in (work / PROGRESS, *work.glob(f"run-{part}-*")):
        old.unlink(missing_ok=True)
    entries, count, number = iter(entries), 0, 0
    while True:
        lines = sorted([sort_key_of(entry).encode() + packed(entry) for entry in islice(entries, RUN)])
        if lines or not number:
            _write(work / f"run-{part}-{number}", lines)
        count, number = count + len(lines), number + 1
        if len(lines) < RUN:
            return count


def _write(path: Path, lines: list[bytes]) -> None:
    """A run: SLICES + 1 numbers, where each slice begins in what follows, then the lines."""
    cuts = [0, *(bisect_left(lines, bound) for bound in _BOUNDS), len(lines)]
    starts, at = array("Q", [0]), 0
    parts = []
    for low, high in pairwise(cuts):
        text = b"".join([line + b"\n" for line in lines[low:high]])
        at += len(text)
        starts.append(at)
        parts.append(text)
    with path.open("wb") as file:
        file.write(starts.tobytes())
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


def slices(work: Path, number: int) -> Iterator[list[bytes]]:
    """The lines of one slice, run by run; each begins with its key in KEY_DIGITS hexadecimal digits."""
    head = array("Q").itemsize * (SLICES + 1)
    for path in sorted(work.glob("run-*")):
        with path.open("rb") as file:
            starts = array("Q", file.read(head))
            file.seek(head + starts[number])
            yield file.read(starts[number + 1] - starts[number]).splitlines()
