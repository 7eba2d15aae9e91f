"""The servers behind all names: plain, over TLS, and one that speaks neither."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Self, TypeVar

import httpx

from tests.sites.answers import NOT_FOUND, Answer, Seen
from tests.sites.certificates import Fault, authority
from tests.sites.directions import HERE, Directions
from tests.whatsapp_server.loop_thread import LoopThread

# Writes whatever it likes to one visitor, who has sent a request (`behave`) or nothing at all (`raw`).
Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]
# Makes an answer out of the request, for sites that show visitors different pages.
Chooser = Callable[[Seen], Answer]
Route = Answer | Chooser

Registered = TypeVar("Registered")

HEAD_SECONDS = 10.0
EVERY_PATH = "*"


class Sites:
    """Registered pages of any host; may be changed while the servers run."""

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        """Every request in order; those that broke off while they were sent are missing."""
        self.connections = 0
        """Connections made to any of the servers."""
        self.directions = Directions()
        self._authority = authority()
        self._routes: dict[tuple[str, str], Route] = {}
        self._behaviours: dict[tuple[str, str], Behaviour] = {}
        self._faults: dict[str, Fault] = {}
        self._otherwise: Route = NOT_FOUND
        self._raw: Behaviour = _say_nothing
        self._loop = LoopThread()
        self._servers: list[asyncio.Server] = []

    @classmethod
    @contextlib.contextmanager
    def start(cls) -> Iterator[Self]:
        """Servers that listen until the block ends."""
        sites = cls()
        sites._loop.call(sites._listen())
        try:
            yield sites
        finally:
            sites._loop.call(sites._close())
            sites._loop.stop()

    def client(self) -> httpx.AsyncClient:
        """The product's guarded client, which finds these servers under every name."""
        return self.directions.client()

    def resolve(self, host: str) -> list[str]:
        """The addresses of a name here; raises socket.gaierror."""
        return self.directions.resolve(host)

    def page(
        self,
        host: str,
        path: str = "/",
        *,
        status: int = 200,
        headers: Mapping[str, str | None] | None = None,
        body: str | bytes = "",
    ) -> None:
        """Answer so at a path (with its query, or without for every query; `*` for every path of the host)."""
        content = body.encode() if isinstance(body, str) else body
        self._routes[host, path] = Answer(status, headers or {}, content)

    def redirect(self, host: str, path: str = "/", *, to: str, status: int = 302) -> None:
        """Send on from a path."""
        self._routes[host, path] = Answer(status, {"Location": to})

    def choose(self, host: str, path: str, chooser: Chooser) -> None:
        """Answer at a path with what a function makes of each request."""
        self._routes[host, path] = chooser

    def behave(self, host: str, path: str, behaviour: Behaviour) -> None:
        """Let a behaviour write the answer to the requests of a path (see tests.sites.hostile)."""
        self._behaviours[host, path] = behaviour

    def raw(self, behaviour: Behaviour) -> None:
        """What happens to connections to ports 8080 and 8443 of any host, before any byte was read."""
        self._raw = behaviour

    def everywhere(self, *, status: int = 200, body: str = "<title>A page</title>") -> None:
        """Answer so wherever nothing is registered, instead of 404."""
        self._otherwise = Answer(status, body=body.encode())

    def certificate(self, host: str, fault: Fault) -> None:
        """Give a host a bad certificate."""
        self._faults[host] = fault

    def nowhere(self, host: str) -> None:
        """Make a name one that does not exist."""
        self.directions.nowhere.append(host)

    def at(self, host: str, *addresses: str) -> None:
        """Make a name resolve to other addresses, at which nobody of these servers listens."""
        self.directions.elsewhere[host] = list(addresses)

    def forget(self) -> None:
        """Drop everything that was registered and seen; the servers stay."""
        ports, roots = self.directions.ports, self.directions.roots
        self.directions = Directions(ports, roots)
        self.requests, self.connections = [], 0
        self._otherwise, self._raw = NOT_FOUND, _say_nothing
        self._routes, self._behaviours, self._faults = {}, {}, {}

    def urls(self) -> list[str]:
        """The addresses asked for so far, in order."""
        return [seen.url for seen in self.requests]

    async def _listen(self) -> None:
        context = self._authority.make_context("no-name.example")
        context.sni_callback = self._choose_certificate
        plain = await asyncio.start_server(self._serve_plain, HERE, 0)
        secure = await asyncio.start_server(self._serve_secure, HERE, 0, ssl=context)
        raw = await asyncio.start_server(self._serve_raw, HERE, 0)
        self._servers = [plain, secure, raw]
        self.directions.ports = {80: _port(plain), 443: _port(secure), 8080: _port(raw), 8443: _port(raw)}
        self.directions.roots = self._authority.pem

    async def _close(self) -> None:
        for server in self._servers:
            server.close()

    def _choose_certificate(self, tls: ssl.SSLObject, name: str | None, _default: ssl.SSLContext) -> None:
        if name:
            tls.context = self._authority.context(name, self._faults.get(name, Fault.NONE))

    async def _serve_plain(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve("http", reader, writer)

    async def _serve_secure(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve("https", reader, writer)

    async def _serve_raw(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with _until_the_visitor_leaves(writer):
            await self._raw(writer)

    async def _serve(self, scheme: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with _until_the_visitor_leaves(writer):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_SECONDS)
            seen = _read(scheme, head.decode("latin-1"))
            self.requests.append(seen)
            behaviour = _found(self._behaviours, seen)
            if behaviour is not None:
                await behaviour(writer)
                return
            route = _found(self._routes, seen) or self._otherwise
            answer = route if isinstance(route, Answer) else route(seen)
            writer.write(answer.as_bytes(with_body=seen.method != "HEAD"))
            await writer.drain()


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


def _found(table: Mapping[tuple[str, str], Registered], seen: Seen) -> Registered | None:
    """What is registered for a request: for its path with query, its path, or every path of its host."""
    for path in (seen.path, seen.path.partition("?")[0], EVERY_PATH):
        if (seen.host, path) in table:
            return table[seen.host, path]
    return None


def _read(scheme: str, head: str) -> Seen:
    request, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = request.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Seen(method, scheme, headers.get("host", ""), path, headers)


@contextlib.contextmanager
def _until_the_visitor_leaves(writer: asyncio.StreamWriter) -> Iterator[None]:
    """Close the connection in the end, and take it calmly when it has gone before."""
    try:
        # Cancelled when the servers stop: nothing is left to do here either.
        with contextlib.suppress(
            OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError
        ):
            yield
    finally:
        writer.close()


async def _say_nothing(writer: asyncio.StreamWriter) -> None:
    """The raw behaviour of a server that has none."""
