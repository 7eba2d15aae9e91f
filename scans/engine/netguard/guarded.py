"""The client for strangers' addresses: httpx without everything that would tell one host about another."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import ada_url
import httpx

from scans.engine.netguard.dialing import CONNECT_SECONDS
from scans.engine.netguard.guard import PORTS, Guard
from scans.engine.netguard.lookup import Resolve, look_up
from scans.engine.netguard.transport import GuardedTransport, trusted

# Seconds between two pieces of an answer; the wall clock is the caller's to stop.
READ_SECONDS = 5.0
# Said when the caller gives no other name.
USER_AGENT = "wbscanner"


class GuardedClient(httpx.AsyncClient):
    """An AsyncClient whose URLs are read by ada-url before httpx sees them; follows no redirect, keeps no cookie."""

    def __init__(self, guard: Guard, roots: ssl.SSLContext) -> None:
        super().__init__(
            transport=GuardedTransport(guard, roots),
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            headers={"Accept-Encoding": "identity", "Connection": "close", "User-Agent": USER_AGENT},
        )
        self._guard = guard

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """As httpx does, of the URL as a browser reads it, without user name and fragment; raises Blocked."""
        return super().build_request(method, self._spelled_out(str(url)), **options)

    def _spelled_out(self, url: str) -> str:
        link = self._guard.read(url)
        read = ada_url.URL(url)
        read.username = read.password = read.hash = ""
        if not link.is_ip:
            read.hostname = link.host  # without the final dot, which no certificate carries
        return read.href


def client(
    *,
    resolve: Resolve | None = None,
    extra_allow: Iterable[str | IPv4Network | IPv6Network] = (),
    ports: Iterable[int] = PORTS,
    extra_roots: str = "",
) -> httpx.AsyncClient:
    """A client that reaches the public internet only; close it with `async with`.

    `resolve` is synchronous and runs in a thread. `extra_allow` (networks) and `extra_roots` (PEM certificates) are
    for servers of tests. Requests raise Blocked and httpx.HTTPError; sizes, redirects and the wall clock are the
    caller's. Bodies come undecoded: stream with `aiter_raw` or `aiter_bytes`, reading a packed one raises
    httpx.DecodingError while its status and headers can be read.
    """
    guard = Guard(
        resolve=resolve or look_up,
        extra_allow=tuple(ip_network(str(network)) for network in extra_allow),
        ports=tuple(ports),
    )
    return GuardedClient(guard, _roots(extra_roots))


@functools.lru_cache(maxsize=4)
def _roots(extra_roots: str) -> ssl.SSLContext:
    """Reading the roots costs more than a request: once a process."""
    return trusted(extra_roots)
