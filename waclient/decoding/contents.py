"""What was found in a file, and how it travels between the two processes: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_TEXTS = 200
MAX_TEXT_CHARS = 65_536  # of all texts of one file together, as of a message


class Source(StrEnum):
    """Where in a file a text stood."""

    CODE = "code"
    DOCUMENT = "document"


class Trouble(StrEnum):
    """Why a file was not, or not wholly, read."""

    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too_many_pixels"
    CUT = "cut"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Found:
    """A text in a file."""

    source: Source
    text: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything read, in the order it was found; what came before a trouble counts."""

    found: tuple[Found, ...] = ()
    troubles: tuple[Trouble, ...] = ()


def line(item: Found | Trouble) -> str:
    """One item as a line."""
    if isinstance(item, Trouble):
        return json.dumps({"trouble": item})
    return json.dumps({"source": item.source, "text": item.text})


def parse(lines: Iterable[bytes]) -> Iterator[Found | Trouble]:
    """The items of lines that nobody vouches for; the last one of a killed process may be half a line."""
    for raw in lines:
        try:
            values = json.loads(raw)
            yield Trouble(values["trouble"]) if "trouble" in values else Found(Source(values["source"]), values["text"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue


def capped(items: Iterable[Found | Trouble]) -> Iterator[Found | Trouble]:
    """The items until a cap is reached, each text once."""
    seen: set[str] = set()
    room = MAX_TEXT_CHARS
    for item in items:
        if isinstance(item, Trouble):
            yield item
            continue
        text = item.text[:room].encode("utf-8", "replace").decode().strip()  # half a character cannot be stored
        if not text or text in seen:
            continue
        seen.add(text)
        room -= len(text)
        yield Found(item.source, text)
        if room <= 0 or len(seen) == MAX_TEXTS:
            yield Trouble.CUT
            return
