"""Where connections are made: the only place that looks names up, and it dials what it checked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import zip_longest
from typing import NoReturn

import httpcore

from scans.engine.netguard.addresses import read_address
from scans.engine.netguard.blocked import Blocked, Unresolved
from scans.engine.netguard.guard import Guard, is_literal
from scans.engine.netguard.lookup import in_thread, look_up
from scans.engine.netguard.patience import OF_THE_SYSTEM
from scans.engine.netguard.streams import GuardedStream

# Seconds for looking up and dialling together, also when a caller gave no limit.
CONNECT_SECONDS = 3.0
# Of that, seconds for looking up: shorter than any limit around it, so that silence is noticed as such.
LOOKUP_SECONDS = 2.5
MAX_DIALS = 4

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Dials literals that passed the guard, so that a name cannot change its mind between the check and the call."""

    def __init__(self, guard: Guard, network: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._guard = guard
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to one of the host's addresses; raises Blocked, httpcore.ConnectError or ConnectTimeout."""
        self._guard.check_port(port)
        try:
            async with asyncio.timeout(min(timeout or CONNECT_SECONDS, CONNECT_SECONDS)) as limit:
                addresses = await self._look_up(host)
                return await self._dial(_both_families_first(addresses)[:MAX_DIALS], port, limit.when() or 0)
        except Unresolved as error:
            raise httpcore.ConnectError(str(error)) from None
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host} did not answer in time") from None

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[SocketOption] | None = None
    ) -> NoReturn:
        """Refuse: a socket of this machine."""
        raise Blocked("a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        """Wait, for the pool's own retries."""
        await self._network.sleep(seconds)

    async def _look_up(self, host: str) -> list[str]:
        """The host's addresses; raises TimeoutError after a moment already when nobody answers for names at all."""
        if self._guard.resolve is not look_up or is_literal(host):
            return await in_thread(self._guard.addresses, host)
        try:
            async with asyncio.timeout(OF_THE_SYSTEM.seconds(LOOKUP_SECONDS)):
                return await in_thread(self._guard.addresses, host)
        except TimeoutError:
            OF_THE_SYSTEM.waited()
            raise

    async def _dial(self, addresses: list[str], port: int, until: float) -> httpcore.AsyncNetworkStream:
        """The first connection that is made; each address may use its share of the time that is left."""
        failure: Exception = httpcore.ConnectError("no address to dial")
        for tried, address in enumerate(addresses):
            share = (until - asyncio.get_running_loop().time()) / (len(addresses) - tried)
            try:
                stream = await self._network.connect_tcp(address, port, timeout=share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            await _check_peer(stream, address)
            return GuardedStream(stream)
        raise failure


async def _check_peer(stream: httpcore.AsyncNetworkStream, address: str) -> None:
    """Raise Blocked, the connection closed, unless the other end is who was dialled."""
    peer = stream.get_extra_info("server_addr")
    if peer is None or read_address(peer[0]) != read_address(address):
        await stream.aclose()
        raise Blocked("connected to another address than the one dialled")


def _both_families_first(addresses: list[str]) -> list[str]:
    """IPv6 and IPv4 by turns, so that a broken route of one family costs one try."""
    six = [address for address in addresses if ":" in address]
    four = [address for address in addresses if ":" not in address]
    first, second = (six, four) if addresses[0] in six else (four, six)
    return [address for pair in zip_longest(first, second) for address in pair if address is not None]
