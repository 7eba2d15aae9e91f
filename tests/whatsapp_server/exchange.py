"""The server's state: who exists, which groups there are, what waits for the client and what it sent.

Everything here is changed on the server's loop only; tests wait for changes through `wait_for`.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from tests.whatsapp_server.account import Account
from tests.whatsapp_server.binary_xml import Attributes, Jid, Node
from tests.whatsapp_server.connection import Connection
from tests.whatsapp_server.media_files import MediaFile
from tests.whatsapp_server.outgoing import Sent
from tests.whatsapp_server.person import Person
from tests.whatsapp_server.signal_sessions import Bundle

if TYPE_CHECKING:
    from tests.whatsapp_server.group import Group
    from tests.whatsapp_server.media_host import MediaRequest
    from tests.whatsapp_server.pairing_stage import PairingStage

SERVER = Jid("@s.whatsapp.net")

# WhatsApp offers six: the first is shown for 60 s, the others for 20 s; fewer than six for 20 s each.
QR_CODES = 6


@dataclass(slots=True)
class Faults:
    """What goes wrong on purpose; the defaults are a healthy server."""

    login_failure: Attributes | None = None
    failing_sends: deque[int] = field(default_factory=deque)
    holding_acks: bool = False
    silent: bool = False
    codes_offered: int = QR_CODES
    media: str = ""  # a media_host.Trouble


@dataclass(slots=True)
class Delivery:
    """A stanza for the client that it has not acknowledged yet, and the connection it last went out on."""

    node: Node
    sent_on: Connection | None = None


class Exchange:
    """Routes stanzas between the members and the one client."""

    def __init__(self) -> None:
        self.account = Account()
        self.people: dict[str, Person] = {}
        self.names: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.connections: list[Connection] = []
        self.pairings: list[PairingStage] = []
        self.logged_in: Connection | None = None
        self.logins = 0
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self.reset()

    def reset(self) -> None:
        """Forget groups, traffic and faults; people keep their keys, the account stays as it is."""
        self.groups.clear()
        self.pairings.clear()
        self.faults = Faults()
        self.pending: list[Delivery] = []
        self.held_acks: list[tuple[Connection, Node]] = []
        self.sent: list[Sent] = []
        self.acknowledged: Counter[str] = Counter()
        self.repeated_sends: Counter[str] = Counter()
        self.retry_requests: Counter[str] = Counter()
        self.typing: list[Jid] = []
        self.typing_ended: list[Jid] = []
        self.group_questions: list[str] = []
        self.unreadable: list[str] = []
        self.errors: list[str] = []
        self.files: list[MediaFile] = []
        self.media_requests: list[MediaRequest] = []

    def person(self, name: str) -> Person:
        """Return the user of that name, made on first use and kept for the server's life."""
        if name not in self.names:
            person = Person(next(self._numbers), name)
            self.names[name] = person
            self.people[person.lid.user] = self.people[person.pn.user] = person
        return self.names[name]

    def next_number(self) -> int:
        """Return a number nobody has."""
        return next(self._numbers)

    def bundle(self) -> Bundle:
        """Return the client's keys; raises RuntimeError before pairing."""
        if self.account.bundle is None:
            raise RuntimeError("the client has not uploaded its keys: pair it or load a pairing first")
        return self.account.bundle

    def changed(self) -> None:
        """Wake the tests that wait."""
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, claim: Callable[[], bool], timeout: float, describe: Callable[[], str]) -> None:
        """Block a test's thread until a claim about the state holds; raises TimeoutError with a description."""
        with self._changed:
            if not self._changed.wait_for(claim, timeout):
                raise TimeoutError(f"after {timeout} s: {describe()}")

    async def deliver(self, node: Node) -> None:
        """Send a stanza to the client now, or when it logs in; it waits until the client acknowledges it."""
        delivery = Delivery(node)
        self.pending.append(delivery)
        connection = self.logged_in
        if connection is not None:
            await self._send(delivery, connection)

    async def deliver_offline(self, connection: Connection) -> None:
        """Send what waited while the client was away, framed as WhatsApp frames an offline batch, and log it in."""
        waiting = len(self.pending)
        if waiting:
            counts: Attributes = {"count": waiting, "message": waiting, "notification": 0, "receipt": 0, "appdata": 0}
            await connection.send(Node("ib", {"from": SERVER}, [Node("offline_preview", counts)]))
        number = 0
        while late := [delivery for delivery in self.pending if delivery.sent_on is not connection]:
            for delivery in late:
                delivery.node.attrs["offline"] = number
                number += 1
                await self._send(delivery, connection)
        await connection.send(Node("ib", {"from": SERVER}, [Node("offline", {"count": number})]))
        self.logged_in = connection
        self.logins += 1
        self.changed()
        await self._deliver_latecomers(connection)

    async def _deliver_latecomers(self, connection: Connection) -> None:
        """Send what a member said while the batch was being closed."""
        for delivery in list(self.pending):
            if delivery.sent_on is None:
                await self._send(delivery, connection)

    @staticmethod
    async def _send(delivery: Delivery, connection: Connection) -> None:
        delivery.sent_on = connection
        try:
            await connection.send(delivery.node)
        except ConnectionClosed:
            delivery.sent_on = None  # It stays pending and goes out at the next login.

    def acknowledge(self, stanza_id: str) -> None:
        """Take one stanza off the list of pending ones."""
        for delivery in self.pending:
            if delivery.node.text("id") == stanza_id:
                self.pending.remove(delivery)
                self.acknowledged[stanza_id] += 1
                self.changed()
                return

    def record_sent(self, sent: Sent) -> None:
        """Keep what the client sent; WhatsApp drops a message whose id it has already seen, so it is only counted."""
        if any(sent.message_id == earlier.message_id for earlier in self.sent):
            self.repeated_sends[sent.message_id] += 1
        else:
            self.sent.append(sent)
        self.changed()

    def forget_connection(self, connection: Connection) -> None:
        """Note that a socket is gone."""
        if connection in self.connections:
            self.connections.remove(connection)
        if self.logged_in is connection:
            self.logged_in = None
        self.pairings = [stage for stage in self.pairings if stage.connection is not connection]
        self.changed()
