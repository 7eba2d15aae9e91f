"""The pieces of a text that a phone makes clickable, found in linear time; scans.engine.links parses them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from scans.engine.finding.bare_ipv6 import bracketed
from scans.engine.finding.characters import (
    DOT_TWIN_INSIDE,
    HAS_INVISIBLE,
    HIDDEN,
    SEPARATORS,
)
from scans.engine.finding.evasions import evasions_of
from scans.engine.finding.looks import Looks
from scans.engine.finding.pieces import Piece, pieces
from scans.engine.finding.plain_links import ASSUMED_SCHEME, PLAIN_SCHEMES, Candidate, plain_ones, plainly
from scans.engine.finding.readings import DEFANGED_DOT, SCHEME, Reading, read
from scans.engine.finding.spaced import PLAIN_ENDINGS, SPELLED_DOT, may_hold_spaced, may_spell_dots, spaced_hosts
from scans.engine.finding.spans import Span, schemed_span, spans

# A dot that something of a host may follow: no mark of a sentence, no picture; `[.]` as well.
_DOTTED = re.compile(
    "\\.(?:[^\\s.,!?;:)\\]}\"'*~>…»”\u2600-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
    "|[)\\]}]{1,2}\\w)"
)
_is_dotted = _DOTTED.search
# Parts of one word, and its characters, that are also read as a phone does which sees less than we do.
MAX_READABLE_PARTS = 50
MAX_READABLE = 4_096


def find_candidates(text: str, looks: Looks) -> Iterator[Candidate]:
    """The candidates of a text in order of first appearance; some may repeat, some may turn out not to be URLs."""
    spells_dots = may_spell_dots(text)
    if may_hold_spaced(text, spells_dots=spells_dots):
        return _of_spaced(text, looks)
    return _of_words(text, looks, is_unusual=_is_unusual(text, spells_dots=spells_dots))


def may_hold_link(text: str) -> bool:
    """Whether it is worth looking: most messages end here, so it asks the cheapest questions first."""
    if "." in text and _is_dotted(text) is not None:
        return True
    has_slash = "/" in text
    if has_slash and "//" in text:
        return True
    if has_slash or "dot" in text or ")" in text or "]" in text or "www" in text or "DOT" in text or "Dot" in text:
        spells_dots = may_spell_dots(text)
        return _is_unusual(text, spells_dots=spells_dots) or may_hold_spaced(text, spells_dots=spells_dots)
    return not text.isascii() and DOT_TWIN_INSIDE.search(text) is not None


def _is_unusual(text: str, *, spells_dots: bool) -> bool:
    """Whether there may be a host without a plain dot; spells_dots: what may_spell_dots says of the text."""
    if not text.isascii() and DOT_TWIN_INSIDE.search(text) is not None:
        return True
    return spells_dots and SPELLED_DOT.search(text) is not None


def _may_be_unusual(text: str) -> bool:
    return _is_unusual(text, spells_dots=may_spell_dots(text))


def _of_spaced(text: str, looks: Looks) -> Iterator[Candidate]:
    """The candidates of a text that may hold hosts with spaces inside."""
    position = 0
    for start, end in spaced_hosts(text, looks):
        yield from _of_tokens(text[position:start], looks)
        yield from _read_closely(text[start:end], looks, is_spaced=True)
        position = end
    yield from _of_tokens(text[position:], looks)


def _of_tokens(text: str, looks: Looks) -> Iterator[Candidate]:
    return _of_words(text, looks, is_unusual=_may_be_unusual(text))


def _of_words(text: str, looks: Looks, *, is_unusual: bool) -> Iterator[Candidate]:
    """The candidates of a text by what stands between spaces, each distinct word once."""
    seen: set[str] = set()
    words = iter(text.split())
    for word in words:
        if not is_unusual and "//" not in word and ("." not in word or _is_dotted(word) is None):
            continue
        if word not in seen:
            seen.add(word)
            found: Iterable[Candidate] | None = plainly(word)
            if found is None and looks.left <= 0:
                yield from plain_ones(" ".join((word, *words)))
                return
            yield from _of_parts(word, looks) if found is None else found


def _of_parts(word: str, looks: Looks) -> Iterator[Candidate]:
    """The candidates of a word that may hold quotes and other marks which no link goes across."""
    for token in dict.fromkeys(SEPARATORS.split(word)):
        if ("." in token or "//" in token) or _may_be_unusual(token):
            found = plainly(token) if token != word else None
            yield from _read_closely(token, looks) if found is None else found


def _read_closely(token: str, looks: Looks, *, is_spaced: bool = False) -> Iterator[Candidate]:
    """The candidates of a token; when no looks are left, those of plain characters."""
    if looks.take():
        yield from _candidates_of(token, looks, is_spaced=is_spaced)
    if looks.left <= 0:
        yield from plain_ones(token)


def _candidates_of(token: str, looks: Looks, *, is_spaced: bool = False) -> Iterator[Candidate]:
    """Read a token as a person sees it; where it hides characters after a scheme, also as a browser would take it."""
    reading = read(token, is_spaced=is_spaced)
    looks.take_for_places(len(reading.places))
    seen: set[str] = set()
    is_none = bool(reading.places) and plainly(reading.text) == ()
    for span in () if is_none else _spans_of(reading.text, looks):
        link = reading.text[span.start : span.end]
        if link not in seen:
            seen.add(link)
            looks.take()
            yield _candidate(reading, span)
    if not reading.places:
        return
    yield from _readable_parts(token, looks, has_link=bool(seen))
    if token.isascii() or HAS_INVISIBLE.search(token) is None or SCHEME.search(reading.text) is None:
        return
    literal = read(token, keep_invisible=True, is_spaced=is_spaced)
    looks.take_for_places(len(literal.places))
    known: set[str] = set()
    for piece in _distinct_pieces(literal.text, looks):
        found = schemed_span(literal.text, piece)
        if found is not None and (link := literal.text[found.start : found.end]) not in known:
            known.add(link)
            looks.take()
            yield _candidate(literal, found)


def _readable_parts(token: str, looks: Looks, *, has_link: bool) -> Iterator[Candidate]:
    """What a phone reads that neither undoes a dot in brackets nor looks past a hidden character behind a host."""
    token = token[:MAX_READABLE]
    if not has_link and (parts := HIDDEN.split(token))[1:]:
        for part in islice((part for part in parts if "." in part), MAX_READABLE_PARTS):
            yield from () if plainly(part) == () or not looks.take() else _candidates_of(part, looks)
    if DEFANGED_DOT.search(token) is not None:
        literal = Reading(token, token)
        for span in islice(_spans_of(token, looks), MAX_READABLE_PARTS):
            ending = token[span.body : span.end].rpartition(".")[2].lower()
            if ending in PLAIN_ENDINGS and DEFANGED_DOT.match(token, span.end) is not None:
                yield _candidate(literal, span)


def _spans_of(text: str, looks: Looks) -> Iterator[Span]:
    if "//" not in text:
        yield from spans(text, Piece(0, len(text)), looks)
        return
    for piece in _distinct_pieces(text, looks):
        yield from spans(text, piece, looks)


def _distinct_pieces(text: str, looks: Looks) -> Iterator[Piece]:
    """The first of all pieces that are equal, the character before them as well: the others hold the same links."""
    seen: set[tuple[str, str]] = set()
    for piece in pieces(text):
        if not looks.take():
            return
        written = (text[piece.start - 1 : piece.start], text[piece.start : piece.end])
        if written not in seen:
            seen.add(written)
            yield piece


def _candidate(reading: Reading, span: Span) -> Candidate:
    raw = reading.as_written(span.start, span.end)
    scheme = reading.text[span.start : span.body].lower().removeprefix("//")
    opening = ("https://" if "s" in scheme else "http://") if scheme else ASSUMED_SCHEME
    evasions = evasions_of(raw, scheme) if reading.places or not raw.isascii() or scheme not in PLAIN_SCHEMES else ()
    return Candidate(raw, opening + bracketed(reading.text[span.body : span.end]), evasions)
