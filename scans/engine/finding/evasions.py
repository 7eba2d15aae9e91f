"""What was done to a link so that a scanner would not read it."""

from __future__ import annotations

import re
from enum import StrEnum

from scans.engine.finding.characters import DOT_TWIN, HAS_INVISIBLE, HAS_STYLED, REORDERING, SHAPING
from scans.engine.finding.readings import DEFANGED_DOT, SPACED_DOT, WORD_DOT


class Evasion(StrEnum):
    """What was done to a link so that a scanner would not read it."""

    DEFANGED_SCHEME = "defanged_scheme"
    """hxxp, h**p, [://]: nobody can tap it."""
    DEFANGED_DOT = "defanged_dot"
    """[.], (dot), " dot ": nobody can tap it."""
    SPACED_HOST = "spaced_host"
    """Spaces between the parts of the host: nobody can tap it."""
    HIDDEN_CHARACTERS = "hidden_characters"
    """Characters without width, anywhere in it."""
    BIDI_CONTROL = "bidi_control"
    """Characters that reorder the writing, anywhere in it."""
    DISGUISED_LETTERS = "disguised_letters"
    """Full-width, circled or styled letters that a browser reads as plain ones."""
    DOT_TWINS = "dot_twins"
    """Other dots that a browser reads as the dot of a host, or that only look like one."""
    OVERLONG = "overlong"
    """Longer than MAX_URL, so that only its host was read."""


# Links that only our reader puts together: no program makes them clickable.
NOT_CLICKABLE = frozenset({Evasion.DEFANGED_SCHEME, Evasion.DEFANGED_DOT, Evasion.SPACED_HOST})

_PLAIN_SCHEME = re.compile(r"https?:", re.IGNORECASE)
# A link up to its path.
_HOST_PART = re.compile(r"(?:[\w*]{3,7}(?:\W{3,9}//|\W{1,9}//)[/\\]*)?[^/?#]+", re.IGNORECASE)


def evasions_of(raw: str, scheme: str) -> tuple[Evasion, ...]:
    """What was done to the link; letters and dots count in its host alone, where they say where it leads."""
    host = _HOST_PART.match(raw)
    written = host.group() if host else raw
    if not raw.isascii():
        raw = written + SHAPING.sub("", raw[len(written) :])
    signs = (
        (Evasion.DEFANGED_SCHEME, scheme and _PLAIN_SCHEME.match(scheme) is None),
        (Evasion.DEFANGED_DOT, DEFANGED_DOT.search(written) or WORD_DOT.search(written)),
        (Evasion.SPACED_HOST, SPACED_DOT.search(written)),
        (Evasion.HIDDEN_CHARACTERS, not raw.isascii() and HAS_INVISIBLE.search(raw) and not REORDERING.search(raw)),
        (Evasion.BIDI_CONTROL, not raw.isascii() and REORDERING.search(raw)),
        (Evasion.DISGUISED_LETTERS, HAS_STYLED.search(written)),
        (Evasion.DOT_TWINS, DOT_TWIN.search(written)),
    )
    return tuple(evasion for evasion, sign in signs if sign)
