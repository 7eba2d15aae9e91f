"""A connection that is not linked yet: it shows QR codes, asks for a phone code, and becomes a linked device."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field

from tests.whatsapp_server.binary_xml import Attributes, Jid, Node
from tests.whatsapp_server.connection import Connection
from tests.whatsapp_server.exchange import SERVER, Exchange
from tests.whatsapp_server.pairing import PAIR_SUCCESS_ID, CodeLink, DeviceKeys, QrCode, WrongCode, pair_success

FINISH_SECONDS = 10.0
# WhatsApp tells a freshly linked client to connect again, then closes.
RESTART_CODE = 515
RESTART_READING_SECONDS = 0.1


@dataclass(slots=True)
class PairingStage:
    """One waiting client; `phone` is the number it asked a code for."""

    exchange: Exchange
    connection: Connection
    refs: list[str] = field(default_factory=list)
    phone: str = ""
    _hello: Node | None = None
    _code_ref: bytes = b""
    _finish: asyncio.Future[Node] | None = None

    async def serve(self) -> None:
        """Offer the QR references and answer until the client is linked (raises ConnectionClosed)."""
        self.refs = [f"2@{os.urandom(12).hex()}" for _ in range(self.exchange.faults.codes_offered)]
        offered = [Node("ref", {}, ref.encode()) for ref in self.refs]
        attrs: Attributes = {"from": SERVER, "type": "set", "id": "pair-device", "xmlns": "md"}
        await self.connection.send(Node("iq", attrs, [Node("pair-device", {}, offered)]))
        self.exchange.pairings.append(self)
        self.exchange.changed()
        linked = False
        while not linked:
            linked = await self._handle(await self.connection.receive())
        await self.connection.send(Node("stream:error", {"code": RESTART_CODE}))
        await asyncio.sleep(RESTART_READING_SECONDS)
        await self.connection.close()

    async def scan(self, code: QrCode) -> None:
        """Do what a phone does after scanning; raises WrongCode for a QR code of another connection."""
        if code.noise_key != self.connection.client_key:
            raise WrongCode("the QR code names another client's key")
        await self._link(code.keys)

    async def enter_code(self, code: str) -> None:
        """Do what a phone does after its owner typed a code; raises WrongCode, TimeoutError."""
        if self._hello is None:
            raise WrongCode("the client has not asked for a phone code")
        self._finish = asyncio.get_running_loop().create_future()
        link = CodeLink(self.exchange.account.phone_key, code, self._code_ref, self._hello)
        await self.connection.send(link.primary_hello())
        await self._link(link.finish(await asyncio.wait_for(self._finish, FINISH_SECONDS)))

    async def _link(self, keys: DeviceKeys) -> None:
        self.exchange.account.link_new_device()
        await self.connection.send(pair_success(self.exchange.account, keys))

    async def _handle(self, node: Node) -> bool:
        """Answer one node; returns whether the client has confirmed that it is linked."""
        if node.text("id") == PAIR_SUCCESS_ID:
            self.exchange.account.linked = node.text("type") == "result"
            return self.exchange.account.linked
        if node.tag == "iq" and node.text("type") in ("get", "set"):
            attrs: Attributes = {"from": SERVER, "type": "result", "id": node.text("id")}
            await self.connection.send(Node("iq", attrs, self._answer(node)))
        return False

    def _answer(self, node: Node) -> list[Node] | None:
        stage = node.child("link_code_companion_reg")
        if stage is None:
            return None
        if stage.text("stage") == "companion_hello":
            self._hello, self._code_ref = stage, os.urandom(16).hex().encode()
            self.phone = Jid(stage.text("jid")).user
            self.exchange.changed()
            return [Node("link_code_companion_reg", {}, [Node("link_code_pairing_ref", {}, self._code_ref)])]
        if self._finish is not None and not self._finish.done():
            self._finish.set_result(stage)
        return None
