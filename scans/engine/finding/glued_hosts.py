"""Host names that stand in a run of host characters, with pictures and words of other scripts glued to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from scans.engine.finding import bare_hosts, characters
from scans.engine.names import suffixes

# Parts of one run that are looked at.
MAX_PARTS = 2_000
# Runs remembered, none longer than a host; a pure function of the run.
CACHED_RUNS = 2_048

_DOTTED = re.compile(r"[^.]+(?:\.[^.]+)+")
# What may be a top-level domain or the middle of an address.
_ENDING = re.compile(
    r"(?<=[^.])\.(?:(?i:xn--)|[0-9]{1,3}\.[0-9]{1,3}\.|([A-Za-z]{2,63}"
    f"|[^\x00-\x7f{characters.PICTURES}]{{2,63}}))"
)


def hosts_of(run: str) -> Iterable[tuple[int, int]]:
    """Where in a run of host characters hosts may stand: joined by single dots, no scripts that never mix."""
    return _remembered(run) if len(run) <= bare_hosts.MAX_HOST else islice(_hosts_of(run), MAX_PARTS)


@lru_cache(maxsize=CACHED_RUNS)
def _remembered(run: str) -> tuple[tuple[int, int], ...]:
    return tuple(_hosts_of(run))


def _hosts_of(run: str) -> Iterator[tuple[int, int]]:
    if not _may_hold_host(run):
        return
    if ".." in run or run[0] == "." or run[-1] == ".":
        for dotted in _DOTTED.finditer(run):
            yield from _glued(run, *dotted.span())
    elif run.isascii() or characters.BORDER_OR_PICTURE.search(run) is None:
        yield 0, len(run)
    else:
        yield from _glued(run, 0, len(run))


def _may_hold_host(run: str) -> bool:
    """Whether there is an ending that exists, a number or punycode; the cheapest question first."""
    for ending in _ENDING.finditer(run):
        name = ending.group(1)
        if name is None or name.lower() in suffixes.TOP_LEVEL_DOMAINS:
            return True
    return False


def _glued(run: str, first: int, stop: int) -> Iterator[tuple[int, int]]:
    has_picture = characters.PICTURE_RUN.search(run, first, stop) is not None
    for start, end in _between_pictures(run, first, stop) if has_picture else ((first, stop),):
        if start == end:
            continue
        position = start
        for word in characters.LETTER_BORDER.split(run[start:end]):
            if "." in word:
                yield from _without_words_behind(run, position, position + len(word))
            position += len(word)


def _without_words_behind(run: str, first: int, stop: int) -> Iterable[tuple[int, int]]:
    """A host without the words of another script behind its ending: naver.com에서."""
    if characters.BORDER.search(run, first, stop) is None:
        return ((first, stop),)
    for ending in characters.BARE_ENDING.finditer(run, first, stop):
        if suffixes.is_top_level_domain(ending.group(1)):
            stop = ending.end(1)
            break
    return _cut(run, first, stop) if run[stop - 1].isascii() else ((first, stop),)


def _between_pictures(run: str, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Cut at pictures that are glued to a host; one right before a dot belongs to it (www.🍕.ws)."""
    for picture in characters.PICTURE_RUN.finditer(run, first, stop):
        dot = run.rfind(".", max(first, picture.start() - bare_hosts.MAX_LABEL), picture.start())
        is_behind_ending = dot > first and suffixes.is_top_level_domain(run[dot + 1 : picture.start()])
        if not run.startswith(".", picture.end(), stop) or is_behind_ending:
            yield first, picture.start()
            first = picture.end()
    yield first, stop


def _cut(run: str, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """The parts with a dot between borders of scripts."""
    for found in characters.LETTER_OR_DIGIT_BORDER.finditer(run, first, stop):
        if "." in run[first : found.start()]:
            yield first, found.start()
        first = found.start()
    yield first, stop
