"""What a request carries, what of an answer is kept, and whose reading of a URL counts."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from scans.engine import links, netguard
from scans.engine.netguard import Blocked
from tests.scans.engine.netguard.servers import PRIVATE, PUBLIC, Site, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "::1"])


def fields(head: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)


def test_a_request_tells_nothing_but_what_is_wanted() -> None:
    async def visit() -> None:
        async with serving() as site, site.client() as client:
            await client.get(site.url("user:secret@site.example.com", path="/a?b=1#fragment"))
            assert site.heads[0].startswith("GET /a?b=1 HTTP/1.1\r\n")
            assert fields(site.heads[0]) == {
                "Host": f"site.example.com:{site.port}",
                "Accept": "*/*",
                "Accept-Encoding": "identity",
                "Connection": "close",
                "User-Agent": "wbscanner",
            }

    asyncio.run(visit())


def test_the_caller_may_name_itself_and_bring_its_keys() -> None:
    async def visit() -> None:
        async with serving() as site, site.client() as client:
            headers = {"User-Agent": "Scanner/2", "Authorization": "Bearer key"}
            await client.post(site.url(), headers=headers, json={"a": 1}, params={"q": "x"})
            assert site.heads[0].startswith("POST /?q=x HTTP/1.1\r\n")
            assert site.heads[0].endswith('\r\n\r\n{"a":1}')
            assert "\r\nUser-Agent: Scanner/2\r\n" in site.heads[0]
            assert "\r\nAuthorization: Bearer key\r\n" in site.heads[0]

    asyncio.run(visit())


def test_cookies_are_neither_kept_nor_sent_and_every_request_has_its_own_connection() -> None:
    answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"

    async def visit() -> None:
        async with serving(answer, linger=1) as site, site.client() as client:
            first = await client.get(site.url(), headers={"Connection": "keep-alive"})
            await client.get(site.url(), headers={"Connection": "keep-alive"})
            assert first.headers["set-cookie"] == "a=b; Path=/"
            assert len(site.heads) == 2
            assert "cookie" not in "".join(site.heads).lower()
            assert dict(client.cookies) == {}

    asyncio.run(visit())


def test_a_redirect_is_an_answer_like_any_other() -> None:
    async def visit() -> None:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://{PRIVATE}/\r\nContent-Length: 0\r\n\r\n".encode()
        async with serving(moved) as site, site.client() as client:
            answer = await client.get(site.url())
            assert (answer.status_code, answer.headers["location"]) == (302, f"http://{PRIVATE}/")
            with pytest.raises(Blocked):
                await client.get(site.url(), follow_redirects=True)

    asyncio.run(visit())


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("http:\\\\site.example.com:{port}\\a", "/a"),
        ("http://site.example.com:{port}\\@127.0.0.1/", "/@127.0.0.1/"),
        ("http:site.example.com:{port}", "/"),
        ("\thttp://site.exa\nmple.com:{port}/x ", "/x"),
        ("http://ｓｉｔｅ。example.com:{port}/", "/"),
        ("http://127.0.0.1:{port}@site.example.com:{port}/", "/"),
        ("http://site.example.com:{port}/%2e%2E/a/../b", "/b"),
        ("http://site.example.com:{port}?q", "/?q"),
    ],
)
def test_a_url_is_opened_as_a_browser_reads_it(written: str, path: str) -> None:
    async def visit(site: Site) -> None:
        url = written.format(port=site.port)
        async with site.client() as client:
            assert (await client.get(url)).text == "hello"
        assert site.heads[0].startswith(f"GET {path} HTTP/1.1\r\nHost: {links.parse(url).host}:{site.port}\r\n")

    async def run() -> None:
        async with serving() as site:
            await visit(site)

    asyncio.run(run())


def test_a_request_built_by_hand_passes_the_same_rules() -> None:
    async def visit() -> None:
        async with serving() as site, serving(address=PRIVATE, port=site.port) as inside, site.client() as client:
            for url in (
                site.url(PRIVATE),
                site.url("localhost"),
                site.url("user:secret@site.example.com"),
                site.url("site.example.com."),
                "http://site.example.com:81/",
                "ftp://site.example.com/",
                "/relative",
            ):
                with pytest.raises(Blocked):
                    await client.send(httpx.Request("GET", url))
            assert site.heads + inside.heads == []
            assert (await client.send(httpx.Request("GET", site.url()))).text == "hello"

    asyncio.run(visit())


def test_a_host_that_reads_otherwise_than_it_is_sent_is_refused() -> None:
    async def visit() -> None:
        async with (
            serving() as site,
            netguard.client(resolve=lambda _: [PUBLIC], extra_allow=[PUBLIC], ports=[site.port]) as client,
        ):
            with pytest.raises(Blocked, match="two hosts"):
                await client.send(httpx.Request("GET", site.url("s%69te.example.com")))
            assert (site.heads, client.trust_env) == ([], False)

    asyncio.run(visit())


def test_extensions_cannot_part_what_is_checked_from_what_is_sent() -> None:
    async def visit() -> None:
        async with serving() as site, site.client() as client:
            answer = await client.get(site.url(), extensions={"target": b"/other", "sni_hostname": "evil.example.com"})
            assert site.heads[0].startswith("GET / HTTP/1.1")
            assert set(answer.extensions) == {"http_version", "reason_phrase"}

    asyncio.run(visit())


@pytest.mark.parametrize(
    "url", ["", "/", "example.com", "ftp://example.com/", "http://", "http://exa mple.com/", "\ud800"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    async def visit() -> None:
        async with netguard.client() as client:
            with pytest.raises(Blocked):
                await client.get(url)

    asyncio.run(visit())


def test_networks_and_ports_of_tests_are_all_that_they_open() -> None:
    async def visit() -> None:
        async with serving() as site, serving(address=PRIVATE, port=site.port) as inside:
            async with netguard.client(extra_allow=[f"{PUBLIC}/32"], ports=[site.port]) as client:
                assert (await client.get(site.url(PUBLIC))).text == "hello"
                for refused in (site.url(PRIVATE), site.url("localhost"), f"http://{PUBLIC}:{site.port + 1}/"):
                    with pytest.raises(Blocked):
                        await client.get(refused)
            assert inside.heads == []

    asyncio.run(visit())
