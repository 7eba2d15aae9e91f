"""CSV files for spreadsheets: no cell that they would calculate, each comes back exactly, sent line by line."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), also in the full-width and small forms
# that NFKC folds; the apostrophe itself, so that reading undoes writing.
SIGNS = frozenset("=+-@−'")
TRIMMED = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # categories of what importers drop at the beginning
BREAKS = ("\t", "\r", "\n")
SEPARATORS = re.compile(r"([;\t])")  # where a spreadsheet that is set to them ends a cell of this file


class _Line:
    """A file for csv.writer that hands the line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as lines of the file, every cell guarded."""
    writer = csv.writer(_Line())  # its writerow returns what write returns
    return (str(writer.writerow([guarded(str(cell)) for cell in row])) for row in rows)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet calculates, neither whole nor cut at a semicolon or tab."""
    first, *others = SEPARATORS.split(cell)
    inner = "".join(f"'{part}" if _is_calculated(part) else part for part in others)
    return f"'{first}{inner}" if _is_unsafe(cell) else first + inner


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    is_guarded = cell.startswith("'") and _is_unsafe(cell[1:])
    first, *others = SEPARATORS.split(cell[1:] if is_guarded else cell)
    return first + "".join(part[1:] if part[:1] == "'" and _is_calculated(part[1:]) else part for part in others)


def _is_unsafe(cell: str) -> bool:
    return cell.startswith(BREAKS) or _is_calculated(cell)


def _is_calculated(text: str) -> bool:
    """Whether the first character that is seen makes it a formula."""
    for char in text:
        if char in SIGNS or unicodedata.normalize("NFKC", char) in SIGNS:
            return True
        if unicodedata.category(char) not in TRIMMED:
            return False
    return False
