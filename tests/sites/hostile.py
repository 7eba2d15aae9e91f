"""Servers that mean harm: a behaviour writes to one visitor what no honest server would, bounded in count and time."""

from __future__ import annotations

import asyncio
import os
from gzip import compress

MIB = 1 << 20
# Nobody writes for longer than this, whatever the visitor does.
MOST_SECONDS = 30.0
DRIP_SECONDS = 0.05

HTML_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


async def drip(writer: asyncio.StreamWriter) -> None:
    """A login page, then a byte of it every 50 ms."""
    writer.write(HTML_HEAD + b"\r\n<title>Slow</title><input type=password>")
    await _drip(writer, b"x")


async def drip_head(writer: asyncio.StreamWriter) -> None:
    """A byte of a header every 50 ms."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    await _drip(writer, b"x")


async def silence(writer: asyncio.StreamWriter) -> None:
    """Nothing at all."""
    await asyncio.sleep(MOST_SECONDS)


async def flood_of_headers(writer: asyncio.StreamWriter) -> None:
    """16 MiB of small headers."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(256):
        writer.write(b"X-%d: %s\r\n" % (number, b"h" * 50) * 1024)
        await writer.drain()


async def one_long_header(writer: asyncio.StreamWriter) -> None:
    """16 MiB in a single line."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(256):
        writer.write(b"h" * 65_536)
        await writer.drain()


async def flood_of_informational_answers(writer: asyncio.StreamWriter) -> None:
    """103 Early Hints without an end."""
    for _ in range(10_000):
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)
        await writer.drain()
        await asyncio.sleep(0)


async def gzip_bomb(writer: asyncio.StreamWriter) -> None:
    """64 MiB of tags in 64 KiB, packed although nobody asked for it."""
    packed = compress(b"<b>" * (64 * MIB // 3), 1)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    writer.write(head % len(packed) + packed)
    await writer.drain()


async def too_short(writer: asyncio.StreamWriter) -> None:
    """Promises a mebibyte, sends three bytes and hangs up."""
    writer.write(HTML_HEAD + b"Content-Length: 1048576\r\n\r\n<p>")
    await writer.drain()


async def too_long(writer: asyncio.StreamWriter) -> None:
    """Promises three bytes and sends a login page."""
    writer.write(HTML_HEAD + b"Content-Length: 3\r\n\r\n<p><input type=password>")
    await writer.drain()


async def two_lengths(writer: asyncio.StreamWriter) -> None:
    """Two lengths that contradict each other."""
    writer.write(HTML_HEAD + b"Content-Length: 3\r\nContent-Length: 30\r\n\r\n" + b"<p>" * 10)
    await writer.drain()


async def chunked_nonsense(writer: asyncio.StreamWriter) -> None:
    """Chunks whose sizes are no numbers."""
    writer.write(HTML_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<p>\r\nffffffffffffffffffff\r\n")
    await writer.drain()


async def garbage(writer: asyncio.StreamWriter) -> None:
    """A mebibyte of random bytes instead of an answer."""
    writer.write(os.urandom(MIB))
    await writer.drain()


async def odd_status(writer: asyncio.StreamWriter) -> None:
    """A status that is no number."""
    writer.write(b"HTTP/1.1 OK fine\r\n\r\n")
    await writer.drain()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Breaks the connection off in the middle of the page."""
    writer.write(HTML_HEAD + b"Content-Length: 1000\r\n\r\n<title>")
    await writer.drain()
    writer.transport.abort()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Closes at once, without a word."""


async def _drip(writer: asyncio.StreamWriter, byte: bytes) -> None:
    for _ in range(int(MOST_SECONDS / DRIP_SECONDS)):
        writer.write(byte)
        await writer.drain()
        await asyncio.sleep(DRIP_SECONDS)
