"""How a link was written in its message: what stands in link.raw and link.evasions and is lost when it is normalised.

Every message of the same link may be written in another way, so these judge the message's spelling, never the target.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scans.engine.finding.characters import DRAWN_DOTS, INVISIBLE, SELECTORS
from scans.engine.finding.evasions import Evasion
from scans.engine.findings import Finding
from scans.engine.links import Link

# Invisible characters and bidi controls between the letters of the host.
_INVISIBLE = re.compile(f"(?<=[0-9a-z.-])[{INVISIBLE}{SELECTORS}]+(?=[0-9a-z.-])", re.IGNORECASE)
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAIL = re.compile(r"(?<=[^/:\\])[/?#\\].*", re.DOTALL)
_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]*([^/?#\\]*)", re.IGNORECASE)
_PORT = re.compile(r":\d*\Z")

_FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_DRAWN_DOTS = re.compile(f"[{DRAWN_DOTS}]")

# Written so that nobody can tap it: what the host looked like before says nothing about the sender's aim.
_DEFANGED = frozenset({Evasion.DEFANGED_SCHEME, Evasion.DEFANGED_DOT, Evasion.SPACED_HOST})


def is_plain(link: Link) -> bool:
    """Whether a link was written as nearly all are, so that no heuristic of this module has anything to say."""
    return not link.evasions and not link.is_ip and link.raw.isascii()


def defanged_scheme(link: Link) -> Finding | None:
    """The scheme was misspelled (hxxp), as careful people do to warn of a link."""
    return _named_after(Evasion.DEFANGED_SCHEME, link, 0)


def defanged_dot(link: Link) -> Finding | None:
    """A dot of the host was written in brackets or as a word, as careful people do to warn of a link."""
    return _named_after(Evasion.DEFANGED_DOT, link, 0)


def spaced_host(link: Link) -> Finding | None:
    """Spaces stood between the parts of the host; keyboards put one behind a dot by themselves."""
    return _named_after(Evasion.SPACED_HOST, link, 1)


def hidden_characters(link: Link) -> Finding | None:
    """Characters that nobody can see stood between the letters of the host."""
    hidden = _hidden_in_host(link)
    if hidden is None or _REORDERING.search(hidden):
        return None
    return Finding.of("hidden_characters", 4, host=link.host)


def bidi_control(link: Link) -> Finding | None:
    """Characters that reverse the direction of writing stood between the letters of the host."""
    hidden = _hidden_in_host(link)
    if hidden is None or _REORDERING.search(hidden) is None:
        return None
    return Finding.of("bidi_control", 8, host=link.host)


def disguised_letters(link: Link) -> Finding | None:
    """Letters of another style in the host; all full-width is how Japanese and Chinese keyboards type."""
    if Evasion.DISGUISED_LETTERS not in link.evasions:
        return None
    host = _raw_host(link)
    is_typed = not any(char.isalnum() and char.isascii() for char in host) and _FULL_WIDTH.search(host) is not None
    return Finding.of("disguised_letters", 1 if is_typed else 4, host=link.host)


def bare_number(link: Link) -> Finding | None:
    """Four numbers and nothing else, which a phone makes a link of even when they are a version."""
    is_bare = link.is_ip and link.raw == link.host and ":" not in link.host
    return Finding.of("bare_number", -1, host=link.host) if is_bare else None


def dot_twins(link: Link) -> Finding | None:
    """Other dots in the host: those of Chinese and Japanese keyboards, or ones that are only drawn alike."""
    if Evasion.DOT_TWINS not in link.evasions:
        return None
    return Finding.of("dot_twins", 4 if _DRAWN_DOTS.search(link.raw) else 1, host=link.host)


def disguised_ip(link: Link) -> Finding | None:
    """The number was written so that nobody recognises it: hex, octal, one long number, full-width digits."""
    if not link.is_ip or ":" in link.host or not _DEFANGED.isdisjoint(link.evasions) or _raw_host(link) == link.host:
        return None
    return Finding.of("disguised_ip", 5, host=link.host)


def overlong(link: Link) -> Finding | None:
    """The link was so long that its end could not be read at all: it is judged by its host."""
    return Finding.of("overlong", 4, length=len(link.raw)) if Evasion.OVERLONG in link.evasions else None


def preview_mismatch(shown: Sequence[Link], preview: Link) -> Finding | None:
    """The message's preview belongs to another site than every link its text shows; None for a text without links.

    WhatsApp builds the preview from a link of the text, so only a message put together by hand differs.
    """
    if not shown or any(link.registrable_domain == preview.registrable_domain for link in shown):
        return None
    return Finding.of("preview_mismatch", 5, claimed=shown[0].host, host=preview.host)


def _named_after(evasion: Evasion, link: Link, points: int) -> Finding | None:
    return Finding.of(evasion.value, points, host=link.host) if evasion in link.evasions else None


def _hidden_in_host(link: Link) -> str | None:
    found = None if link.raw.isascii() else _INVISIBLE.search(_TAIL.sub("", link.raw))
    return found.group() if found else None


def _raw_host(link: Link) -> str:
    """The host as the sender wrote it, without user name and port."""
    found = _AUTHORITY.match(link.raw.strip())
    authority = found.group(1) if found else ""
    return _PORT.sub("", authority.rpartition("@")[2]).removesuffix(".")
