"""Lines out of pieces of bytes, however they were cut; memory stays flat whatever arrives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from scans.engine.feeds.formats.rows import BadFormat, Skipped, Why, skipped

# Characters of a line; a URL that links.parse takes has 8,192.
MAX_LINE = 16_384
BYTE_ORDER_MARK = "\ufeff"


def lines(pieces: Iterable[bytes]) -> Iterator[str | Skipped]:
    """The lines that are not empty, stripped; one that is too long is skipped, bytes that are no UTF-8 are replaced.

    Raises BadFormat for what is no text, and for a web page, which servers send in place of a list that is gone.
    """
    begun = False
    for line in _split(pieces):
        stripped = line.strip() if begun else line.lstrip(BYTE_ORDER_MARK).strip()
        if not stripped:
            continue
        if not begun and stripped[0] == "<":
            raise BadFormat("it is a web page, not a list")
        begun = True
        yield stripped if len(stripped) <= MAX_LINE else skipped(Why.TOO_LONG, stripped)


def _split(pieces: Iterable[bytes]) -> Iterator[str]:
    """Whole lines; of one that never ends a little more than MAX_LINE."""
    rest = b""
    for piece in pieces:
        if b"\0" in piece:
            raise BadFormat("it is no text")
        whole, newline, end = piece.rpartition(b"\n")
        if newline:
            yield from (rest + whole).decode("utf-8", "replace").split("\n")
            rest = end
        elif len(rest) <= MAX_LINE:
            rest += end
    yield rest.decode("utf-8", "replace")


def is_json(pieces: Iterable[bytes]) -> tuple[bool, Iterable[bytes]]:
    """Whether what comes begins as JSON does; and all of it again."""
    taken: list[bytes] = []
    rest = iter(pieces)
    for piece in rest:
        taken.append(piece)
        begin = piece.decode("utf-8", "replace").lstrip(BYTE_ORDER_MARK).lstrip()
        if begin:
            return begin[0] in "[{", chain(taken, rest)
    return False, taken
