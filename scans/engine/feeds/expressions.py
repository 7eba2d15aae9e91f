"""Under which keys a link, and an entry of a list, are found: 8 bytes each, those of one site side by side.

A key is a hash of the site (the registrable domain) in its upper half and of the entry itself in its lower one. So all
that any list says about a site is one short run of the sorted keys: a link of which nothing is known costs one search,
and "other pages of this host were listed" needs no keys of its own. A key is only where to look; what is found there
is compared with the entry as it was written.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from scans.engine.feeds.entries import Entry, Kind, url_text
from scans.engine.links import Link
from scans.engine.names import suffixes
from scans.engine.names.shared_hosts import is_platform, platform_of

# Of each half; in hexadecimal, as runs on disk are sorted by, twice as many characters.
HALF = 4
HALF_BITS = 8 * HALF
LOWER = (1 << HALF_BITS) - 1
# Names above a host that are looked up, nearest first; honest hosts have two or three.
MAX_PARENTS = 10

CACHED_SITES = 4096


class Expression(NamedTuple):
    """One thing that a list may have said about a link: its kind, its text and the key it is found under."""

    kind: Kind
    text: str
    key: int


class Neighbours(Enum):
    """Whose other pages say something about a link's: nobody's, those of its host, or those of its whole site."""

    NONE = 0
    HOST = 1
    SITE = 2


def site_of(host: str) -> str:
    """The registrable domain of a normalised host; an address is a site of its own (as Link.registrable_domain)."""
    return host if ":" in host or host[-1].isdecimal() else suffixes.registrable_domain(host)


def neighbours_of(link: Link) -> Neighbours:
    """None on platforms; below a private suffix (a.github.io) the host's own, for the host belongs to one stranger."""
    if link.is_ip:
        return Neighbours.HOST
    if is_platform(link.host) or platform_of(link.host):
        return Neighbours.NONE
    return Neighbours.HOST if suffixes.split(link.host).is_private else Neighbours.SITE


@lru_cache(maxsize=CACHED_SITES)
def site_key(site: str) -> int:
    """The lowest key of a registrable domain's run; it ends before that plus 2 to the power of HALF_BITS."""
    return int.from_bytes(blake2b(site.encode(), digest_size=HALF).digest(), "big") << HALF_BITS


def key_of(kind: Kind, text: str, site: str) -> int:
    """The key of what a list may say, below its site."""
    return site_key(site) | int.from_bytes(blake2b((kind + text).encode(), digest_size=HALF).digest(), "big")


def sort_key_of(entry: Entry) -> str:
    """An entry's key as 16 hexadecimal digits."""
    site = blake2b(site_of(entry.host).encode(), digest_size=HALF)
    return site.hexdigest() + blake2b((entry.kind + entry.text).encode(), digest_size=HALF).hexdigest()


def expressions_of(link: Link) -> list[Expression]:
    """What a list may have said about exactly this link: its URL, its host, the host and its parents as domains.

    Never a name that strangers share, as a host, a domain or a home page, and nothing above the registrable domain.
    """
    site, host = link.registrable_domain, link.host
    is_common = not link.is_ip and is_platform(host)
    found = [] if is_common and link.path == "/" and not link.query else [(Kind.URL, url_text(link))]
    if not is_common:
        found.append((Kind.HOST, host))
    if not link.is_ip:
        found += [(Kind.DOMAIN, name) for name in _domains(host, site)]
    return [Expression(kind, text, key_of(kind, text, site)) for kind, text in found]


@lru_cache(maxsize=CACHED_SITES)
def _domains(host: str, site: str) -> tuple[str, ...]:
    """The host and its parents down to the registrable domain, without shared names and what stands above those."""
    names: list[str] = []
    name, shared = host, platform_of(host)
    while len(name) >= len(site) and len(names) < MAX_PARENTS and not (is_platform(name) or name == shared):
        names.append(name)
        name = name.partition(".")[2]
    return tuple(names)


def keys_of(links: Iterable[Link]) -> bytes:
    """The keys under which a list may say something of any of several links: 8 bytes each, sorted, native byte order.

    With them the bare key of each site where neighbours count; it stands for all that lists say about the site.
    """
    keys = set[int]()
    for link in links:
        keys.update([expression.key for expression in expressions_of(link)])
        if neighbours_of(link) is not Neighbours.NONE:
            keys.add(site_key(link.registrable_domain))
    return array("Q", sorted(keys)).tobytes()
