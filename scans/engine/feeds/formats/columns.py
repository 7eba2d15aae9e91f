"""Rows of comma-separated values with or without names of columns, in a comment or in the first line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from scans.engine.feeds.formats.rows import Skipped, Why, skipped
from scans.engine.feeds.formats.text import lines

# Cells of one row; URLhaus and ThreatFox have fifteen at most.
MAX_CELLS = 64


def rows(pieces: Iterable[bytes], names: tuple[str, ...]) -> Iterator[dict[str, str] | Skipped]:
    """The rows by column; the list's own names of columns beat `names` once they were read.

    Line by line, so that one forgotten quotation mark costs one row and not the rest of the list.
    """
    known = frozenset(names)
    for line in lines(pieces):
        if isinstance(line, Skipped):
            yield line
            continue
        cells = _cells(line)
        header = tuple(cell.strip(' #"') for cell in cells) if known.intersection(cells[1:2]) else ()
        if header and known.issuperset(header[:2]):
            names = header
        elif line.startswith("#"):
            continue
        elif len(cells) < 2:
            yield skipped(Why.NO_ADDRESS, line)
        else:
            yield dict(zip(names, cells, strict=False))


def _cells(line: str) -> list[str]:
    """The cells, stripped; of a line that cannot be read none."""
    begin = line.lstrip("# ") if line.startswith("#") else line
    try:
        cells = next(csv.reader([begin], skipinitialspace=True, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells[:MAX_CELLS]]
