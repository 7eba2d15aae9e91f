"""A server that misbehaves costs no more than a named error."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import httpx
import pytest

from scans.engine.netguard.transport import MAX_HEADER_BYTES, MAX_HEADERS
from tests.scans.engine.netguard.servers import serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "::1"])

START = b"HTTP/1.1 200 OK\r\n"


def opened(answer: bytes) -> httpx.Response:
    async def visit() -> httpx.Response:
        async with serving(answer) as site, site.client() as client:
            return await client.get(site.url())

    return asyncio.run(visit())


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0" * 1000,
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"HTTP/3 200 OK\r\n\r\n",
        START,
        START + b"no colon\r\n\r\n",
        START + b"Content-Length: 10\r\n\r\nshort",
        START + b"Content-Length: -1\r\n\r\n",
        START + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        START + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        START + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        START + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        START + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
        START + b"X: a\r\n" * 50_000 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
        START + b"X: a\0b\r\n\r\n",
    ],
    ids=lambda answer: repr(answer[:60]),
)
def test_an_answer_that_is_no_http_is_a_protocol_error(answer: bytes) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        opened(answer)


@pytest.mark.parametrize(
    "headers", [b"X: a\r\n" * (MAX_HEADERS + 1), b"X: " + b"a" * (MAX_HEADER_BYTES + 1) + b"\r\n"], ids=len
)
def test_more_headers_than_anybody_needs_are_refused(headers: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="more headers"):
        opened(START + headers + b"\r\n")


def test_a_connection_with_too_many_headers_is_closed_at_once() -> None:
    async def visit() -> None:
        flood = START + b"X: a\r\n" * (MAX_HEADERS + 1) + b"Content-Length: 9\r\n\r\n"
        async with serving(flood, linger=5) as site, site.client() as client:
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get(site.url())
            async with asyncio.timeout(2):
                while site.left == 0:
                    await asyncio.sleep(0.01)

    asyncio.run(visit())


def test_as_many_headers_as_are_allowed_are_read() -> None:
    answer = opened(START + b"X: a\r\n" * (MAX_HEADERS - 1) + b"Content-Length: 2\r\n\r\nok")

    assert (answer.text, len(answer.headers.raw)) == ("ok", MAX_HEADERS)


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        (b"gzip", gzip.compress(b"\0" * 1_000_000, mtime=0)),
        (b"GZIP", gzip.compress(b"x", mtime=0)),
        (b"deflate", zlib.compress(b"x")),
        (b"br", b"x"),
        (b"zstd", b"x"),
        (b"identity, gzip", gzip.compress(b"x", mtime=0)),
        (b"unheard-of", b"x"),
    ],
)
def test_a_packed_body_is_not_unpacked_but_its_head_can_be_read(packing: bytes, body: bytes) -> None:
    head = START + b"Content-Encoding: " + packing + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n"

    async def visit() -> None:
        async with serving(head + body) as site, site.client() as client:
            async with client.stream("GET", site.url()) as answer:
                assert answer.status_code == 200
                with pytest.raises(httpx.DecodingError):
                    await answer.aread()
            async with client.stream("GET", site.url()) as answer:
                with pytest.raises(httpx.DecodingError):
                    async for _ in answer.aiter_raw():
                        pytest.fail("bytes of a packed body")

    asyncio.run(visit())


def test_a_body_that_says_it_is_not_packed_is_read() -> None:
    assert opened(START + b"Content-Encoding: Identity\r\nContent-Length: 2\r\n\r\nok").text == "ok"


def test_an_endless_body_is_left_when_the_caller_has_enough() -> None:
    async def visit() -> None:
        endless = START + b"\r\n" + b"a" * 5_000_000
        async with (
            serving(endless) as site,
            site.client() as client,
            client.stream("GET", site.url()) as answer,
        ):
            async for part in answer.aiter_raw():
                assert 0 < len(part) <= 65_536
                break

    asyncio.run(visit())


def test_a_server_that_keeps_silent_is_left_after_the_time_to_read() -> None:
    async def visit() -> None:
        async with serving(b"", linger=5) as site, site.client() as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.get(site.url(), timeout=httpx.Timeout(0.1))

    asyncio.run(visit())


def test_the_wall_clock_of_the_caller_stops_a_request_at_once() -> None:
    async def visit() -> None:
        drip = START + b"Content-Length: 100\r\n\r\nhel"
        async with serving(drip, linger=5) as site, site.client() as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await client.get(site.url())

    asyncio.run(visit())


def test_a_port_where_nobody_listens_is_a_connection_that_failed() -> None:
    async def visit() -> None:
        async with serving() as site:
            pass
        async with site.client() as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(site.url())

    asyncio.run(visit())
