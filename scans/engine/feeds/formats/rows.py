"""What a reader of a list gives: rows that may become entries, and what it left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from scans.engine.feeds.entries import MAX_DETAIL, Kind

# Characters of what was left out that are kept to be shown.
MAX_SHOWN = 200


class BadFormat(Exception):
    """What arrived is not a list of this format at all; the message says why."""


class Why(StrEnum):
    """Why something in a list is no entry."""

    NO_ADDRESS = "no_address"
    NOT_WEB = "not_web"
    TOO_LONG = "too_long"
    # The rest is read and understood: a list of nothing else is of the right format all the same.
    EXCEPTION = "exception"
    OTHER_KIND = "other_kind"
    NARROWER = "narrower"
    UNSURE = "unsure"
    WITHDRAWN = "withdrawn"
    TOO_WIDE = "too_wide"


UNREADABLE = frozenset({Why.NO_ADDRESS, Why.NOT_WEB, Why.TOO_LONG})


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that stands in a list and is no entry."""

    why: Why
    text: str


class Row(NamedTuple):
    """One entry as it is written, before it is normalised."""

    text: str
    kind: Kind
    """What its form says that it stands for."""
    first_day: int | None = None
    """Days since 1970-01-01; None for a list that does not tell: today."""
    last_day: int | None = None
    detail: str = ""


def skipped(why: Why, text: object) -> Skipped:
    """With the beginning of the text alone, in characters that can be stored."""
    return Skipped(why, str(text)[:MAX_SHOWN].encode("utf-8", "replace").decode())


def note(*parts: str) -> str:
    """One printable line of the parts that say something, at most MAX_DETAIL characters."""
    said = (" ".join(part.split()) for part in parts)
    told = ", ".join(part for part in said if part and part.lower() != "none")
    return "".join(character for character in told if character.isprintable())[:MAX_DETAIL]
