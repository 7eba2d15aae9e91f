"""Log lines that hostile text cannot split or colour: one record is one line."""

from __future__ import annotations

import logging
import re
from typing import Any

MAX_LINE = 4096
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text with controls, line ends and bidi marks written out, and no longer than MAX_LINE characters."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)[:MAX_LINE]


class OneLineFormatter(logging.Formatter):
    """Formats a record, its traceback included, as one line."""

    def format(self, record: logging.LogRecord) -> str:
        return one_line(super().format(record))


def configuration(level: str) -> dict[str, Any]:
    """The LOGGING setting: one line an event to stderr, from this level on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "wbscanner.logs.OneLineFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        # WARNING and below of the Go library carry phone numbers, DEBUG carries pairing secrets.
        # A stranger's wrong Host header is answered with 400; a traceback for each would only fill the disk.
        "loggers": {
            "neonize": {"level": "ERROR"},
            "whatsmeow": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},  # it says every address that is opened, whole, at INFO
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }
