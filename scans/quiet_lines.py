"""Requests whose text can hold no link, told by their bytes alone: half of a chat's lines need not be decoded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scans.engine.finding.characters import EVERY_DOT_TWIN

# Batches longer than this, in bytes, hold a line that may be too long to be answered.
MAX_TOLD_APART = 1 << 19


def _not_dots() -> bytes:
    """The first bytes of other kinds of dot where no such dot follows, so that Arabic and Japanese count as plain."""
    rests: dict[int, list[bytes]] = {}
    for twin in sorted(EVERY_DOT_TWIN):
        first, *rest = twin.encode()
        rests.setdefault(first, []).append(_escaped(rest))
    return b"|".join(_escaped([first]) + b"(?!" + b"|".join(rest) + b")" for first, rest in rests.items())


def _escaped(some: Iterable[int]) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in some)


# What scans.engine.finding.candidates.may_hold_link looks for: a dot before something that is no picture, other kinds
# of dot, slashes, the words dot and www, brackets before com. Escapes are left to be decoded too.
_FIRST_BYTES = _escaped(sorted({twin.encode()[0] for twin in EVERY_DOT_TWIN}))
_PLAIN = rb'[^"\\\x00-\x1f./)\]dDw' + _FIRST_BYTES + rb"]*+"
_PICTURE = rb"\xf0\x9f[\x8c-\xab]|\xe2[\x98-\x9e\xac-\xaf]"
_DOT = rb'\.(?=[ .,!?"]|' + _PICTURE + rb")"
_BRACKET = rb"\)(?![ )\]}]?[cC][oO][mM])"
_LETTER = rb"d(?!ot)|w(?!ww)|D(?!ot|OT)"
_TEXT = rb'"' + _PLAIN + rb"(?:(?:" + b"|".join((_LETTER, _DOT, _not_dots(), _BRACKET)) + rb")" + _PLAIN + rb')*+"'
# Other members do not matter as long as they are whole and do not name the number or the text again.
_NAME = rb'"(?!(?:id|text)")[A-Za-z_]++"'
_NUMBER = rb"(?:0|[1-9][0-9]{0,14})"
_VALUE = rb'(?:"[^"\\\x00-\x1f]*+"|\[\]|' + _NUMBER + rb"|true|false|null)"
_QUIET = rb'\{"id": ?(' + _NUMBER + rb'), ?"text": ?' + _TEXT + rb"(?:, ?" + _NAME + rb": ?" + _VALUE + rb")*+\}"
_told_apart = re.compile(rb"(?:" + _QUIET + rb"\r?|([^\n]*+))\n").findall


def told_apart(batch: bytes) -> list[tuple[bytes, bytes]]:
    """Of each line, which ends in a line feed: its number when it holds no link for certain, else the line itself."""
    if len(batch) > MAX_TOLD_APART:
        return [(b"", line) for line in batch.split(b"\n")[:-1]]
    return _told_apart(batch)
