"""Glued links cut apart: each piece of a text holds at most one scheme, at its start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scans.engine.finding import bare_hosts, characters
from scans.engine.finding.readings import SCHEME

# Where the host part of a link ends and its path, query or fragment begins.
TAIL_START = re.compile(r"[/?#\\]")

# Up to 65535, with any number of zeros before it; 0 itself, which no browser opens, only behind a scheme.
_NUMBER = r"0{0,20}(?:[0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])(?![0-9])"
BARE_PORT = re.compile(rf":(?!0+(?![0-9])){_NUMBER}")
# Behind a scheme the number may be missing; without one such a colon belongs to the sentence.
PORT = re.compile(rf":{_NUMBER}|:(?=[/?#\\])")

# A URL may hold another one after these or after a percent escape; after anything else a scheme starts the next link.
_EMBEDDING = frozenset("/=?&#:%@+-")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE_LENGTH = 3

_LEADING = re.compile(r"[(\[{'*_~]*")


class Piece(NamedTuple):
    """text[start:end]; a scheme stands at start when scheme_end is set."""

    start: int
    end: int
    scheme_end: int | None = None


def pieces(text: str) -> Iterator[Piece]:
    """Cut a text without spaces at every scheme that is not part of another link's path or query."""
    if "//" not in text:
        yield Piece(0, len(text))
        return
    start, scheme_end, tail = 0, None, _tail_of_bare_link(text)
    for scheme in SCHEME.finditer(text):
        if tail is not None and tail < scheme.start() and _embeds(text, scheme.start()):
            continue
        if scheme.start() > start:
            yield Piece(start, scheme.start(), scheme_end)
        start, scheme_end = scheme.start(), scheme.end()
        found = TAIL_START.search(text, scheme_end)
        tail = found.start() if found else None
    yield Piece(start, len(text), scheme_end)


def _tail_of_bare_link(text: str) -> int | None:
    """Where the path of a link without scheme at the start of a text begins, None when there is no such link."""
    leading = _LEADING.match(text)
    host = characters.HOST.match(text, leading.end() if leading else 0)
    if host is None or not text.startswith(("/", "?", "#", ":"), host.end()):
        return None
    port = BARE_PORT.match(text, host.end())
    tail = port.end() if port else host.end()
    is_link = text.startswith(("/", "?", "#"), tail) and bare_hosts.is_host(host.group(), has_more=True)
    return tail if is_link else None


def _embeds(text: str, position: int) -> bool:
    """Whether what stands before a scheme makes it a part of the link around it."""
    if text[position - 1] in _EMBEDDING:
        return True
    return position >= _ESCAPE_LENGTH and _ESCAPE.match(text, position - _ESCAPE_LENGTH) is not None
