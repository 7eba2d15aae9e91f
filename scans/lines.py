"""Lines and pieces of a file of any size in flat memory, decoded leniently."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from scans.engine.links import MAX_TEXT

# Bytes of one line that are kept; the rest of a longer line is skipped. A message has 64 Ki characters at most.
MAX_LINE = 1 << 20
# Bytes asked for at once: what a pipe holds, and about 500 messages. What is there is handed on, nobody waits for more.
BATCH = 1 << 16

_SPACES = (b" ", b"\t")


class UnreadableInput(Exception):
    """Reading failed; the message says why in one line."""


class Readable(Protocol):
    """A buffered stream of bytes."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes with one read at most, nothing at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end, counted from 1; is_cut when it was longer than MAX_LINE."""

    number: int
    text: str
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole lines, each with its line feed, as they came in one read; the first has this number, counted from 1."""

    first: int
    text: bytes

    @property
    def lines(self) -> list[bytes]:
        """Each without its line feed."""
        return self.text.split(b"\n")[:-1]


def batches(stream: Readable) -> Iterator[Batch]:
    """The lines of a stream as soon as they are there, an overlong one cut behind MAX_LINE; raises UnreadableInput."""
    number, carried = 1, bytearray()
    while chunk := _read_some(stream):
        whole, end, rest = chunk.rpartition(b"\n")
        if end:
            text = b"".join((carried, whole, end))
            yield Batch(number, text)
            number += text.count(end)
            carried.clear()
        carried += rest[: max(MAX_LINE + 1 - len(carried), 0)]
    if carried:
        yield Batch(number, bytes(carried) + b"\n")


def lines(stream: BinaryIO) -> Iterator[Line]:
    """Every line of a stream of bytes; raises UnreadableInput."""
    number = 0
    while chunk := _readline(stream, MAX_LINE):
        number += 1
        is_cut = not chunk.endswith(b"\n") and len(chunk) == MAX_LINE
        rest = chunk
        while is_cut and rest and not rest.endswith(b"\n"):
            rest = _readline(stream, MAX_LINE)
        yield Line(number, _decoded(chunk, is_first=number == 1).rstrip("\r\n"), is_cut)


def texts(stream: Readable) -> Iterator[list[str]]:
    """A stream as it comes, each time in texts that find_links reads whole; raises UnreadableInput."""
    carried = bytearray()
    while chunk := _read_some(stream):
        carried += chunk
        end = carried.rfind(b"\n") + 1
        if not end and len(carried) >= MAX_TEXT:
            end = max(carried.rfind(space) for space in _SPACES) + 1 or len(carried)
        if end:
            yield list(pieces(io.BytesIO(carried[:end])))
            del carried[:end]
    if carried:
        yield list(pieces(io.BytesIO(carried)))


def pieces(stream: BinaryIO) -> Iterator[str]:
    """A stream cut at line ends, and overlong lines at spaces, into texts that find_links reads whole."""
    carried, is_first = b"", True
    while chunk := _readline(stream, MAX_TEXT - len(carried)):
        chunk, carried = carried + chunk, b""
        if not chunk.endswith(b"\n") and len(chunk) == MAX_TEXT:
            border = max(chunk.rfind(space) for space in _SPACES) + 1
            chunk, carried = (chunk[:border], chunk[border:]) if border else (chunk, b"")
        yield _decoded(chunk, is_first=is_first)
        is_first = False
    if carried:
        yield _decoded(carried, is_first=is_first)


def _readline(stream: BinaryIO, limit: int) -> bytes:
    try:
        return stream.readline(limit)
    except OSError as error:
        raise UnreadableInput(error.strerror or str(error)) from error


def _read_some(stream: Readable) -> bytes:
    """Bytes that are ready, one at least; none at the end."""
    try:
        return stream.read1(BATCH)
    except OSError as error:
        raise UnreadableInput(error.strerror or str(error)) from error


def _decoded(chunk: bytes, *, is_first: bool) -> str:
    text = chunk.decode("utf-8", errors="replace")
    return text.removeprefix("\ufeff") if is_first else text
