"""Links: read out of a text, parsed by ada-url alone, normalised once for every part of the program."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from scans.engine.finding.bare_hosts import is_ipv4
from scans.engine.finding.candidates import find_candidates, may_hold_link
from scans.engine.finding.evasions import Evasion
from scans.engine.finding.looks import Looks
from scans.engine.finding.versions import is_version
from scans.engine.hrefs import href_of
from scans.engine.names import suffixes
from scans.engine.tracking import without_tracking

# Characters of a text that are read, WhatsApp's own limit for a message.
MAX_TEXT = 65_536
# Distinct links reported of one message.
MAX_LINKS = 50
# Characters of a URL, as written and normalised; browsers and servers stop between 2 and 32 KiB.
MAX_URL = 8_192
MAX_HOST = 253  # DNS: RFC 1035, without the final dot
# Parsed links remembered, and what stands before their paths; pure functions of the string, so never stale.
CACHED_LINKS = 4_096
CACHED_SITES = 8_192

_WEB = ("https://", "http://")


class InvalidLink(ValueError):
    """A string that is not a http or https URL, or is longer than MAX_URL."""


class Link(NamedTuple):
    """A parsed URL. All parts but raw are ASCII; the fragment is dropped, the user name kept.

    A tuple, because it is made and hashed more often than anything else: a frozen dataclass takes four times as long.
    """

    raw: str
    """As written in the text."""
    url: str
    """The WHATWG href without fragment and tracking parameters."""
    scheme: str
    host: str
    """Lower case, punycode, without the final dot of the root; IPv6 without brackets."""
    port: int | None
    """None for the scheme's own port."""
    path: str
    query: str
    """Without the question mark and the tracking parameters."""
    username: str
    password: str
    is_ip: bool
    registrable_domain: str
    """By the Public Suffix List with private suffixes; of an address, a bare suffix or an impossible name the host."""
    url_hash: str
    """SHA-256 of url, hexadecimal."""
    evasions: tuple[Evasion, ...] = ()
    """What had to be undone to read it from its text."""


def find_links(text: str, *, limit: int = MAX_LINKS) -> list[Link]:
    """The first `limit` distinct links of the first MAX_TEXT characters of a text, in order of appearance."""
    if not may_hold_link(text := text[:MAX_TEXT]):
        return []
    found: dict[str, Link] = {}
    seen: set[str] = set()
    looks = Looks()
    for raw, url, evasions in find_candidates(text, looks):
        # Links that differ in their fragments alone are one.
        same = url.partition("#")[0] if "#" in url and len(url) <= MAX_URL else raw
        if same in seen and not evasions:
            continue
        seen.add(same)
        link = _link_of(raw, url, evasions)
        if link is None or (link.is_ip and is_ipv4(link.raw) and is_version(text, link.raw)):
            continue
        if link.url not in found:
            found[link.url] = link
            looks.give_back()
            if len(found) == limit:
                break
    return list(found.values())


def parse(url: str) -> Link:
    """Parse an absolute http or https URL; raises InvalidLink and nothing else."""
    if len(url) > MAX_URL:
        raise InvalidLink(f"longer than {MAX_URL} characters")
    return _parse(url, url)


def _link_of(raw: str, url: str, evasions: tuple[Evasion, ...]) -> Link | None:
    """The link of a candidate; of one that is too long its host alone, so that length does not hide it."""
    if len(url) > MAX_URL:
        url, evasions = _origin(url), (*evasions, Evasion.OVERLONG)
    try:
        link = _parse(url, raw[:MAX_URL])
    except InvalidLink:
        return None
    if "-" in link.host and not _may_exist(link.host):
        return None
    return link._replace(evasions=evasions) if evasions else link


def _may_exist(host: str) -> bool:
    return not ("-." in host or ".-" in host or host[0] == "-") or suffixes.is_given_out(host)


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    end = min((rest.find(mark) for mark in "/?#\\" if mark in rest), default=len(rest))
    return f"{scheme}://{rest[:end]}/"


@lru_cache(maxsize=CACHED_LINKS)
def _parse(url: str, raw: str) -> Link:
    try:
        href = href_of(url)
    except ValueError as error:
        raise InvalidLink("not an absolute URL") from error
    if not href.startswith(_WEB):
        raise InvalidLink("not a http or https URL")
    normalised = without_tracking(href.partition("#")[0])
    if len(normalised) > MAX_URL:
        raise InvalidLink(f"longer than {MAX_URL} characters when encoded")
    begin_of_path = href.find("/", len(_WEB[0]))
    scheme, host, port, username, password, is_ip, registrable_domain = _site(href[:begin_of_path])
    path, _, query = normalised[begin_of_path:].partition("?")
    url_hash = hashlib.sha256(normalised.encode("ascii")).hexdigest()
    return Link(
        raw, normalised, scheme, host, port, path, query, username, password, is_ip, registrable_domain, url_hash
    )


@lru_cache(maxsize=CACHED_SITES)
def _site(opening: str) -> tuple[str, str, int | None, str, str, bool, str]:
    """What Link says of the part of a href before its path, from scheme to registrable_domain; raises InvalidLink."""
    scheme, _, authority = opening.partition("://")
    userinfo, _, place = authority.rpartition("@")
    username, _, password = userinfo.partition(":")
    host, port = _host_and_port(place)
    is_ip = _is_ip(host)
    registrable_domain = host if is_ip else suffixes.registrable_domain(host)
    return scheme, host, port, username, password, is_ip, registrable_domain


def _host_and_port(place: str) -> tuple[str, int | None]:
    """Of `host`, `host:port` and `[address]:port` in a href; raises InvalidLink for what no name server knows."""
    if place.startswith("["):
        address, _, port = place[1:].partition("]")
        return address, int(port[1:]) if port else None
    host, _, port = place.partition(":")
    host = host.removesuffix(".")
    if not host.strip("."):
        raise InvalidLink("without a host")
    if len(host) > MAX_HOST:
        raise InvalidLink(f"its host is longer than the {MAX_HOST} characters that any name may have")
    return host, int(port) if port else None


def _is_ip(host: str) -> bool:
    """Whether a host of a href is an address: the standard makes every name that ends in a number an IPv4 address."""
    return ":" in host or (host[-1].isdecimal() and host.rpartition(".")[2].isdecimal())
