"""Where a host name stops being a registry's and starts being somebody's: the Public Suffix List, strictly offline."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntFlag
from functools import lru_cache
from typing import NamedTuple

import ada_url

from scans.engine.names import published_lists

# Hosts remembered; a busy group repeats a few hundred.
CACHED_HOSTS = 8192


class HostParts(NamedTuple):
    """A host name cut at its public suffix; suffix is empty for an unlisted top-level domain.

    A named tuple, because one is made for every new host: a frozen dataclass takes twice as long.
    """

    subdomain: str
    domain: str
    suffix: str
    is_private: bool
    """The suffix belongs to a company that gives names away (github.io), not to a registry."""

    @property
    def registrable_domain(self) -> str:
        """The name somebody registered: `a.co.uk`, `a.github.io`; of a bare suffix the suffix; unlisted: two labels."""
        if self.suffix:
            return f"{self.domain}.{self.suffix}" if self.domain else self.suffix
        last_of_subdomain = self.subdomain.rpartition(".")[2]
        return f"{last_of_subdomain}.{self.domain}" if last_of_subdomain else self.domain


class _Rule(IntFlag):
    """What the list says about a name, several at once."""

    SUFFIX = 1
    PRIVATE_SUFFIX = 2
    EVERY_CHILD = 4
    EVERY_PRIVATE_CHILD = 8
    NO_SUFFIX = 16
    NO_PRIVATE_SUFFIX = 32


_PRIVATE_FROM = "===BEGIN PRIVATE DOMAINS==="


def _rules(text: str) -> Iterator[tuple[str, bool]]:
    """The rules as they are written, and whether each stands in the private part."""
    private = False
    for line in text.splitlines():
        if line.startswith("//"):
            private = private or _PRIVATE_FROM in line
        elif line.strip():
            yield line.split()[0], private


def _table() -> dict[str, int]:
    """Flags by name, in Unicode and in ASCII form."""
    table: dict[str, int] = {}
    for rule, private in _RULES:
        name, flag = rule, _Rule.PRIVATE_SUFFIX if private else _Rule.SUFFIX
        if rule.startswith("!"):
            name, flag = rule[1:], _Rule.NO_PRIVATE_SUFFIX if private else _Rule.NO_SUFFIX
        elif rule.startswith("*."):
            name, flag = rule[2:], _Rule.EVERY_PRIVATE_CHILD if private else _Rule.EVERY_CHILD
        for form in {name, _ascii(name)}:
            table[form] = int(table.get(form, 0) | flag)
    return table


def _ascii(name: str) -> str:
    return name if name.isascii() else ada_url.idna_to_ascii(name).decode()


_RULES = tuple(_rules(published_lists.newest(published_lists.PUBLIC_SUFFIXES)))
# The list as it is written, wildcards and exceptions included.
SUFFIXES = frozenset(rule for rule, _ in _RULES)
_TABLE = _table()
_ANY_SUFFIX = int(_Rule.SUFFIX | _Rule.PRIVATE_SUFFIX)
_ANY_EXCEPTION = int(_Rule.NO_SUFFIX | _Rule.NO_PRIVATE_SUFFIX)
_PRIVATE = int(_Rule.PRIVATE_SUFFIX | _Rule.NO_PRIVATE_SUFFIX)
_PRIVATE_CHILD = int(_Rule.EVERY_PRIVATE_CHILD)


def _top_level_domains() -> frozenset[str]:
    """Every top-level domain of the registry of registries and of the suffix list, in Unicode and in ASCII form."""
    registered = published_lists.newest(published_lists.TOP_LEVEL_DOMAINS).splitlines()
    ascii_forms = {line.strip().lower() for line in registered if line and not line.startswith("#")}
    written = {rule.rpartition(".")[2] for rule in SUFFIXES}
    unicode_forms = {ada_url.idna_to_unicode(label) for label in ascii_forms if label.startswith("xn--")}
    return frozenset(written | {_ascii(label) for label in written} | ascii_forms | unicode_forms)


TOP_LEVEL_DOMAINS = _top_level_domains()


def _suffix_of(host: str) -> tuple[int, bool]:
    """Where the longest listed suffix of a host begins (its length: nowhere), and whether it is a private one."""
    below, start = -1, 0
    while True:
        flags = _TABLE.get(host[start:] if start else host)
        if flags is not None:
            if flags & _ANY_EXCEPTION:
                return host.index(".", start) + 1, bool(flags & _PRIVATE)
            if flags & _ANY_SUFFIX and not (below >= 0 and flags & ~(_ANY_SUFFIX | _ANY_EXCEPTION)):
                return start, bool(flags & _PRIVATE)
            if below >= 0:
                return below, bool(flags & _PRIVATE_CHILD)
        below, start = start, host.find(".", start) + 1
        if not start:
            return len(host), False


def registrable_domain(host: str) -> str:
    """As HostParts.registrable_domain of a lower-case host name; of one with an empty label itself."""
    start, _ = _suffix_of(host)
    if start == 0 or host[0] == "." or ".." in host:
        return host
    if start == len(host):
        start = host.rfind(".") + 1
        if not start:
            return host
    domain = host.rfind(".", 0, start - 1) + 1
    return host[domain:] if domain < start - 1 else host[start:]


@lru_cache(maxsize=CACHED_HOSTS)
def split(host: str) -> HostParts:
    """Cut a lower-case host name (never an IP address), in ASCII or Unicode form."""
    start, is_private = _suffix_of(host)
    if start == 0:
        return HostParts("", "", host, is_private)
    suffix, front = host[start:], host[: start - 1] if start < len(host) else host
    subdomain, _, domain = front.rpartition(".")
    return HostParts(subdomain, domain, suffix, is_private)


def is_given_out(host: str) -> bool:
    """Whether somebody can own a host: no registry gives out a name with a hyphen at an edge, a company may."""
    parts = split(host)
    return parts.is_private or not any(label[:1] == "-" or label[-1:] == "-" for label in (parts.domain, parts.suffix))


def is_suffix(name: str) -> bool:
    """Whether a lower-case name stands in the list literally, so that `com.py` does and `main.py` does not."""
    return name in SUFFIXES


def is_top_level_domain(label: str) -> bool:
    """Whether a label, as a person wrote it, is a top-level domain that exists."""
    return label.lower() in TOP_LEVEL_DOMAINS
