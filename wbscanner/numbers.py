"""Numbers of rows and pages as addresses and forms write them; whoever wrote them may have meant harm."""

from __future__ import annotations

LONGEST = 18  # digits that every database takes


def whole(text: str) -> int | None:
    """A whole number from 0 on; None for everything else, digits of other scripts (², ٣) and endless ones included."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
