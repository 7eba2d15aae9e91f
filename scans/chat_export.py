"""WhatsApp's own "Export chat" text, of Android and iOS, as a stream of messages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scans.engine.links import MAX_TEXT
from scans.lines import Line

# Lines before the first header; more means that the file is something else.
MOST_LINES_WITHOUT_HEADER = 50

# Direction marks and the byte order mark that exports put before a line or a text.
_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
# 12/31/25  31.12.2025  2025-12-31  31. 12. 2025  2025년 12월 31일  2025/12/31, in any script's digits.
_DATE = r"\d{1,4}(?:[./-]|\. |년 ?|年)\d{1,2}(?:[./-]|\. |월 ?|月)\d{1,4}(?:일|日|\.)?"
# 21:41  21.41  9:41:05 PM  9:41 p. m.  오후 9:41; \s covers the narrow space U+202F.
_CLOCK = r"(?:[^\W\d]{1,8}\s?)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[^\W\d][^\d\[\]:-]{0,11})?"
_STYLES = (
    re.compile(rf"{_MARKS}{_DATE},?\s{_CLOCK}\s-\s{_MARKS}(?P<rest>.*)", re.DOTALL),
    re.compile(rf"{_MARKS}\[{_DATE},?\s{_CLOCK}\]\s?{_MARKS}(?P<rest>.*)", re.DOTALL),
)
_SENDER = re.compile(r"(?P<sender>.{1,200}?)\s?:(?:\s|$)(?P<text>.*)", re.DOTALL)


class NotAChatExport(Exception):
    """A text in which no line begins like a message of an export."""


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    """The text of one message, cut at MAX_TEXT characters, and the number of its first line; no sender, no time."""

    line: int
    text: str


def messages(lines: Iterable[Line]) -> Iterator[ExportedMessage]:
    """Every message that has a sender, one at a time; the first header decides the style. Raises NotAChatExport."""
    remaining = iter(lines)
    style, line = _find_style(remaining)
    if style is None or line is None:
        return
    number, parts, room = 0, list[str](), 0
    for current in itertools.chain([line], remaining):
        header = style.match(current.text)
        if header is None:
            if room > 0:
                parts.append(current.text[:room])
                room -= len(current.text) + 1
            continue
        if parts:
            yield ExportedMessage(number, "\n".join(parts)[:MAX_TEXT])
        number, parts = current.number, _first_part(header["rest"])
        room = MAX_TEXT - len(parts[0]) if parts else 0
    if parts:
        yield ExportedMessage(number, "\n".join(parts)[:MAX_TEXT])


def _first_part(rest: str) -> list[str]:
    """The text behind the sender; nothing for a system line such as "Alice added Bob"."""
    written = _SENDER.match(rest)
    return [written["text"][:MAX_TEXT]] if written else []


def _find_style(lines: Iterator[Line]) -> tuple[re.Pattern[str] | None, Line | None]:
    """The style and the line of the first header, nothing for an empty file; raises NotAChatExport."""
    has_content = False
    for line in itertools.islice(lines, MOST_LINES_WITHOUT_HEADER):
        for style in _STYLES:
            if style.match(line.text):
                return style, line
        has_content = has_content or bool(line.text.strip())
    if has_content:
        raise NotAChatExport
    return None, None
