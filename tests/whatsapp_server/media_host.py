"""The media server: HTTPS behind the proxy, one request a connection, serving encrypted files by their path."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from tests.whatsapp_server.exchange import Exchange
from tests.whatsapp_server.loopback_server import LoopbackServer
from tests.whatsapp_server.media_files import MediaFile

# The library asks for the hosts of the day; this name serves every file at all times.
FIXED_HOST = "mmg.whatsapp.net"
HOSTS = ("media-fra3-1.cdn.whatsapp.net", FIXED_HOST)
DRIP_SECONDS = 0.2
# Bounds an "endless" file: a client that reads that much has no cap.
ENDLESS_BYTES = 64 * 1024 * 1024
PIECE = bytes(65_536)


class Trouble(StrEnum):
    """How a file may be served on purpose."""

    NONE = "none"
    GONE = "gone"  # 410, as after WhatsApp's own time limit
    UNAVAILABLE = "unavailable"  # 503
    DAMAGED = "damaged"  # other bytes of the same length
    DRIPPING = "dripping"  # a byte now and then
    ENDLESS = "endless"  # no length, and far more than was announced
    HUGE = "huge"  # the announced size is small, the real one is not


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """One GET of the client."""

    path: str
    headers: dict[str, str] = field(repr=False)


class MediaHost(LoopbackServer):
    """Serves `files` of the exchange; every request is kept in `requests`."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        pairs = (line.partition(": ") for line in head[1:] if line)
        self._exchange.media_requests.append(MediaRequest(path, {name.lower(): value for name, _, value in pairs}))
        self._exchange.changed()
        file = next((one for one in self._exchange.files if path.startswith(one.path)), None)
        await _answer(writer, file, self._exchange.faults.media)


async def _answer(writer: asyncio.StreamWriter, file: MediaFile | None, trouble: str) -> None:
    if file is None or trouble == Trouble.GONE:
        await _write(writer, 410 if file else 404, b"")
    elif trouble == Trouble.UNAVAILABLE:
        await _write(writer, 503, b"")
    elif trouble == Trouble.DAMAGED:
        await _write(writer, 200, bytes(len(file.stored)))
    elif trouble == Trouble.DRIPPING:
        await _drip(writer, file.stored)
    elif trouble in {Trouble.ENDLESS, Trouble.HUGE}:
        await _flood(writer, says_length=trouble == Trouble.HUGE)
    else:
        await _write(writer, 200, file.stored)


async def _write(writer: asyncio.StreamWriter, status: int, body: bytes) -> None:
    writer.write(_head(status, len(body)) + body)
    await writer.drain()


async def _drip(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(_head(200, len(body)))
    for byte in body:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(DRIP_SECONDS)


async def _flood(writer: asyncio.StreamWriter, *, says_length: bool) -> None:
    writer.write(_head(200, ENDLESS_BYTES if says_length else None))
    for _ in range(ENDLESS_BYTES // len(PIECE)):
        writer.write(PIECE)
        await writer.drain()


def _head(status: int, length: int | None) -> bytes:
    said = f"Content-Length: {length}\r\n" if length is not None else ""
    return f"HTTP/1.1 {status} -\r\n{said}Connection: close\r\n\r\n".encode()
