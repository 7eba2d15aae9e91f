"""Following a link as a browser would, one guarded request at a time, and never further than the caps."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import ada_url
import httpx

from scans.engine import netguard
from scans.engine.journeys import Hop, How, Journey, Page, Stop
from scans.engine.kinds import lookonly
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.pages import landing, markup, onward
from scans.engine.pages.onward import Onward
from scans.engine.wrappers import unwrap

# Seconds of the wall clock over everything: lookups, connections, all hops and bodies. A scan gives less.
MAX_SECONDS = 10.0
# Sent when the installation has not set its own: says what asks, in the form that servers expect of a browser.
USER_AGENT = "Mozilla/5.0 (compatible; wbscanner link check)"

# Content types that a browser shows as a page; an empty one and one that is none are shown as what they look like.
PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/xml", "application/xml", "image/svg+xml"})
# Characters kept of a scheme that is not the web's; the longest registered one has 36 (IANA, URI schemes).
MAX_SCHEME = 40
# Where an answer's Location is kept for us.
_LOCATION = "wbscanner.location"
_HEADERS = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en,*;q=0.5"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one link may cost besides time."""

    hops: int = 10
    """Addresses that are opened."""
    body: int = 1 << 20
    """Bytes that are read of one body."""


async def follow(
    link: Link,
    client: httpx.AsyncClient,
    *,
    seconds: float = MAX_SECONDS,
    user_agent: str = USER_AGENT,
    limits: Limits = Limits(),
) -> Journey:
    """Where a link leads, by a client of scans.engine.netguard; whatever a server does ends the journey and no more.

    A wrapped address is taken out instead of opened. Links that are never opened end the journey unopened.
    """
    if _take_location not in client.event_hooks["response"]:
        client.event_hooks["response"].append(_take_location)
    visit = _Visit(client, user_agent, limits, [*_with_targets(Hop(link, How.POSTED))])
    try:
        async with asyncio.timeout(seconds):
            await visit.walk()
        stopped = _Stopped(Stop.ARRIVED)
    except _Stopped as reason:
        stopped = reason
    except TimeoutError:
        stopped = _Stopped(Stop.TIMED_OUT)
    return Journey(tuple(visit.hops), stopped.stop, visit.page, stopped.detail, tuple(visit.passed))


class _Stopped(Exception):
    """The journey ends here."""

    def __init__(self, stop: Stop, detail: str = "") -> None:
        super().__init__(stop)
        self.stop = stop
        self.detail = detail


@dataclass(slots=True)
class _Visit:
    """One journey under way."""

    client: httpx.AsyncClient
    user_agent: str
    limits: Limits
    hops: list[Hop]
    page: Page | None = None
    """Of the last address, as far as it was read."""
    passed: list[Page] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)

    async def walk(self) -> None:
        """Open one address after the other until a page stays; raises _Stopped for every other end."""
        while True:
            self._check(self.hops[-1].link)
            here = address_of(self.hops[-1].link)
            self.opened.add(here)
            sent, base = await self._open(here)
            target = None if sent is None else _target(sent, here, base)
            if sent is None or target is None:
                return
            if self.page is not None:
                self.passed.append(self.page)
                self.page = None
            self.hops += _with_targets(Hop(target, sent.how))

    def _check(self, link: Link) -> None:
        kind = lookonly.link_class(link)
        if kind is not None:
            raise _Stopped(Stop.LOOK_ONLY, kind)
        if address_of(link) in self.opened:
            raise _Stopped(Stop.LOOP)
        if len(self.opened) >= self.limits.hops:
            raise _Stopped(Stop.TOO_MANY_HOPS)

    async def _open(self, address: str) -> tuple[Onward | None, str]:
        """Where the answer of an address sends on, and what its page says that addresses are relative to."""
        try:
            headers = {**_HEADERS, "User-Agent": self.user_agent}
            async with self.client.stream("GET", address, headers=headers) as response:
                self.hops[-1] = replace(self.hops[-1], status=response.status_code)
                sent = onward.from_head(
                    response.status_code, response.extensions.get(_LOCATION), _first(response, "refresh")
                )
                if sent is not None and sent.how is How.REDIRECT:
                    return sent, ""
                page = await self._read(response)
        except netguard.Blocked as error:
            raise _Stopped(Stop.BLOCKED, str(error)) from None
        except netguard.BadCertificate as error:
            raise _Stopped(Stop.BAD_CERTIFICATE, str(error)) from None
        except httpx.TimeoutException:
            raise _Stopped(Stop.TIMED_OUT) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _Stopped(Stop.UNREACHABLE, type(error).__name__) from None
        return onward.from_page(page) or sent, page.base

    async def _read(self, response: httpx.Response) -> markup.Markup:
        """The page of an answer; what was read of one that breaks off is kept as well."""
        link, content_type = self.hops[-1].link, _first(response, "content-type") or ""
        offered = landing.offered(link, content_type, _first(response, "content-disposition") or "")
        page, body = markup.Markup(), bytearray()
        try:
            if _is_page(content_type):
                await _fill(body, response, self.limits.body)
        finally:
            if body:
                page = markup.read(bytes(body[: self.limits.body]), content_type)
            if len(body) > self.limits.body:
                page = replace(page, is_cut=True)
            self.page = landing.describe(page, content_type, link, offered)
        return page


async def _fill(body: bytearray, response: httpx.Response, size: int) -> None:
    """Add what comes to a buffer until it holds one byte more than `size`, which tells that there was more."""
    async for part in response.aiter_raw():
        body += part[: size + 1 - len(body)]
        if len(body) > size:
            return


def address_of(link: Link) -> str:
    """The exact address to open: with the tracking parameters that its sender wrote, without user name and fragment."""
    try:
        written = parse(link.raw).url == link.url
        read = ada_url.URL(link.raw if written else link.url)
    except (InvalidLink, ValueError):
        read = ada_url.URL(link.url)
    read.username = read.password = read.hash = ""
    return read.href


def _with_targets(hop: Hop) -> list[Hop]:
    """The hop and the addresses wrapped in it."""
    return [hop, *(Hop(target, How.WRAPPED) for target in unwrap(hop.link))]


def _target(sent: Onward, here: str, base: str) -> Link | None:
    """The next address; None when a page only sends to itself, which browsers do not call a way. Raises _Stopped."""
    try:
        around = ada_url.join_url(here, base) if base and sent.how is not How.REFRESH else here
        address = ada_url.join_url(around, sent.target)
    except ValueError:
        raise _Stopped(Stop.INVALID) from None
    if sent.how is not How.REDIRECT and address.partition("#")[0] == here:
        return None
    try:
        return parse(address)
    except InvalidLink:
        scheme = address.partition(":")[0]
        if scheme in ("http", "https"):
            raise _Stopped(Stop.INVALID) from None
        raise _Stopped(Stop.NOT_WEB, scheme[:MAX_SCHEME]) from None


async def _take_location(response: httpx.Response) -> None:
    """Hide the Location from httpx, which reads it even when it shall not follow, by its own rules, and may raise."""
    location = _first(response, "location")
    if location is not None:
        response.extensions[_LOCATION] = location
        del response.headers["location"]


def _first(response: httpx.Response, name: str) -> str | None:
    """The first header of a name; httpx joins several with commas."""
    return next(iter(response.headers.get_list(name)), None)


def _is_page(content_type: str) -> bool:
    kind = landing.plain_type(content_type)
    return kind in PAGE_TYPES or "/" not in kind
