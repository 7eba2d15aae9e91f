"""The HTTPS proxy the child is told to use: it knows a few hosts, and everything else is refused and noted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tests.whatsapp_server.loopback_server import LoopbackServer

READ_BYTES = 65_536
ACCEPTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


class Proxy(LoopbackServer):
    """Pipes `CONNECT name:443` to the TLS port of a known name; `refusing` and `gate` change what it does."""

    def __init__(self, tls_ports: Mapping[str, int]) -> None:
        super().__init__()
        self._tls_ports = {f"{host}:443": port for host, port in tls_ports.items()}
        self.refusing = False
        self.refused_hosts: list[str] = []
        self.dials = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).split(b" ")
        host = request[1].decode() if len(request) > 1 else ""
        self.dials += 1
        await self.gate.wait()
        tls_port = self._tls_ports.get(host)
        if self.refusing or tls_port is None:
            if tls_port is None:
                self.refused_hosts.append(host)
            writer.write(REFUSED)
            await writer.drain()
            return
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", tls_port)
        writer.write(ACCEPTED)
        try:
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        finally:
            inner_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until one side ends, then end the other."""
    try:
        while data := await reader.read(READ_BYTES):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # A killed child resets its socket; for the other side that is an ordinary end.
    finally:
        writer.close()
