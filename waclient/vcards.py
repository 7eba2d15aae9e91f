"""What a contact card says: folded lines joined, encodings undone, names of properties taken off."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator

# Several cards may stand in one field; phones show a few hundred lines at most.
MAX_LINES = 2_000
# A line break before white space goes on with the same line (RFC 6350, 3.2).
FOLD = re.compile(r"\r?\n[ \t]")
# So does "=" at the end of a line in quoted-printable (vCard 2.1).
SOFT_BREAK = re.compile(r"=\r?\n")
ESCAPED = re.compile(r"\\([\\,;:nN])")
QUOTED_PRINTABLE = "QUOTED-PRINTABLE"
# Pictures and keys in base64, and the card's own frame. Where one of them names an address instead it is read.
CODES = frozenset({"BEGIN", "END", "KEY", "LOGO", "PHOTO", "PRODID", "REV", "SOUND", "TEL", "UID", "VERSION"})


def values(card: str) -> Iterator[str]:
    """What stands behind each property's name; a line without a name as it is."""
    if QUOTED_PRINTABLE in card.upper():
        card = SOFT_BREAK.sub("", card)
    for line in FOLD.sub("", card).splitlines()[:MAX_LINES]:
        name, colon, value = line.partition(":")
        if not colon or value.startswith("//"):  # no property at all: an address on a line of its own
            yield line
        elif not _is_code(name) or "://" in value:
            yield _plain(name, value)


def _is_code(name: str) -> bool:
    return name.partition(";")[0].rpartition(".")[2].strip().upper() in CODES


def _plain(name: str, value: str) -> str:
    if QUOTED_PRINTABLE in name.upper():
        value = quopri.decodestring(value.encode(errors="replace")).decode(errors="replace")
    return ESCAPED.sub(_unescaped, value)


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]
