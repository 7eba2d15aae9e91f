"""Which addresses are dialled, in which order, and which connections are kept: over a network that is made up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpcore
import pytest

from scans.engine.netguard import Blocked
from scans.engine.netguard.dialing import MAX_DIALS, PinnedBackend
from scans.engine.netguard.guard import Guard


class Network(httpcore.AsyncNetworkBackend):
    """A network where one address may answer, some never do, and all others refuse."""

    def __init__(self, *, listening: str = "", peer: str | None = None, silent: Sequence[str] = ()) -> None:
        self.dialled: list[str] = []
        self.listening = listening
        self.stream = Stream(listening if peer is None else peer)
        self.silent = silent

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *rest: object, **more: object
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        if host in self.silent:
            await asyncio.sleep(timeout or 0)
            raise httpcore.ConnectTimeout("silent")
        if host != self.listening:
            raise httpcore.ConnectError("refused")
        return self.stream


class Stream(httpcore.AsyncNetworkStream):
    """A connection to somebody."""

    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.is_closed = False

    def get_extra_info(self, info: str) -> object:
        return (self.peer, 80) if info == "server_addr" and self.peer else None

    async def aclose(self) -> None:
        self.is_closed = True


def test_a_few_addresses_of_both_families_are_tried_and_no_more() -> None:
    answers = [f"2606:4700::{number}" for number in range(1, 40)] + [f"1.1.1.{number}" for number in range(1, 40)]
    network = Network()

    async def dial() -> None:
        with pytest.raises(httpcore.ConnectError, match="refused"):
            await PinnedBackend(Guard(resolve=lambda _: answers), network).connect_tcp("site.example.com", 80)

    asyncio.run(dial())
    assert network.dialled == ["2606:4700::1", "1.1.1.1", "2606:4700::2", "1.1.1.2"]
    assert len(network.dialled) == MAX_DIALS


def test_an_address_that_keeps_silent_leaves_time_for_the_next_one() -> None:
    silent = ["2606:4700::1", "1.1.1.1", "2606:4700::2"]
    network = Network(listening="1.1.1.2", silent=silent)

    async def dial() -> None:
        backend = PinnedBackend(Guard(resolve=lambda _: [*silent, "1.1.1.2"]), network)
        stream = await backend.connect_tcp("site.example.com", 80, timeout=0.4)
        assert stream.get_extra_info("server_addr") == ("1.1.1.2", 80)

    asyncio.run(dial())
    assert network.dialled == [*silent, "1.1.1.2"]


def test_a_connection_to_the_one_that_was_dialled_is_kept() -> None:
    network = Network(listening="2606:4700::1", peer="2606:4700:0:0::1")

    async def dial() -> None:
        stream = await PinnedBackend(Guard(resolve=lambda _: ["2606:4700::1"]), network).connect_tcp(
            "a.example.com", 80
        )
        assert stream.get_extra_info("server_addr") == ("2606:4700:0:0::1", 80)

    asyncio.run(dial())
    assert not network.stream.is_closed


@pytest.mark.parametrize("peer", ["2606:4700::1", "127.0.0.1", "1.1.1.2", "::ffff:1.1.1.1", ""])
def test_a_connection_that_ends_elsewhere_is_dropped(peer: str) -> None:
    network = Network(listening="1.1.1.1", peer=peer)

    async def dial() -> None:
        with pytest.raises(Blocked, match="another address"):
            await PinnedBackend(Guard(resolve=lambda _: ["1.1.1.1"]), network).connect_tcp("a.example.com", 80)

    asyncio.run(dial())
    assert network.stream.is_closed


@pytest.mark.parametrize(
    "host", ["0x7f.1", "a.0x7f", "127.1", "2130706433", "localhost", "db.internal", "::1%lo", "::ffff:1.1.1.1", ""]
)
def test_the_dialler_trusts_no_host_that_reaches_it_by_another_way(host: str) -> None:
    network = Network(listening="1.1.1.1")

    async def dial() -> None:
        with pytest.raises(Blocked):
            await PinnedBackend(Guard(resolve=lambda _: ["1.1.1.1"]), network).connect_tcp(host, 80)

    asyncio.run(dial())
    assert network.dialled == []


def test_a_port_and_a_socket_file_are_refused_where_connections_are_made() -> None:
    async def dial() -> None:
        backend = PinnedBackend(Guard(), Network(listening="1.1.1.1"))
        with pytest.raises(Blocked, match="port 22 "):
            await backend.connect_tcp("1.1.1.1", 22)
        with pytest.raises(Blocked, match="socket of this machine"):
            await backend.connect_unix_socket("/run/docker.sock")

    asyncio.run(dial())
