"""Real sockets: what is dialled is what was checked. 127.0.0.2 stands for the internet, 127.0.0.1 for the inside."""

from __future__ import annotations

import asyncio
import threading
import time

import httpx
import pytest

from scans.engine import netguard
from scans.engine.netguard import Blocked
from scans.engine.netguard.dialing import CONNECT_SECONDS
from tests.scans.engine.netguard.servers import PRIVATE, PRIVATE_SIX, PUBLIC, serving
from tests.scans.engine.netguard.spellings import LITERALS, NAMES

# Wider than what the guard lets through, so that a hole would be seen.
pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "::1"])


def test_a_name_is_looked_up_once_and_its_public_address_dialled() -> None:
    lookups: list[str] = []

    def resolve(host: str) -> list[str]:
        lookups.append(host)
        return [PUBLIC]

    async def visit() -> None:
        async with (
            serving() as site,
            netguard.client(resolve=resolve, extra_allow=[PUBLIC], ports=[site.port]) as client,
        ):
            answer = await client.get(site.url("Site.EXAMPLE.com."))
            assert (answer.status_code, answer.text) == (200, "hello")
            assert f"\r\nHost: site.example.com:{site.port}\r\n" in site.heads[0]

    asyncio.run(visit())
    assert lookups == ["site.example.com"]


def test_a_name_that_changes_its_mind_is_dialled_as_checked_and_refused_the_next_time() -> None:
    answers = [[PUBLIC], [PRIVATE], [PRIVATE]]

    async def visit() -> None:
        async with (
            serving() as outside,
            serving(address=PRIVATE, port=outside.port) as inside,
            netguard.client(resolve=lambda _: answers.pop(0), extra_allow=[PUBLIC], ports=[outside.port]) as client,
        ):
            first = await client.get(outside.url())
            with pytest.raises(Blocked, match=r"127\.0\.0\.1 is not an address of the public internet"):
                await client.get(outside.url())
            assert (first.text, len(outside.heads), inside.heads) == ("hello", 1, [])

    asyncio.run(visit())
    assert answers == [[PRIVATE]]


@pytest.mark.parametrize(
    "answers", [[PRIVATE], [PUBLIC, PRIVATE], [PRIVATE, PUBLIC], [PUBLIC, PRIVATE_SIX], [PUBLIC, "nonsense"]], ids=str
)
def test_one_private_answer_means_that_nobody_is_dialled(answers: list[str]) -> None:
    async def visit() -> None:
        async with (
            serving() as outside,
            serving(address=PRIVATE, port=outside.port) as inside,
            serving(address=PRIVATE_SIX, port=outside.port) as inside_six,
            netguard.client(resolve=lambda _: answers, extra_allow=[PUBLIC], ports=[outside.port]) as client,
        ):
            with pytest.raises(Blocked):
                await client.get(outside.url())
            assert outside.heads + inside.heads + inside_six.heads == []

    asyncio.run(visit())


def test_nothing_inside_sees_a_connection_whatever_is_written() -> None:
    hosts = (*LITERALS, *NAMES, "site.example.com")
    refused = []

    async def visit() -> None:
        async with (
            serving(address=PRIVATE) as inside,
            serving(address=PRIVATE_SIX, port=inside.port) as inside_six,
            netguard.client(resolve=lambda _: [PRIVATE], ports=[inside.port, 80, 443]) as client,
        ):
            for host in hosts:
                for url in (f"http://{host}:{inside.port}/", f"http://{host}/", f"https://{host}:{inside.port}/"):
                    with pytest.raises(Blocked):
                        await client.get(url)
                    refused.append(url)
            assert inside.heads + inside_six.heads == []

    asyncio.run(visit())
    assert len(refused) == 3 * len(hosts)


@pytest.mark.parametrize("answer", [PRIVATE, PRIVATE_SIX, "::ffff:127.0.0.1", "0.0.0.0", "::", "2002:7f00:1::"])
def test_nothing_inside_sees_a_connection_whatever_a_name_server_says(answer: str) -> None:
    async def visit() -> None:
        async with (
            serving(address=PRIVATE) as inside,
            serving(address=PRIVATE_SIX, port=inside.port) as inside_six,
            netguard.client(resolve=lambda _: [answer], ports=[inside.port]) as client,
        ):
            with pytest.raises(Blocked):
                await client.get(inside.url())
            assert inside.heads + inside_six.heads == []

    asyncio.run(visit())


def test_a_literal_of_ipv6_is_dialled_in_its_brackets() -> None:
    async def visit() -> None:
        async with (
            serving(address=PRIVATE_SIX) as site,
            netguard.client(extra_allow=[PRIVATE_SIX], ports=[site.port]) as client,
        ):
            answer = await client.get(site.url("[0:0::0:1]"))
            assert (answer.text, f"\r\nHost: [::1]:{site.port}\r\n" in site.heads[0]) == ("hello", True)

    asyncio.run(visit())


def test_the_next_address_is_dialled_when_one_does_not_listen() -> None:
    async def visit() -> None:
        async with (
            serving() as site,
            netguard.client(
                resolve=lambda _: ["127.0.0.3", "127.0.0.4", PUBLIC], extra_allow=["127.0.0.0/29"], ports=[site.port]
            ) as client,
        ):
            assert (await client.get(site.url())).text == "hello"

    asyncio.run(visit())


def test_a_name_without_an_address_is_a_connection_that_failed_and_not_a_refusal() -> None:
    async def visit() -> None:
        async with netguard.client(resolve=lambda _: []) as client:
            with pytest.raises(httpx.ConnectError, match=r"nowhere\.example\.com has no address"):
                await client.get("http://nowhere.example.com/")

    asyncio.run(visit())


def test_a_silent_name_server_is_left_behind_in_time() -> None:
    leave = threading.Event()

    def resolve(host: str) -> list[str]:
        leave.wait(30)
        return [PUBLIC]

    async def visit() -> None:
        async with netguard.client(resolve=resolve) as client:
            with pytest.raises(httpx.ConnectTimeout):
                await client.get("http://slow.example.com/", timeout=httpx.Timeout(60, connect=0.2))

    started = time.monotonic()
    asyncio.run(visit())
    took = time.monotonic() - started
    lookups = [thread for thread in threading.enumerate() if thread.name == "lookup"]
    leave.set()

    assert took < CONNECT_SECONDS
    assert all(thread.daemon for thread in lookups)
    for thread in lookups:
        thread.join(2)


def test_the_loop_goes_on_while_a_name_is_looked_up() -> None:
    looked_up = threading.Event()

    def resolve(host: str) -> list[str]:
        assert looked_up.wait(2), "the loop stood still"
        return ["10.0.0.1"]

    async def visit() -> None:
        async with netguard.client(resolve=resolve) as client:
            asked = asyncio.ensure_future(client.get("http://a.example.com/"))
            await asyncio.sleep(0.05)
            looked_up.set()
            with pytest.raises(Blocked):
                await asked

    asyncio.run(visit())
