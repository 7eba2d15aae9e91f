"""Reading a list in a test: in small pieces, and told in short."""

from __future__ import annotations

from collections.abc import Iterator

from scans.engine.feeds.entries import Entry
from scans.engine.feeds.formats import Skipped, read
from scans.engine.feeds.source import Format, Match

TODAY = 20_780  # 2026-11-23
# Small and odd, so that every kind of line, escape and character is cut somewhere.
PIECE = 7


def pieces(text: str | bytes, size: int = PIECE) -> Iterator[bytes]:
    content = text.encode() if isinstance(text, str) else text
    return (content[start : start + size] for start in range(0, len(content), size))


def found(
    format: Format, text: str | bytes, match: Match = Match.AS_WRITTEN, size: int = PIECE
) -> list[Entry | Skipped]:
    return list(read(format, match, pieces(text, size), TODAY))


def entries(format: Format, text: str | bytes, match: Match = Match.AS_WRITTEN) -> list[Entry]:
    return [one for one in found(format, text, match) if isinstance(one, Entry)]


def told(format: Format, text: str | bytes, match: Match = Match.AS_WRITTEN) -> list[str]:
    """`u bad.example/page` of an entry, `! not_web` of what was skipped."""
    return [
        f"{one.kind} {one.text}" if isinstance(one, Entry) else f"! {one.why}" for one in found(format, text, match)
    ]
