"""Everything that goes wrong on purpose: the verbs of WhatsAppServer that hurt the client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from tests.whatsapp_server.binary_xml import Attributes, Node
from tests.whatsapp_server.connection import Connection
from tests.whatsapp_server.exchange import Exchange
from tests.whatsapp_server.loop_thread import LoopThread
from tests.whatsapp_server.proxy import Proxy

DEVICE_REMOVED, TEMPORARY_BAN, CLIENT_OUTDATED = 401, 402, 405
DEFAULT_BAN_CODE, DEFAULT_BAN_SECONDS = 101, 3600
# The client reads a stream error before the socket goes away under it.
READING_SECONDS = 0.1


class Troubles:
    """Faults of the connection, the account and the delivery; reset() of the server ends them all."""

    exchange: Exchange
    loop: LoopThread
    proxy: Proxy

    def drop_socket(self) -> None:
        """Close the client's sockets and return when they are closed; the client may connect again at once."""
        self.loop.call(self._drop())

    def refuse_connections(self, refuse: bool = True) -> None:
        """Answer new connections with 503, or stop doing so; open sockets stay."""
        self.proxy.refusing = refuse

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Keep the client away: what members say meanwhile arrives as an offline batch at the login that follows.

        The client's next connection attempt is left hanging instead of refused, so it is back as soon as this ends.
        """
        self.loop.call(self._set_gate(False))
        self.drop_socket()
        try:
            yield
        finally:
            self.loop.call(self._set_gate(True))

    def go_silent(self, silent: bool = True) -> None:
        """Read everything and answer nothing, keep-alive pings included, or stop doing so."""
        self.exchange.faults.silent = silent

    def log_out(self) -> None:
        """Remove the linked device, as a person does on the phone: the session is gone for good."""
        self.exchange.account.linked = False
        removed = Node("conflict", {"type": "device_removed"})
        self.loop.call(self._end_stream(Node("stream:error", {"code": DEVICE_REMOVED}, [removed])))

    def replace(self) -> None:
        """End the stream as if the same session had connected from elsewhere."""
        self.loop.call(self._end_stream(Node("stream:error", {}, [Node("conflict", {"type": "replaced"})])))

    def ban(self, code: int = DEFAULT_BAN_CODE, expire_s: int = DEFAULT_BAN_SECONDS) -> None:
        """Drop the client and answer its logins with a temporary ban, until accept_logins()."""
        self._fail_logins({"reason": TEMPORARY_BAN, "code": code, "expire": expire_s})

    def outdated(self) -> None:
        """Drop the client and tell it at every login that its version is too old, until accept_logins()."""
        self._fail_logins({"reason": CLIENT_OUTDATED})

    def fail_logins(self, reason: int) -> None:
        """Drop the client and answer its logins with any other failure (403, 503, ...), until accept_logins()."""
        self._fail_logins({"reason": reason})

    def accept_logins(self) -> None:
        """Stop refusing logins."""
        self.exchange.faults.login_failure = None

    def offer_codes(self, number: int) -> None:
        """Offer the next client that wants to be linked fewer QR codes than six: pairing ends after 20 s for each."""
        self.exchange.faults.codes_offered = number

    def fail_next_sends(self, code: int, n: int = 1) -> None:
        """Refuse the client's next messages with an error code; they reach nobody."""
        self.exchange.faults.failing_sends.extend([code] * n)

    def hold_acks(self) -> None:
        """Deliver what the client sends but leave it without confirmation."""
        self.exchange.faults.holding_acks = True

    def release_acks(self) -> None:
        """Confirm what was held back, to the connections that are still open, and stop holding."""
        self.exchange.faults.holding_acks = False
        self.loop.call(self._release())

    def _fail_logins(self, failure: Attributes) -> None:
        self.exchange.faults.login_failure = failure
        self.drop_socket()

    async def _drop(self) -> None:
        closing = list(self.exchange.connections)
        await asyncio.gather(*(connection.close() for connection in closing))
        for connection in closing:
            self.exchange.forget_connection(connection)

    async def _set_gate(self, is_open: bool) -> None:
        if is_open:
            self.proxy.gate.set()
        else:
            self.proxy.gate.clear()

    async def _end_stream(self, last_word: Node) -> None:
        connection = self.exchange.logged_in
        if connection is None:
            raise RuntimeError("the client is not logged in")
        await connection.send(last_word)
        await asyncio.sleep(READING_SECONDS)
        await connection.close()

    async def _release(self) -> None:
        held, self.exchange.held_acks = self.exchange.held_acks, []
        open_connections: list[Connection] = self.exchange.connections
        for connection, ack in held:
            if connection in open_connections:
                await connection.send(ack)
