"""Requests whose text can hold no link, told by their bytes alone: half of a chat's lines need not be decoded."""

from __future__ import annotations

import re

from scans.engine.finding.characters import EVERY_DOT_TWIN

# Batches longer than this, in bytes, hold a line that may be too long to be answered.
MAX_TOLD_APART = 1 << 19

# What scans.engine.finding.candidates.may_hold_link looks for: a dot before something, slashes, brackets, the words dot
# and www. Escapes are left to be decoded too, and what begins with the same byte as another kind of dot: but not emoji
# (U+2600 to U+2BFF, their selector and joiner), ¡ and ¿.
_FIRST_BYTES = b"".join(b"\\x%02x" % byte for byte in sorted({twin.encode()[0] for twin in EVERY_DOT_TWIN}))
_PLAIN = rb'[^"\\\x00-\x1f./)\]dDw' + _FIRST_BYTES + rb"]++"
_EMOJI = rb"\xe2(?:[\x98-\xaf][\x80-\xbf]|\x80\x8d)|\xef\xb8\x8f"
_TEXT = rb'"(?:' + _PLAIN + rb'|d(?!ot)|w(?!ww)|D(?!ot|OT)|\.(?=[ .,!?"])|' + _EMOJI + rb'|\xc2[\xa1\xbf])*+"'
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
