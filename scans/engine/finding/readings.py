"""A token as a reader sees it: nothing invisible, dots and letters of hosts plain, tied to how it was written."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from scans.engine.finding.characters import (
    BULLET_DOT,
    DRAWN_DOTS,
    EVERY_DOT_TWIN,
    HAN_DOTS,
    HIDDEN_RUN,
    INVISIBLE,
    SELECTORS,
    SHAPING,
    STYLED,
    WIDE_FULL_STOP,
)
from scans.engine.names import suffixes

# Schemes in any case; hxxp, h**p and bracketed colons are how people write a link they fear, htps and ttp what
# is left of one copied badly. Slashes beyond two are skipped as a browser does.
SCHEME = re.compile(r"(?:[hһ](?:[txyzтх]{2,3}|\*\*|t)|tt)[pр]s?(?:(?::|\[:\]|\(:\))//|\[://\])[/\\]*", re.IGNORECASE)

# The word dot, as people spell it out in other languages too.
ENGLISH_DOT = "d[o0]t"
DOT_WORDS = f"{ENGLISH_DOT}|punto|ponto|punkt|point|titik|nokta|точка"
# Dots written so that nobody can tap the link: a[.]b a(.)b a{.}b a[[.]]b a[.b a.]b a[dot]b a(dot)b.
DEFANGED_DOT = re.compile(
    f"\\[\\[? ?(?:\\.|{DOT_WORDS}) ?\\]\\]?|\\( ?(?:\\.|{DOT_WORDS}) ?\\)|\\{{ ?(?:\\.|{DOT_WORDS}) ?\\}}"
    r"|\[\.(?=\w)|\.\](?=\w)",
    re.IGNORECASE,
)
# The same as a word, and dots with spaces around them; only scans.engine.finding.spaced says where these join a host.
WORD_DOT = re.compile(f"[ \\t\\xa0]{{1,3}}(?:{DOT_WORDS})[ \\t\\xa0]{{1,3}}", re.IGNORECASE)
SPACED_DOT = re.compile(r"[ \t\xa0]{1,3}\.[ \t\xa0]{0,3}|\.[ \t\xa0]{1,3}")
_ANY_SPACED = f"[ \\t\\xa0]{{0,3}}(?:{DEFANGED_DOT.pattern})[ \\t\\xa0]{{0,3}}|{WORD_DOT.pattern}|{SPACED_DOT.pattern}"

_REWRITTEN = re.compile(f"[{INVISIBLE}{SELECTORS}{STYLED}{HAN_DOTS}{WIDE_FULL_STOP}{DRAWN_DOTS}]")
_BULLET = re.compile(BULLET_DOT)
_HIDDEN = f"|(?P<invisible>{HIDDEN_RUN})"
_REST = (
    f"|(?P<tail>[/?#])|(?P<styled>(?<!:)[{STYLED}]+(?:[{WIDE_FULL_STOP}{DRAWN_DOTS}][{STYLED}]+)*)"
    f"|(?P<twin>(?<=\\w)[{WIDE_FULL_STOP}{DRAWN_DOTS}](?=\\w)|(?<=[0-9A-Za-z]){BULLET_DOT}"
    f"|(?<=[0-9A-Za-z{INVISIBLE}{STYLED}])[{HAN_DOTS}](?=[0-9A-Za-z{STYLED}]))"
)
_DOT = f"(?P<scheme>{SCHEME.pattern})|(?P<dot>{DEFANGED_DOT.pattern})"
_ANY_DOT = f"(?P<scheme>{SCHEME.pattern})|(?P<dot>{_ANY_SPACED}|{DEFANGED_DOT.pattern})"
# What any of these begins with; most characters are told apart by this one class.
_BEGINNING = f"(?-i:(?=[hHһҺtT\\[({{. \\t\\xa0/?#{INVISIBLE}{SELECTORS}{STYLED}{EVERY_DOT_TWIN}]))"
# What is rewritten, by whether dots with spaces count and whether hidden characters stay.
_EVENTS = {
    (False, False): re.compile(f"{_BEGINNING}(?:{_DOT}{_HIDDEN}{_REST})", re.IGNORECASE),
    (False, True): re.compile(f"{_BEGINNING}(?:{_DOT}{_REST})", re.IGNORECASE),
    (True, False): re.compile(f"{_BEGINNING}(?:{_ANY_DOT}{_HIDDEN}{_REST})", re.IGNORECASE),
    (True, True): re.compile(f"{_BEGINNING}(?:{_ANY_DOT}{_REST})", re.IGNORECASE),
}

# What follows 。 inside a host without a scheme: more dots, a port, a path, or an ending that nobody uses as a word.
_HOST_GOES_ON = re.compile(
    f"[0-9A-Za-z-]{{1,63}}[/.:{HAN_DOTS}]|(?:com|net|org|cn|jp|tw|hk|info|xyz|vip|top|cc)(?![0-9A-Za-z])", re.IGNORECASE
)
_LABELS_BEFORE = re.compile(f"[.{HAN_DOTS}]([0-9A-Za-z-]{{1,63}})\\Z")
_LABEL_AFTER = re.compile("[0-9A-Za-z-]{1,63}")
_LONGEST_LABEL = 64
# Dots of other kinds that are read in one token; a host has fewer.
MAX_DOT_TWINS = 500
# Places that are rewritten in one token: a quarter of the characters of the longest link.
MAX_REWRITTEN = 2_048
# Runs of styled letters remembered; a pure function of the letters.
CACHED_LETTERS = 1_024


class Reading(NamedTuple):
    """A token to be searched, with the places where it was written otherwise."""

    text: str
    written: str
    places: tuple[int, ...] = ()
    """Positions in text where something was rewritten, ascending."""
    extra: tuple[int, ...] = (0,)
    """How many characters longer the written form is, before the n-th place is passed."""

    def as_written(self, start: int, end: int) -> str:
        """The written form of text[start:end], without what was removed just outside of it."""
        first = start + self.extra[bisect_right(self.places, start)]
        return self.written[first : end + self.extra[bisect_left(self.places, end)]]


def read(token: str, *, keep_invisible: bool = False, is_spaced: bool = False) -> Reading:
    """Rewrite a token in one pass; dots and letters only in host names, never in a path or query.

    `is_spaced`: the token was joined by scans.engine.finding.spaced, so that its spaced dots are dots of its host.
    """
    if not is_spaced and not _is_rewritten(token):
        return Reading(token, token)
    parts: list[str] = []
    places: list[int] = []
    extra = [0]
    copied, length, in_tail, twins = 0, 0, False, 0
    for event in _EVENTS[is_spaced, keep_invisible].finditer(token):
        kind = event.lastgroup
        if kind in {"scheme", "tail"}:
            in_tail = kind == "tail"
            continue
        if kind == "twin" and (twins := twins + 1) > MAX_DOT_TWINS:
            continue
        replacement = _replacement(event, in_tail=in_tail)
        if replacement is None:
            continue
        start, end = event.span()
        parts += (token[copied:start], replacement)
        length += start - copied
        places.append(length)
        length += len(replacement)
        copied = end
        extra.append(copied - length)
        if len(places) == MAX_REWRITTEN:
            break
    if not places:
        return Reading(token, token)
    return Reading("".join(parts) + token[copied:], token, tuple(places), tuple(extra))


def _is_rewritten(token: str) -> bool:
    """Whether there is anything to look at; the long question is asked of few."""
    if not token.isascii() and (_REWRITTEN.search(token) is not None or _BULLET.search(token) is not None):
        return True
    return DEFANGED_DOT.search(token) is not None


def _replacement(event: re.Match[str], *, in_tail: bool) -> str | None:
    """What a reader sees instead, None to leave it as it is."""
    kind = event.lastgroup
    if kind == "invisible":
        is_shaping = in_tail and SHAPING.fullmatch(event.string, event.start(), event.end()) is not None
        return None if is_shaping else ""
    if in_tail:
        return None
    if kind == "dot":
        return "."
    if kind == "styled":
        return _plain(event.group())
    is_dot = event.group() not in HAN_DOTS or _is_dot_of_host(event.string, event.start())
    return "." if is_dot else None


@lru_cache(maxsize=CACHED_LETTERS)
def _plain(letters: str) -> str | None:
    """The plain letters, digits and dots that styled ones stand for; None when they stand for something else."""
    plain = unicodedata.normalize("NFKC", letters)
    return plain if plain.isascii() and plain.replace(".", "").isalnum() and len(plain) == len(letters) else None


def _is_dot_of_host(token: str, position: int) -> bool:
    """Whether 。 stands inside a host and not between two sentences or two hosts: www。example。com, a。com。b。com."""
    if _HOST_GOES_ON.match(token, position + 1) is None:
        return False
    before = _LABELS_BEFORE.search(token[max(position - _LONGEST_LABEL, 0) : position])
    if before is None or not suffixes.is_top_level_domain(before.group(1)):
        return True
    after = _LABEL_AFTER.match(token, position + 1)
    return after is not None and suffixes.is_suffix(f"{before.group(1)}.{after.group()}".lower())
