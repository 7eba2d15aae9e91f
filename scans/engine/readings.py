"""A token as a reader sees it (invisible characters gone, bracketed dots whole), still tied to how it was written."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from scans.engine.characters import INVISIBLE

# Schemes in any case; hxxp and bracketed colons are how people write a link they fear. Slashes beyond two are skipped
# as a browser does.
SCHEME = re.compile(r"h[tx]{2}ps?(?:(?::|\[:\])//|\[://\])[/\\]*", re.IGNORECASE)

# Dots written so that nobody can tap the link: a[.]b a(.)b a{.}b a[dot]b a(dot)b.
DEFANGED_DOT = re.compile(r"\[(?:\.|dot)\]|\((?:\.|dot)\)|\{(?:\.|dot)\}", re.IGNORECASE)

_EVENT = re.compile(
    f"(?P<scheme>{SCHEME.pattern})|(?P<dot>{DEFANGED_DOT.pattern})|(?P<tail>[/?#])|(?P<invisible>[{INVISIBLE}])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A token to be searched, with the places where the written form is longer."""

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


def read(token: str, *, keep_invisible: bool = False) -> Reading:
    """Rewrite a token in one pass; bracketed dots only in host names, never in a path or query."""
    if token.isascii() and DEFANGED_DOT.search(token) is None:
        return Reading(token, token)
    parts: list[str] = []
    places: list[int] = []
    extra = [0]
    copied, length, in_tail = 0, 0, False
    for event in _EVENT.finditer(token):
        kind = event.lastgroup
        if kind in ("scheme", "tail"):
            in_tail = kind == "tail"
            continue
        if (kind == "dot" and in_tail) or (kind == "invisible" and keep_invisible):
            continue
        replacement = "." if kind == "dot" else ""
        parts += (token[copied : event.start()], replacement)
        places.append(length + event.start() - copied)
        length = places[-1] + len(replacement)
        copied = event.end()
        extra.append(copied - length)
    if not places:
        return Reading(token, token)
    return Reading("".join(parts) + token[copied:], token, tuple(places), tuple(extra))
