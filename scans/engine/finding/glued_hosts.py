"""Host names that stand in a run of host characters, with pictures and words of other scripts glued to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from scans.engine.finding import bare_hosts, characters
from scans.engine.names import suffixes

# Parts of one run that are looked at.
MAX_PARTS = 2_000

_DOTTED = re.compile(r"[^.]+(?:\.[^.]+)+")
_PICTURE = re.compile(f"[{characters.PICTURES}]")
# What may be a top-level domain or the middle of an address.
_ENDING = re.compile(
    r"(?<=[^.])\.(?:(?i:xn--)|[0-9]{1,3}\.[0-9]{1,3}\.|([A-Za-z]{2,63}"
    f"|[^\x00-\x7f{characters.PICTURES}]{{2,63}}))"
)


def may_hold_host(text: str, start: int, end: int) -> bool:
    """Whether a run of host characters has an ending that exists, a number or punycode; the cheapest question first."""
    for ending in _ENDING.finditer(text, start, end):
        name = ending.group(1)
        if name is None or name.lower() in suffixes.TOP_LEVEL_DOMAINS:
            return True
    return False


def hosts_in(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Parts of a run of host characters that are joined by single dots and do not mix scripts that never mix."""
    if text.find("..", start, end) >= 0 or text[start] == "." or text[end - 1] == ".":
        return islice(_between_dots(text, start, end), MAX_PARTS)
    if characters.BORDER_OR_PICTURE.search(text, start, end) is None:
        return ((start, end),)
    return _glued(text, start, end)[:MAX_PARTS]


def _between_dots(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for dotted in _DOTTED.finditer(text, start, end):
        yield from _glued(text, *dotted.span())


def _glued(text: str, first: int, stop: int) -> list[tuple[int, int]]:
    hosts: list[tuple[int, int]] = []
    has_picture = _PICTURE.search(text, first, stop) is not None
    for start, end in _between_pictures(text, first, stop) if has_picture else ((first, stop),):
        position = start
        for word in characters.LETTER_BORDER.split(text[start:end]):
            if "." in word:
                hosts += _without_words_behind(text, position, position + len(word))
            position += len(word)
    return hosts


def _without_words_behind(text: str, first: int, stop: int) -> Iterable[tuple[int, int]]:
    """A host without the words of another script behind its ending: naver.com에서."""
    if characters.BORDER.search(text, first, stop) is None:
        return ((first, stop),)
    for ending in characters.BARE_ENDING.finditer(text, first, stop):
        if suffixes.is_top_level_domain(ending.group(1)):
            stop = ending.end(1)
            break
    return _cut(text, first, stop) if text[stop - 1].isascii() else ((first, stop),)


def _between_pictures(text: str, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Cut at pictures that are glued to a host; one right before a dot belongs to it (www.🍕.ws)."""
    for picture in characters.PICTURE_RUN.finditer(text, first, stop):
        dot = text.rfind(".", max(first, picture.start() - bare_hosts.MAX_LABEL), picture.start())
        is_behind_ending = dot > first and suffixes.is_top_level_domain(text[dot + 1 : picture.start()])
        if not text.startswith(".", picture.end(), stop) or is_behind_ending:
            yield first, picture.start()
            first = picture.end()
    yield first, stop


def _cut(text: str, first: int, stop: int) -> Iterator[tuple[int, int]]:
    for found in characters.LETTER_OR_DIGIT_BORDER.finditer(text, first, stop):
        yield first, found.start()
        first = found.start()
    yield first, stop
