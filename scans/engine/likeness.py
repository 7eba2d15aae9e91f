"""What two links of one scam have in common: the address, where it leads, the page there, the shape of the path.

Never that they stand on a host which strangers share or everybody knows: that would make the honest its accomplices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import unquote

from scans.engine.feeds.well_known import is_well_known
from scans.engine.kinds.keys import REMOVED, is_short_code, looks_like_key
from scans.engine.names import suffixes
from scans.engine.names.shared_hosts import is_platform, platform_of

MAX_SHAPE = 200
# A path says something when it has so many words that not every site has, with so many letters together.
LEAST_WORDS, LEAST_LETTERS = 2, 14
_SEGMENTS_SHOWN = 8
_PARAMETERS_SHOWN = 6
_FOLDED = "*"
# Words in the paths of all kinds of sites: those of content systems, of log-ins, of shops.
_COMMON = frozenset({
    "about", "account", "admin", "api", "app", "article", "articles", "assets", "auth", "blog", "cart", "category",
    "cgi-bin", "checkout", "confirm", "contact", "content", "css", "default", "doc", "docs", "download", "downloads",
    "event", "events", "file", "files", "form", "forms", "help", "home", "html", "images", "img", "includes", "index",
    "info", "item", "items", "js", "link", "links", "login", "main", "media", "mobile", "news", "offer", "offers",
    "order", "orders", "page", "pages", "pay", "payment", "photo", "photos", "plugins", "post", "posts", "product",
    "products", "profile", "public", "register", "search", "secure", "service", "services", "share", "shop", "signin",
    "signup", "site", "static", "store", "tag", "tags", "template", "templates", "themes", "update", "upload",
    "uploads", "user", "users", "verify", "video", "videos", "view", "watch", "web", "wp-admin", "wp-content",
    "wp-includes", "wp-json", "www",
})  # fmt: skip
_ENDING = re.compile(r"\.[a-z]{2,5}\Z")
_WORD = re.compile(r"[^\W\d_]{3,}")


class MarkKind(StrEnum):
    """What links may have in common, the strongest first."""

    LINK = "link"
    """The exact address, posted or at the end of the way."""
    SITE = "site"
    """The registered domain, or name at a free host, where the way ends."""
    PAGE = "page"
    """The page at the end (scans.engine.pages.fingerprint)."""
    SHAPE = "shape"
    """The words of the path and the names of the parameters."""


STRENGTH = {kind: at for at, kind in enumerate(MarkKind)}


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that links may have in common; `value` holds no key and no number of the link."""

    kind: MarkKind
    value: str


class Address(Protocol):
    """An address on a link's way, in the form that may be kept."""

    @property
    def url_hash(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def registrable_domain(self) -> str: ...
    @property
    def url(self) -> str: ...


def marks_of(way: Sequence[Address], page_hash: str = "") -> tuple[Mark, ...]:
    """By what a link may be known again, the strongest first; `way` begins with the posted address."""
    marks = [Mark(MarkKind.LINK, way[0].url_hash)]
    if _names_one_thing(way[-1]):
        marks.append(Mark(MarkKind.LINK, way[-1].url_hash))
    landing = next((address for address in reversed(way) if not is_common_ground(address)), None)
    if landing is None:
        return tuple(dict.fromkeys(marks))
    marks.append(Mark(MarkKind.SITE, landing.registrable_domain or landing.host))
    if page_hash and landing is way[-1]:
        marks.append(Mark(MarkKind.PAGE, page_hash))
    if shape := shape_of(landing.url):
        marks.append(Mark(MarkKind.SHAPE, shape))
    return tuple(dict.fromkeys(marks))


def _names_one_thing(end: Address) -> bool:
    """Whether the end of a way is somebody's own page, on whatever ground, and no front page of a well-known site."""
    is_front = end.url.partition("://")[2].partition("/")[2] == ""
    return not is_front and (bool(platform_of(end.host)) or not is_well_known(end.host, end.registrable_domain))


def is_common_ground(address: Address) -> bool:
    """Whether strangers stand side by side at an address's site: platforms, shorteners, well-known sites, suffixes.

    A name below a private suffix (a.github.io) belongs to one stranger and is none.
    """
    if is_well_known(address.host, address.registrable_domain):
        return True
    parts = suffixes.split(address.host)
    if parts.is_private and parts.domain:
        return False
    return bool(platform_of(address.host)) or (is_platform(address.host) and not _is_number(address.host))


def shape_of(url: str) -> str:
    """Path and parameters without what varies, such as /track/*/parcel-office?id; empty for what many sites have."""
    path, _, query = url.partition("://")[2].partition("?")
    segments = [_folded(segment) for segment in path.split("/")[1:] if segment]
    words = {word for segment in segments if segment != _FOLDED for word in _words(segment)} - _COMMON
    if len(words) < LEAST_WORDS or sum(map(len, words)) < LEAST_LETTERS:
        return ""
    names = sorted({name for part in query.split("&") if (name := part.partition("=")[0]) and REMOVED not in name})
    kept = [name for name in names if not looks_like_key(name)][:_PARAMETERS_SHOWN]
    shape = "/" + "/".join(segments[:_SEGMENTS_SHOWN]) + (f"?{'&'.join(kept)}" if kept else "")
    return shape[:MAX_SHAPE]


def _folded(segment: str) -> str:
    """A part of a path in lower case; a star for numbers, ids and keys."""
    plain = unquote(segment)
    name = _ENDING.sub("", plain.lower())
    is_id = REMOVED in plain or looks_like_key(plain) or is_short_code(name) or any(char.isdigit() for char in name)
    return _FOLDED if is_id or not name else plain.lower()


def _words(segment: str) -> set[str]:
    name = _ENDING.sub("", segment)
    return {name} if name in _COMMON else set(_WORD.findall(name))


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
