"""Where a link leads: the addresses on the way and what waits at the end, as values that travel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scans.engine.links import Link


class How(StrEnum):
    """How one address led to the next; POSTED is the address in the message."""

    POSTED = "posted"
    WRAPPED = "wrapped"
    """Written inside the address before it, which was not opened."""
    REDIRECT = "redirect"
    """A 3xx answer with a Location."""
    REFRESH = "refresh"
    """A Refresh header."""
    META = "meta"
    """A refresh written in the page."""
    SCRIPT = "script"
    """A script that only sets the location."""


class Stop(StrEnum):
    """Why a journey ended where it did; only ARRIVED means that the last address answered with a page of its own."""

    ARRIVED = "arrived"
    LOOK_ONLY = "look_only"
    """The next address is one that is never opened: one-time, signed, an invitation, a payment."""
    BLOCKED = "blocked"
    """The guard refused the next address: private network, odd port, no name that the internet has."""
    UNREACHABLE = "unreachable"
    """No such name, nobody answered, or what answered spoke no HTTP."""
    BAD_CERTIFICATE = "bad_certificate"
    TIMED_OUT = "timed_out"
    TOO_MANY_HOPS = "too_many_hops"
    LOOP = "loop"
    NOT_WEB = "not_web"
    """Sent on to another scheme, named in `detail`: intent, market, upi, javascript."""
    INVALID = "invalid"
    """Sent on to something that is no address."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One address on the way, how it was come by, and the HTTP status it answered with (None: not opened)."""

    link: Link
    how: How
    status: int | None = None


class Shown(StrEnum):
    """How a page shows a protected name, strongest first."""

    NAME = "name"
    """Its title says the name and nothing else but words of a login."""
    TITLE = "title"
    """Beside the name there are only words that scams use."""
    PART = "part"
    """One part of the title says the name, another one something else."""
    LOGO = "logo"
    """One of its first pictures stands for the name."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is kept of a page: a few short facts, never its text."""

    host: str = ""
    """Where it was found."""
    content_type: str = ""
    """Lower case, without parameters; empty when the server said none."""
    title: str = ""
    """Its first characters, without control characters."""
    asks_password: bool = False
    asks_card: bool = False
    """Whether there is a field for a payment card's number or its security code."""
    has_field: bool = False
    """Whether there is any field to type into."""
    brand: str = ""
    """The title of the protected name that the page shows but the host does not own; empty for none."""
    shown: Shown | None = None
    is_common_brand: bool = False
    """Whether that name is an ordinary word as well."""
    offers: str = ""
    """The ending (".apk") of a program that the address delivers or the page links to; empty for none."""
    is_download: bool = False
    """Whether the address itself delivers the program, instead of a page that links to it."""
    is_cut: bool = False
    """Whether there is more of it than was read or looked at."""
    fingerprint: str = ""
    """The same for copies of one page that asks for something (scans.engine.pages.fingerprint); empty for others."""


@dataclass(frozen=True, slots=True)
class Journey:
    """The addresses on the way, first the posted one, and why it ended after the last of them."""

    hops: tuple[Hop, ...]
    stopped_because: Stop
    page: Page | None = None
    """Of the last address; None when it was not opened or its body was not read."""
    detail: str = ""
    """One word more about the stop: a scheme, a class of links, what the guard refused."""
    passed: tuple[Page, ...] = ()
    """The pages that sent the visitor on themselves, by a refresh or a script: what they show counts too."""

    @property
    def final(self) -> Link:
        """The last address on the way, opened or not."""
        return self.hops[-1].link
