"""What the client sent, decrypted by the members who received it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tests.whatsapp_server.binary_xml import Jid, Node
from tests.whatsapp_server.person import Person
from tests.whatsapp_server.protobufs import e2e
from tests.whatsapp_server.signal_sessions import Undecryptable


class SentKind(StrEnum):
    """What a message of the client does."""

    REPLY = "reply"
    TEXT = "text"
    REACTION = "reaction"
    DELETE = "delete"
    EDIT = "edit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of the client: `target_*` is what it reacts to, deletes or edits, `quoted*` what it replies to.

    `read_by` names the members who could decrypt it; `edit` is the stanza's attribute ("8": deleted as an admin).
    """

    kind: SentKind
    chat: Jid
    message_id: str
    text: str
    quoted_id: str
    quoted_sender: str
    quoted: Any
    target_id: str
    target_sender: str
    target_from_me: bool
    edit: str
    message: Any
    read_by: tuple[str, ...]
    at: float = field(default_factory=time.monotonic)
    at_wall: datetime = field(default_factory=lambda: datetime.now(UTC))


def read_stanza(node: Node, people: list[Person]) -> Sent:
    """Decrypt a `<message>` for everyone it is meant for; raises Undecryptable when nobody can read it."""
    chat = node.jid("to").bare
    readable = {person.name: message for person in people if (message := _read_for(person, node, chat)) is not None}
    if not readable:
        raise Undecryptable(f"no member of {chat} can read message {node.text('id')}")
    first = next(iter(readable.values()))
    differing = [name for name, message in readable.items() if message != first]
    if differing:
        raise Undecryptable(f"members of {chat} read different texts: {differing}")
    return classify(node, chat, first, tuple(readable))


def _read_for(person: Person, node: Node, chat: Jid) -> Any:
    """Return what one member reads, or None when the stanza holds nothing it can decrypt."""
    message = None
    participants = node.child("participants")
    for target in participants.children if participants is not None else []:
        if target.jid("jid").user in (person.lid.user, person.pn.user):
            enc = target.need("enc")
            message = person.read(chat, enc.text("type"), enc.data)
    shared = node.child("enc")
    if shared is None:
        return message
    try:
        return person.read(chat, shared.text("type"), shared.data)
    except Undecryptable:
        return None


def classify(node: Node, chat: Jid, message: Any, read_by: tuple[str, ...]) -> Sent:
    """Name what a decrypted message does and pull out the ids a test asks about."""
    kind, key = _kind_and_key(message)
    context = message.extendedTextMessage.contextInfo
    return Sent(
        kind=kind,
        chat=chat,
        message_id=node.text("id"),
        text=_text(kind, message),
        quoted_id=context.stanzaID,
        quoted_sender=context.participant,
        quoted=context.quotedMessage if context.HasField("quotedMessage") else None,
        target_id=key.ID if key is not None else "",
        target_sender=key.participant if key is not None else "",
        target_from_me=key.fromMe if key is not None else False,
        edit=node.text("edit"),
        message=message,
        read_by=read_by,
    )


def _kind_and_key(message: Any) -> tuple[SentKind, Any]:
    if message.HasField("reactionMessage"):
        return SentKind.REACTION, message.reactionMessage.key
    protocol = message.editedMessage.message.protocolMessage if message.HasField("editedMessage") else None
    protocol = protocol or message.protocolMessage
    if protocol.HasField("editedMessage"):
        return SentKind.EDIT, protocol.key
    if message.HasField("protocolMessage") and protocol.type == e2e.ProtocolMessage.REVOKE:
        return SentKind.DELETE, protocol.key
    if message.extendedTextMessage.contextInfo.stanzaID:
        return SentKind.REPLY, None
    return (SentKind.TEXT if message.conversation or message.HasField("extendedTextMessage") else SentKind.OTHER), None


def _text(kind: SentKind, message: Any) -> str:
    if kind is SentKind.REACTION:
        return str(message.reactionMessage.text)
    if kind is SentKind.EDIT:
        protocol = message.editedMessage.message.protocolMessage
        message = (protocol if protocol.HasField("editedMessage") else message.protocolMessage).editedMessage
    return str(message.conversation or message.extendedTextMessage.text)
