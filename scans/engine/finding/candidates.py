"""The pieces of a text that a phone makes clickable, found in linear time; scans.engine.links parses them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from scans.engine.finding.bare_hosts import host_before, host_of_compound, is_host, is_ipv4, is_plain_number_link
from scans.engine.finding.bare_ipv6 import bracketed
from scans.engine.finding.characters import (
    DOT_TWIN_INSIDE,
    HAS_INVISIBLE,
    HIDDEN,
    SEPARATORS,
)
from scans.engine.finding.evasions import Evasion, evasions_of
from scans.engine.finding.pieces import Piece, pieces
from scans.engine.finding.readings import DEFANGED_DOT, SCHEME, Reading, read
from scans.engine.finding.spaced import PLAIN_ENDINGS, SPELLED_DOT, may_hold_spaced, may_spell_dots, spaced_hosts
from scans.engine.finding.spans import MAX_GLUED, Span, schemed_span, spans
from scans.engine.names.suffixes import is_top_level_domain


class Candidate(NamedTuple):
    """A piece of a text: as written, as an absolute URL to be parsed, and what had to be undone to read it."""

    raw: str
    url: str
    evasions: tuple[Evasion, ...] = ()


# A dot that something of a host may follow: no mark of a sentence, no picture; `[.]` as well.
_DOTTED = re.compile(
    "\\.(?:[^\\s.,!?;:)\\]}\"'*~>…»”\u2600-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
    "|[)\\]}]{1,2}\\w)"
)
_is_dotted = _DOTTED.search
# Parts of one word, and its characters, that are also read as a phone does which sees less than we do.
MAX_READABLE_PARTS = 50
MAX_READABLE = 4_096
# Tokens of one text that are looked at closely and hold nothing new. Behind them only links of plain characters are
# found, whatever is glued to them: with those a phone makes something of a text that nobody reads to its end.
MAX_IN_VAIN = 1_000
# What only a scheme before it makes part of a link; 0080 is read closely.
_NO_PORTS = frozenset({":/", ":?", ":#", ":0"})
_PLAIN_SCHEMES = frozenset({"", "http://", "https://"})

# Most links: a path of harmless characters, brackets and marks of a sentence around. The general way reads each alike,
# many times slower (a test compares them). Letters of a host are those that may stand beside Latin ones.
_HOST_LETTERS = "A-Za-z0-9À-ÖØ-öø-ſΑ-ωЀ-ҁҊ-ӿ"
_LETTERS = f"{_HOST_LETTERS}א-ת\u0620-\u064aぁ-ゖァ-ヺー一-鿿"
_LINK = (
    f"(((?i:https?)://)?([{_HOST_LETTERS}][{_HOST_LETTERS}._-]*(?<=[{_HOST_LETTERS}]))"
    f"((?::(?:[1-5][0-9]{{4}}|[0-9]{{1,4}}))?(?:[/?#][{_LETTERS}/._%+=&?#,@~-]*(?<=[{_LETTERS}/=&+%_-]))?))"
)
_PLAIN_LINK = re.compile(
    "(?:[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+(?=https?:))?(?:[(\\[{*~'#]*|[<\"«]|\\[[A-Za-z0-9]+\\]\\()"
    f"{_LINK}(?!:\\?)"
    "[.,!?;:)*\\]}…。]*(?:['>\"»][.,!?;:)*\\]}…。]*)?(?:(?<!=)[\U0001f300-\U0001f64f]+)?"
)
_PLAIN_LINK_INSIDE = re.compile(
    f"(?<![@._{_HOST_LETTERS}-])(?=[{_HOST_LETTERS}_-]+\\.[{_HOST_LETTERS}]|(?i:https?)://)(?>{_LINK})(?!@)"
)
_SINGLE_DOT = re.compile(r"[^.]\.[^.]")
# E-mail addresses, amounts, times and ratios: 1.250,00 and 1.5:1.
_MAILBOX = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+[.,!?;:)]*")
_AMOUNT = re.compile(r"[A-Z$€£]{0,3}[0-9]+(?:[.,:/%-][0-9]+){1,2}[.,!?;:)%€]*")

# The scheme of a link that was written without one: browsers try it first, and it shares the verdict of the full form.
_ASSUMED_SCHEME = "https://"


def find_candidates(text: str) -> Iterator[Candidate]:
    """The candidates of a text in order of first appearance; some may repeat, some may turn out not to be URLs."""
    spells_dots = may_spell_dots(text)
    if may_hold_spaced(text, spells_dots=spells_dots):
        return _of_spaced(text, _CloseReader())
    return _of_words(text, None, is_unusual=_is_unusual(text, spells_dots=spells_dots))


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


class _CloseReader:
    """Reads the tokens of one text closely, until MAX_IN_VAIN of them held nothing new."""

    __slots__ = ("_in_vain", "_known")

    def __init__(self) -> None:
        self._in_vain = 0
        self._known: set[str] = set()

    def read_parts(self, word: str) -> Iterator[Candidate]:
        """The candidates of a word that may hold quotes and other marks which no link goes across."""
        if self._in_vain >= MAX_IN_VAIN:
            yield from _plain_ones(word)
            return
        for token in dict.fromkeys(SEPARATORS.split(word)):
            if ("." in token or "//" in token) or _may_be_unusual(token):
                found = _plainly(token) if token != word else None
                yield from self.read(token) if found is None else found

    def read(self, token: str, *, is_spaced: bool = False) -> Iterator[Candidate]:
        """The candidates of a token; when too many were read in vain, those of plain characters."""
        if self._in_vain >= MAX_IN_VAIN:
            yield from _plain_ones(token)
            return
        known = len(self._known)
        for candidate in _candidates_of(token, is_spaced=is_spaced):
            self._known.add(candidate.url)
            yield candidate
        self._in_vain += len(self._known) == known


def _of_spaced(text: str, reader: _CloseReader) -> Iterator[Candidate]:
    """The candidates of a text that may hold hosts with spaces inside."""
    position = 0
    for start, end in spaced_hosts(text):
        yield from _of_tokens(text[position:start], reader)
        yield from reader.read(text[start:end], is_spaced=True)
        position = end
    yield from _of_tokens(text[position:], reader)


def _of_tokens(text: str, reader: _CloseReader) -> Iterator[Candidate]:
    return _of_words(text, reader, is_unusual=_may_be_unusual(text))


def _of_words(text: str, reader: _CloseReader | None, *, is_unusual: bool) -> Iterator[Candidate]:
    """The candidates of a text by what stands between spaces, each distinct word once; most texts need no reader."""
    seen: set[str] = set()
    for word in text.split():
        if not is_unusual and "//" not in word and ("." not in word or _is_dotted(word) is None):
            continue
        if word not in seen:
            seen.add(word)
            found: Iterable[Candidate] | None = _plainly(word)
            if found is None:
                reader = reader or _CloseReader()
                found = reader.read_parts(word)
            yield from found


def _plain_ones(word: str) -> Iterator[Candidate]:
    """The links of plain characters in a word."""
    for plain in islice(_PLAIN_LINK_INSIDE.finditer(word), MAX_GLUED):
        yield from _plain_candidates(*plain.groups("")) or ()


def _plainly(word: str) -> tuple[Candidate, ...] | None:
    plain = _PLAIN_LINK.fullmatch(word)
    if plain is not None and (";" not in word or "&" not in word):
        return _plain_candidates(*plain.groups(""))
    is_none = _MAILBOX.fullmatch(word) if "@" in word else _AMOUNT.fullmatch(word)
    return None if is_none is None else ()


def _plain_candidates(link: str, scheme: str, host: str, tail: str) -> tuple[Candidate, ...] | None:
    """What a token of plain characters holds, None when only a closer look can tell."""
    is_ascii = host.isascii()
    if scheme:
        if ".." in host or (not is_ascii and not is_top_level_domain(host[host.rfind(".") + 1 :])):
            return None
        if "-" in host and host.rfind("-") > host.rfind(".") and host_of_compound(host):
            return None
        return (Candidate(link, link if scheme in _PLAIN_SCHEMES else scheme.lower() + link[len(scheme) :]),)
    if not is_ascii or tail[:2] in _NO_PORTS:
        return None
    if ".." in host:  # "wait...what"
        return () if not tail and _SINGLE_DOT.search(host) is None else None
    if host[-1].isdigit():  # no name ends so, and only four numbers are an address
        may_be_link = tail or "-" in host or (is_ipv4(host) and is_plain_number_link(host))
        return None if may_be_link and _AMOUNT.fullmatch(link) is None else ()
    if is_host(host, has_more=bool(tail)):
        return (Candidate(link, _ASSUMED_SCHEME + link),)
    return None if tail or "-" in host or host_before(host) else ()


def _candidates_of(token: str, *, is_spaced: bool = False) -> Iterator[Candidate]:
    """Read a token as a person sees it; where it hides characters after a scheme, also as a browser would take it."""
    reading = read(token, is_spaced=is_spaced)
    seen: set[str] = set()
    is_none = bool(reading.places) and _plainly(reading.text) == ()
    for span in () if is_none else islice(_spans_of(reading.text), MAX_GLUED):
        link = reading.text[span.start : span.end]
        if link not in seen:
            seen.add(link)
            yield _candidate(reading, span)
    if not reading.places:
        return
    yield from _readable_parts(token, has_link=bool(seen))
    if token.isascii() or HAS_INVISIBLE.search(token) is None or SCHEME.search(reading.text) is None:
        return
    literal = read(token, keep_invisible=True, is_spaced=is_spaced)
    known: set[str] = set()
    for piece in islice(_distinct_pieces(literal.text), MAX_GLUED):
        found = schemed_span(literal.text, piece)
        if found is not None and (link := literal.text[found.start : found.end]) not in known:
            known.add(link)
            yield _candidate(literal, found)


def _readable_parts(token: str, *, has_link: bool) -> Iterator[Candidate]:
    """What a phone reads that neither undoes a dot in brackets nor looks past a hidden character behind a host."""
    token = token[:MAX_READABLE]
    if not has_link and (parts := HIDDEN.split(token))[1:]:
        for part in islice((part for part in parts if "." in part), MAX_READABLE_PARTS):
            yield from () if _plainly(part) == () else _candidates_of(part)
    if DEFANGED_DOT.search(token) is not None:
        literal = Reading(token, token)
        for span in islice(_spans_of(token), MAX_READABLE_PARTS):
            ending = token[span.body : span.end].rpartition(".")[2].lower()
            if ending in PLAIN_ENDINGS and DEFANGED_DOT.match(token, span.end) is not None:
                yield _candidate(literal, span)


def _spans_of(text: str) -> Iterator[Span]:
    if "//" not in text:
        yield from spans(text, Piece(0, len(text)))
        return
    for piece in _distinct_pieces(text):
        yield from spans(text, piece)


def _distinct_pieces(text: str) -> Iterator[Piece]:
    """The first of all pieces that are equal, the character before them as well: the others hold the same links."""
    seen: set[tuple[str, str]] = set()
    for piece in pieces(text):
        written = (text[piece.start - 1 : piece.start], text[piece.start : piece.end])
        if written not in seen:
            seen.add(written)
            yield piece


def _candidate(reading: Reading, span: Span) -> Candidate:
    raw = reading.as_written(span.start, span.end)
    scheme = reading.text[span.start : span.body].lower().removeprefix("//")
    opening = ("https://" if "s" in scheme else "http://") if scheme else _ASSUMED_SCHEME
    evasions = evasions_of(raw, scheme) if reading.places or not raw.isascii() or scheme not in _PLAIN_SCHEMES else ()
    return Candidate(raw, opening + bracketed(reading.text[span.body : span.end]), evasions)
