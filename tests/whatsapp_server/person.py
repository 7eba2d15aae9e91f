"""A WhatsApp user of the loopback server, with one device."""

from __future__ import annotations

from typing import Any

from tests.whatsapp_server.binary_xml import Jid, Node
from tests.whatsapp_server.crypto import IdentityKey
from tests.whatsapp_server.protobufs import e2e
from tests.whatsapp_server.sender_keys import SenderKeys
from tests.whatsapp_server.signal_sessions import (
    CURVE,
    REGISTRATION_ID,
    SIGNED_PREKEY_ID,
    Bundle,
    SignalSessions,
    Undecryptable,
)

PADDING_BYTES = 5
FIRST_LID = 77770000000000
FIRST_PHONE = 33611100000


class Person:
    """Both identities of a user and everything it needs to write to and read from the client."""

    def __init__(self, number: int, name: str, identity: IdentityKey | None = None) -> None:
        self.name = name
        self.lid = Jid(f"{FIRST_LID + number}@lid")
        self.pn = Jid(f"{FIRST_PHONE + number}@s.whatsapp.net")
        self._sessions = SignalSessions() if identity is None else SignalSessions(identity)
        self._sender_keys = SenderKeys()

    def encrypt(self, bundle: Bundle, message: Any) -> bytes:
        """Return a `pkmsg` for the client."""
        return self._sessions.encrypt(bundle, message.SerializeToString() + bytes([PADDING_BYTES]) * PADDING_BYTES)

    def read(self, chat: str, kind: str, data: bytes) -> Any:
        """Decrypt a `pkmsg`, `msg` or `skmsg` of the client and learn sender keys; raises Undecryptable."""
        reader = self._sender_keys.decrypt(chat, data) if kind == "skmsg" else self._sessions.decrypt(kind, data)
        message = e2e.Message.FromString(reader[: -reader[-1]])
        if message.HasField("senderKeyDistributionMessage"):
            distribution = message.senderKeyDistributionMessage
            if distribution.groupID and distribution.groupID != chat:
                raise Undecryptable(f"a sender key for {distribution.groupID} came in a message to {chat}")
            self._sender_keys.learn(chat, distribution.axolotlSenderKeyDistributionMessage)
        return message

    def prekey_node(self, jid: Jid) -> Node:
        """Return the public keys the client needs to open a session."""
        signed = Node(
            "skey",
            {},
            [
                Node("id", {}, SIGNED_PREKEY_ID.to_bytes(3, "big")),
                Node("value", {}, self._sessions.signed_prekey.public),
                Node("signature", {}, self._sessions.signed_prekey_signature()),
            ],
        )
        return Node(
            "user",
            {"jid": jid},
            [
                Node("registration", {}, REGISTRATION_ID.to_bytes(4, "big")),
                Node("type", {}, CURVE),
                Node("identity", {}, self._sessions.identity.public),
                signed,
            ],
        )
