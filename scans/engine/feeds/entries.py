"""What a list says: one entry is one URL, one host or one domain with all below it, and since when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from scans.engine.links import MAX_HOST, MAX_URL, InvalidLink, Link, parse
from scans.engine.names import suffixes

SECONDS_A_DAY = 86_400
# Characters kept of what a list says beside an entry (a threat, a campaign).
MAX_DETAIL = 120

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
# A host name as nearly every list writes it: nothing to normalise.
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_PLAIN_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)


class Kind(StrEnum):
    """What an entry stands for; never taken for more."""

    URL = "u"
    HOST = "h"
    DOMAIN = "d"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list in its one form: of a URL the normalised URL without scheme and user, else a host in ASCII.

    Days are counted from 1970-01-01 UTC: the first and the last one that the list named it.
    """

    kind: Kind
    text: str
    first_day: int
    last_day: int
    detail: str = ""

    @property
    def host(self) -> str:
        """The host of the entry, IPv6 without brackets."""
        return host_of(self.text) if self.kind is Kind.URL else self.text


def day_of(moment: datetime) -> int:
    """The day of an aware moment, counted from 1970-01-01 UTC."""
    return (moment.astimezone(UTC).date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days


def entry_of(kind: Kind, text: str, first_day: int, last_day: int | None = None, detail: str = "") -> Entry | None:
    """The entry of what a list wrote; None when that is no public web address of this kind.

    A domain that everybody's names stand below (co.uk, github.io) is nobody's and no entry. A host or domain that is
    a number stands for itself. `last_day` is `first_day` unless given.
    """
    last = first_day if last_day is None else max(first_day, last_day)
    found = _url(text) if kind is Kind.URL else _name(kind, text)
    if found is None:
        return None
    kind, text = found
    return Entry(kind, text, first_day, last, _UNPRINTABLE.sub(" ", detail)[:MAX_DETAIL] if detail else "")


def url_text(link: Link) -> str:
    """A link's URL as entries write it: without scheme (http and https are one) and user name."""
    rest = link.url[len(link.scheme) + 3 :]
    return rest[rest.index("@", 0, rest.index("/")) + 1 :] if link.username or link.password else rest


def host_of(text: str) -> str:
    """The host of an entry's URL, IPv6 without brackets."""
    place = text.partition("/")[0]
    if place.startswith("["):
        return place[1:].partition("]")[0]
    return place.partition(":")[0].removesuffix(".")


def _url(text: str) -> tuple[Kind, str] | None:
    link = _parsed(text if "://" in text else f"http://{text}")
    return None if link is None or not _is_public(link.host, link.is_ip) else (Kind.URL, url_text(link))


def _name(kind: Kind, text: str) -> tuple[Kind, str] | None:
    text = text.strip().lower().removesuffix(".")
    if _PLAIN_HOST.fullmatch(text) is None or len(text) > MAX_HOST or text.startswith("xn--") or ".xn--" in text:
        link = _parsed(f"http://{text}/") if text and not set("/?#@\\ ") & set(text) else None
        if link is None or link.port or not _is_public(link.host, link.is_ip):
            return None
        if link.is_ip:
            return Kind.HOST, link.host
        text = link.host
    return None if kind is Kind.DOMAIN and is_bare_suffix(text) else (kind, text)


def is_bare_suffix(host: str) -> bool:
    """Whether a host name is a registry's or a company's own, below which others have theirs."""
    return suffixes.registrable_domain(host) == host and not suffixes.split(host).domain


def _is_public(host: str, is_ip: bool) -> bool:
    return is_ip or ("." in host.strip(".") and ".." not in host and "*" not in host)


def _parsed(url: str) -> Link | None:
    if len(url) > MAX_URL:
        return None
    try:
        return parse(url)
    except InvalidLink:
        return None
