"""JSON read from a stream, value by value: lists of a hundred thousand names are never held as objects."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import NamedTuple

from scans.engine.feeds.formats.rows import BadFormat
from scans.engine.feeds.formats.text import BYTE_ORDER_MARK

Scalar = str | int | float | bool | None
Key = str | int

# Containers in containers; the known lists have four.
MAX_DEPTH = 12
# Characters of one string or number.
MAX_TOKEN = 65_536

_TOKEN = re.compile(
    r'[ \t\r\n]*(?:(?P<mark>[{}\[\],:])|"(?P<text>[^"\\]*(?:\\.[^"\\]*)*)"|(?P<bare>[-+0-9.eE]+|true|false|null))',
    re.DOTALL,
)
_BARE = {"true": True, "false": False, "null": None}


class Leaf(NamedTuple):
    """A value that is no container, and where it stands: the keys down to its container, then its own."""

    parent: tuple[Key, ...]
    key: Key
    value: Scalar


class _Next(Enum):
    """What may come next."""

    VALUE = auto()
    VALUE_OR_END = auto()
    KEY = auto()
    KEY_OR_END = auto()
    COLON = auto()
    COMMA_OR_END = auto()
    NOTHING = auto()


def leaves(pieces: Iterable[bytes]) -> Iterator[Leaf]:
    """Every value, in order; an empty container counts as null. Raises BadFormat for what is not whole, valid JSON."""
    walk = _Walk()
    for mark, text, bare in _tokens(pieces):
        leaf = walk.mark(mark) if mark else walk.string(text) if bare is None else walk.value(_scalar(bare))
        if leaf is not None:
            yield leaf
    if walk.next is not _Next.NOTHING:
        raise BadFormat("its JSON ends in the middle")


def records(pieces: Iterable[bytes], depth: int) -> Iterator[dict[str, Scalar]]:
    """The objects that stand `depth` containers deep, with their plain values."""
    around: tuple[Key, ...] | None = None
    record: dict[str, Scalar] = {}
    for leaf in leaves(pieces):
        if len(leaf.parent) != depth:
            continue
        if leaf.parent != around:
            if record:
                yield record
            around, record = leaf.parent, {}
        record[str(leaf.key)] = leaf.value
    if record:
        yield record


class _Walk:
    """Where the reader stands: the containers around it and what may come next."""

    def __init__(self) -> None:
        self.next = _Next.VALUE
        self._around: list[tuple[tuple[Key, ...], Key]] = []
        self._path: tuple[Key, ...] = ()
        self._key: Key = ""
        self._is_empty = False

    def mark(self, mark: str) -> Leaf | None:
        """One of `{}[],:`."""
        if mark in "{[":
            self._open(mark)
        elif mark in "}]":
            return self._close(mark)
        elif mark == ":":
            self._expect(_Next.COLON)
            self.next = _Next.VALUE
        else:
            self._comma()
        return None

    def string(self, text: str) -> Leaf | None:
        """A string: a name where one may stand."""
        if self.next in (_Next.KEY, _Next.KEY_OR_END):
            self._key, self._is_empty, self.next = text, False, _Next.COLON
            return None
        return self.value(text)

    def value(self, value: Scalar) -> Leaf:
        """A value that is no container."""
        self._expect(_Next.VALUE, _Next.VALUE_OR_END)
        if not self._around:
            raise BadFormat("its JSON is a single value")
        self._is_empty, self.next = False, _Next.COMMA_OR_END
        return Leaf(self._path, self._key, value)

    def _open(self, mark: str) -> None:
        self._expect(_Next.VALUE, _Next.VALUE_OR_END)
        if len(self._around) == MAX_DEPTH:
            raise BadFormat("its JSON is nested too deeply")
        self._around.append((self._path, self._key))
        if len(self._around) > 1:
            self._path = (*self._path, self._key)
        self._is_empty = True
        self._key, self.next = ("", _Next.KEY_OR_END) if mark == "{" else (0, _Next.VALUE_OR_END)

    def _close(self, mark: str) -> Leaf | None:
        first = _Next.VALUE_OR_END if mark == "]" else _Next.KEY_OR_END
        self._expect(first, _Next.COMMA_OR_END)
        if not self._around or isinstance(self._key, int) is not (mark == "]"):
            raise BadFormat("its JSON is not valid")
        was_empty, self._is_empty = self._is_empty, False
        self._path, self._key = self._around.pop()
        self.next = _Next.COMMA_OR_END if self._around else _Next.NOTHING
        return Leaf(self._path, self._key, None) if was_empty and self._around else None

    def _comma(self) -> None:
        self._expect(_Next.COMMA_OR_END)
        if isinstance(self._key, int):
            self._key, self.next = self._key + 1, _Next.VALUE
        else:
            self.next = _Next.KEY

    def _expect(self, *allowed: _Next) -> None:
        if self.next not in allowed:
            raise BadFormat("its JSON is not valid")


def _tokens(pieces: Iterable[bytes]) -> Iterator[tuple[str | None, str, str | None]]:
    """Mark, text of a string, or what stands bare."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    waiting = ""
    for piece in pieces:
        waiting = (waiting or "").lstrip(BYTE_ORDER_MARK) + decoder.decode(piece)
        end = 0
        while (token := _TOKEN.match(waiting, end)) is not None and not _may_go_on(token, len(waiting)):
            end = token.end()
            yield token["mark"], _unescaped(token["text"]) if token["text"] else "", token["bare"]
        waiting = waiting[end:]
        if len(waiting) > MAX_TOKEN:
            raise BadFormat("it is no JSON")
    if waiting.strip():
        raise BadFormat("its JSON is not valid")


def _may_go_on(token: re.Match[str], end: int) -> bool:
    """Whether a number or word that ends where the piece ends may be continued by the next."""
    return token["bare"] is not None and token.end() == end


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        raise BadFormat("its JSON is not valid") from None


def _scalar(bare: str) -> Scalar:
    if bare in _BARE:
        return _BARE[bare]
    try:
        return float(bare) if any(mark in bare for mark in ".eE") else int(bare)
    except ValueError:
        raise BadFormat("its JSON is not valid") from None
