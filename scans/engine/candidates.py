"""The pieces of a text that a phone makes clickable, found in linear time; scans.engine.links parses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scans.engine.characters import HAS_INVISIBLE, REORDERING, SEPARATORS
from scans.engine.pieces import pieces
from scans.engine.readings import DEFANGED_DOT, Reading, read
from scans.engine.spans import Span, schemed_span, spans


class Evasion(StrEnum):
    """What was done to a link so that a scanner would not read it."""

    DEFANGED_SCHEME = "defanged_scheme"
    """hxxp, h**p, [://]: nobody can tap it."""
    DEFANGED_DOT = "defanged_dot"
    """[.], (dot), " dot ": nobody can tap it."""
    SPACED_HOST = "spaced_host"
    """Spaces between the parts of the host: nobody can tap it."""
    HIDDEN_CHARACTERS = "hidden_characters"
    """Characters without width, anywhere in it."""
    BIDI_CONTROL = "bidi_control"
    """Characters that reorder the writing, anywhere in it."""
    DISGUISED_LETTERS = "disguised_letters"
    """Full-width, circled or styled letters that a browser reads as plain ones."""
    DOT_TWINS = "dot_twins"
    """Other dots that a browser reads as the dot of a host, or that only look like one."""
    OVERLONG = "overlong"
    """Longer than MAX_URL, so that only its host was read."""


# Links that only our reader puts together: no program makes them clickable.
NOT_CLICKABLE = frozenset({Evasion.DEFANGED_SCHEME, Evasion.DEFANGED_DOT, Evasion.SPACED_HOST})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece of a text: as written, as an absolute URL to be parsed, and what had to be undone to read it."""

    raw: str
    url: str
    evasions: tuple[Evasion, ...] = ()


# A text or token without any of these holds no link: most messages end here.
_MAY_HOLD_LINK = re.compile(r"\.[^\s.]|//|[dD][oO][tT][\])}]")
_PLAIN_SCHEME = re.compile(r"https?:", re.IGNORECASE)

# The scheme of a link that was written without one: browsers try it first, and it shares the verdict of the full form.
_ASSUMED_SCHEME = "https://"


def find_candidates(text: str) -> Iterator[Candidate]:
    """The candidates of a text in order of first appearance; some may repeat, some may turn out not to be URLs."""
    if _MAY_HOLD_LINK.search(text) is None:
        return
    for token in dict.fromkeys(SEPARATORS.split(text)):
        if _MAY_HOLD_LINK.search(token) is not None:
            yield from _candidates_of(token)


def _candidates_of(token: str) -> Iterator[Candidate]:
    """Read a token as a person sees it; where it hides characters after a scheme, also as a browser would take it."""
    reading = read(token)
    seen: set[str] = set()
    for piece in pieces(reading.text):
        for span in spans(reading.text, piece):
            link = reading.text[span.start : span.end]
            if link not in seen:
                seen.add(link)
                yield _candidate(reading, span)
    if token.isascii() or HAS_INVISIBLE.search(token) is None:
        return
    literal = read(token, keep_invisible=True)
    for piece in pieces(literal.text):
        found = schemed_span(literal.text, piece)
        if found is not None:
            yield _candidate(literal, found)


def _candidate(reading: Reading, span: Span) -> Candidate:
    raw = reading.as_written(span.start, span.end)
    scheme = reading.text[span.start : span.body].lower()
    opening = ("https://" if "s" in scheme else "http://") if scheme else _ASSUMED_SCHEME
    return Candidate(raw, opening + reading.text[span.body : span.end], _evasions(reading, raw, scheme))


def _evasions(reading: Reading, raw: str, scheme: str) -> tuple[Evasion, ...]:
    found = []
    if scheme and _PLAIN_SCHEME.match(scheme) is None:
        found.append(Evasion.DEFANGED_SCHEME)
    if reading.places and DEFANGED_DOT.search(raw) is not None:
        found.append(Evasion.DEFANGED_DOT)
    if not raw.isascii() and HAS_INVISIBLE.search(raw) is not None:
        found.append(Evasion.BIDI_CONTROL if REORDERING.search(raw) else Evasion.HIDDEN_CHARACTERS)
    return tuple(found)
