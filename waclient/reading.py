"""From the library's protobuf events to our own values. Knows the fields, imports nothing of the library."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from waclient.client import GroupFacts, InboundMessage, MessageKind, Person

GROUP_SERVER = "g.us"
MAX_MESSAGE_ID = 200
# Marks that turn the direction of text around: in a name they make "evil" read "live".
TURNS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
REVOKE, MESSAGE_EDIT = 0, 14  # waE2E.ProtocolMessage.Type


def address(jid: Any) -> str:
    """`user@server` without device and agent; empty for an empty JID."""
    return f"{jid.User}@{jid.Server}" if jid.User else ""


def message(event: Any, *, is_history: bool) -> InboundMessage | None:
    """A group message, edit or revocation; None for anything else (status, channels, one-to-one chats)."""
    source = event.Info.MessageSource
    if source.Chat.Server != GROUP_SERVER:
        return None
    protocol = event.Message.protocolMessage if event.Message.HasField("protocolMessage") else None
    kind, message_id, body = MessageKind.NEW, event.Info.ID, event.Message
    if protocol is not None:
        if protocol.type not in {REVOKE, MESSAGE_EDIT}:
            return None
        kind = MessageKind.REVOKE if protocol.type == REVOKE else MessageKind.EDIT
        message_id, body = protocol.key.ID, protocol.editedMessage
    return InboundMessage(
        chat=address(source.Chat),
        message_id=_clean(message_id)[:MAX_MESSAGE_ID],
        sender=Person(address(source.Sender), address(source.SenderAlt)),
        posted_at=datetime.fromtimestamp(event.Info.Timestamp / 1000, tz=UTC),
        kind=kind,
        texts=texts(body),
        is_from_me=source.IsFromMe,
        is_history=is_history,
    )


def texts(body: Any) -> tuple[str, ...]:
    """What a member wrote: text, extended text with the address of its preview, and captions."""
    found = (
        body.conversation,
        body.extendedTextMessage.text,
        body.extendedTextMessage.matchedText,
        body.imageMessage.caption,
        body.videoMessage.caption,
        body.documentMessage.caption,
    )
    return tuple(text for text in found if text)


def _clean(text: str) -> str:
    """On one line, without controls (PostgreSQL cannot store NUL) and without marks that turn text around."""
    return TURNS.sub("", text).strip()


def group_name(name: Any) -> str:
    """A group's name from the event that changes it."""
    return _clean(name.Name)


def group_facts(info: Any, own: frozenset[str]) -> GroupFacts:
    """What WhatsApp says about a group; `own` holds our addresses."""
    admins: set[str] = set()
    for member in info.Participants:
        if member.IsAdmin or member.IsSuperAdmin:
            admins |= {address(member.JID), address(member.LID), address(member.PhoneNumber)} - {""}
    return GroupFacts(
        jid=address(info.JID),
        name=_clean(info.GroupName.Name),
        size=len(info.Participants),
        admins=frozenset(admins),
        bot_is_admin=bool(admins & own),
    )
