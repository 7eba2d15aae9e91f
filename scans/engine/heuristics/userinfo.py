"""The part before an @ that people take for the host."""

from __future__ import annotations

import re

from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.names import suffixes
from scans.engine.names.brands import BY_NAME, owner
from scans.engine.names.host_lists import MAIL_HOSTS

_HOST_START = re.compile(r"(?:https?:?)?/*((?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*)", re.IGNORECASE)
_ESCAPED_END = re.compile(r"%(?:2f|3a|3f|23|5c|40|20)", re.IGNORECASE)
_WORD_CUT = re.compile(r"[^a-z0-9]+")


def _claimed_host(username: str) -> str | None:
    """The host that a user name pretends to be: it starts with a name under an ending that exists."""
    readable = _ESCAPED_END.sub("/", username)
    for part in filter(None, readable.split("/")):
        found = _HOST_START.fullmatch(part)
        if found and suffixes.split(found.group(1).lower()).suffix:
            return found.group(1).lower()
    return None


def userinfo_host(link: Link) -> Finding | None:
    """https://paypal.com@evil.example: what reads as the host is only a user name."""
    claimed = _claimed_host(link.username) if link.username else None
    if claimed is None or owner(link.registrable_domain) or link.host in MAIL_HOSTS:
        return None
    if suffixes.split(claimed).registrable_domain == link.registrable_domain:
        return None
    return Finding.of("userinfo_host", 8, conclusive=True, claimed=claimed, host=link.host)


def userinfo(link: Link) -> Finding | None:
    """A user name or password inside the link, which browsers hide; worse when it is a protected name."""
    if not (link.username or link.password) or userinfo_host(link) is not None:
        return None
    named = any(word in BY_NAME for word in _WORD_CUT.split(link.username.lower()))
    return Finding.of("userinfo", 5 if named else 2, host=link.host)
