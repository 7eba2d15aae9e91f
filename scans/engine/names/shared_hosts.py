"""Hosts that many strangers share: whoever knows one page there knows nothing about the next one."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from scans.engine.names import suffixes
from scans.engine.names.host_lists import SHORTENERS


def _platforms() -> frozenset[str]:
    text = files("scans.engine.data").joinpath("shared_hosts.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(name for line in lines for name in line.split())


PLATFORMS = _platforms() | SHORTENERS


@lru_cache(maxsize=suffixes.CACHED_HOSTS)
def platform_of(host: str) -> str:
    """The shared name that an ASCII host is, or stands below (docs.google.com, bit.ly); empty for none.

    Not for names below a private suffix (a.github.io), which belong to one stranger each.
    """
    name = host
    while name:
        if name in PLATFORMS:
            return name
        name = name.partition(".")[2]
    return ""


# What platforms put before their own name for phones, old links and the like.
_OWN_LABELS = frozenset({"www", "m", "mobile", "web", "l", "lm"})


@lru_cache(maxsize=suffixes.CACHED_HOSTS)
def is_platform(host: str) -> bool:
    """Whether a host is a platform's own, where anybody's pages stand side by side (www.facebook.com, github.io)."""
    label, _, rest = host.partition(".")
    own = rest if label in _OWN_LABELS else host
    return own in PLATFORMS or host in PLATFORMS or not suffixes.split(host).domain


@lru_cache(maxsize=suffixes.CACHED_HOSTS)
def is_shared(host: str) -> bool:
    """Whether a host of a link belongs to a platform, or stands at or below a private suffix."""
    return bool(platform_of(host)) or suffixes.split(host).is_private
