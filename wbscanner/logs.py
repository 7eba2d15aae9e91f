"""Log lines that hostile text cannot split or colour: one record is one line."""

from __future__ import annotations

import logging
import re

MAX_LINE = 4096
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text with controls, line ends and bidi marks written out, and no longer than MAX_LINE characters."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)[:MAX_LINE]


class OneLineFormatter(logging.Formatter):
    """Formats a record, its traceback included, as one line."""

    def format(self, record: logging.LogRecord) -> str:
        return one_line(super().format(record))
