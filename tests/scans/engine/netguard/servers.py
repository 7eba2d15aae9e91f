"""Small servers on the loopback interface that answer whatever a test wants, byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import httpx

from scans.engine import netguard

# The loopback addresses that stand for the public internet and for the operator's own network.
PUBLIC, PRIVATE, PRIVATE_SIX = "127.0.0.2", "127.0.0.1", "::1"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@dataclass
class Site:
    """A server and what it saw."""

    port: int = 0
    heads: list[str] = field(default_factory=list)
    """The first piece of every connection: for HTTP the head of the request."""
    left: int = 0
    """Connections that are over."""

    def url(self, host: str = "site.example.com", *, scheme: str = "http", path: str = "/") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def client(
        self, *, host: str = "site.example.com", roots: str = "", allow: Sequence[str] = (PUBLIC,)
    ) -> httpx.AsyncClient:
        """A client for which this server's one name is public."""
        answers = {host: [PUBLIC]}
        return netguard.client(resolve=answers.__getitem__, extra_allow=allow, ports=(self.port,), extra_roots=roots)


@contextlib.asynccontextmanager
async def serving(
    answer: bytes = OK,
    *,
    address: str = PUBLIC,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    after: Callable[[asyncio.StreamWriter], None] | None = None,
    linger: float = 0,
) -> AsyncIterator[Site]:
    """A server that reads once, writes `answer`, waits `linger` seconds and closes; `after` may do harm in between."""
    site = Site()
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            site.heads.append((await reader.read(65_536)).decode("latin-1"))
            writer.write(answer)
            await writer.drain()
            if after is not None:
                after(writer)
            async with asyncio.timeout(linger):
                await reader.read()
        except (OSError, TimeoutError):
            pass
        finally:
            site.left += 1
            writer.close()

    def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.ensure_future(talk(reader, writer)))

    server = await asyncio.start_server(start, address, port, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    async with server:
        yield site
    for still_going in talks:
        still_going.cancel()
    await asyncio.gather(*talks, return_exceptions=True)
    await asyncio.sleep(0)
