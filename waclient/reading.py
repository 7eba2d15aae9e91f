"""From the library's protobuf events to our own values. Knows the fields, imports nothing of the library."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from waclient import fields
from waclient.client import GroupFacts, GroupText, GroupTextKind, InboundMessage, MessageKind, Person
from waclient.media import Media, media_of

log = logging.getLogger(__name__)

GROUP_SERVER = "g.us"
PERSON_SERVERS = frozenset({"lid", "s.whatsapp.net"})
MAX_MESSAGE_ID = MAX_NAME = 200
MAX_REACTION = 40  # an emoji may be a chain of a dozen characters
# Marks that turn the direction of text around: in a name they make "evil" read "live".
TURNS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
REVOKE, MESSAGE_EDIT = 0, 14  # waE2E.ProtocolMessage.Type
LONGEST_TIMER = 366 * 24 * 3600  # WhatsApp offers 90 days at most
LAST_MOMENT = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1000)


def address(jid: Any) -> str:
    """`user@server` without device and agent; empty for an empty JID."""
    return f"{jid.User}@{jid.Server}" if jid.User else ""


def message(event: Any, *, is_history: bool) -> InboundMessage | None:
    """A message, edit, revocation or reaction of a group or a one-to-one chat; None for status, channels and lists."""
    source = event.Info.MessageSource
    if source.Chat.Server != GROUP_SERVER and source.Chat.Server not in PERSON_SERVERS:
        return None
    kind, message_id, body = _meant(event)
    quoted_id, quoted_sender = _answered(body)
    content = fields.read(body)
    media = _media(body)
    if body is event.Message and event.Message.HasField("protocolMessage") and not content.passages and not media:
        return None
    return InboundMessage(
        chat=address(source.Chat),
        message_id=_clean(message_id)[:MAX_MESSAGE_ID],
        sender=Person(address(source.Sender), address(source.SenderAlt)),
        posted_at=_moment(event.Info.Timestamp),
        kind=kind,
        passages=content.passages,
        preview=content.preview,
        beside_preview=content.beside_preview,
        is_forwarded_often=content.is_forwarded_often,
        is_cut=content.is_cut,
        media=media,
        is_from_me=source.IsFromMe,
        is_history=is_history,
        is_direct=source.Chat.Server in PERSON_SERVERS,
        quoted_id=_clean(quoted_id)[:MAX_MESSAGE_ID],
        quoted_sender=_clean(quoted_sender)[:MAX_MESSAGE_ID],
        reaction=_clean(body.reactionMessage.text)[:MAX_REACTION] if kind is MessageKind.REACTION else "",
    )


def is_by_the_phone(event: Any) -> bool:
    """Whether our own account wrote it on the phone itself, and not on another linked device: the phone is online."""
    source = event.Info.MessageSource
    return bool(source.IsFromMe) and source.Sender.Device == 0


def _meant(event: Any) -> tuple[MessageKind, str, Any]:
    """Whether this is a message of its own or about an earlier one, the id of that one, and the content."""
    protocol = event.Message.protocolMessage
    if event.Message.HasField("protocolMessage") and protocol.type == MESSAGE_EDIT:
        return MessageKind.EDIT, protocol.key.ID, protocol.editedMessage
    if event.Message.HasField("protocolMessage") and protocol.type == REVOKE:
        return MessageKind.REVOKE, protocol.key.ID, type(event.Message)()
    kind = MessageKind.REACTION if event.Message.HasField("reactionMessage") else MessageKind.NEW
    return kind, event.Info.ID, event.Message


def _answered(body: Any) -> tuple[str | bytes, str | bytes]:
    """Id and sender of the message that this one reacts to or quotes; empty when it does neither."""
    if body.HasField("reactionMessage"):
        return body.reactionMessage.key.ID, body.reactionMessage.key.participant
    contexts = (getattr(content, "contextInfo", None) for _field, content in body.ListFields())
    quote = next((context for context in contexts if context is not None and context.stanzaID), None)
    return ("", "") if quote is None else (quote.stanzaID, quote.participant)


def _moment(milliseconds: int) -> datetime:
    """What no calendar holds becomes its nearest day."""
    return datetime.fromtimestamp(max(0, min(milliseconds, LAST_MOMENT)) / 1000, tz=UTC)


def _media(body: Any) -> tuple[Media, ...]:
    """A file described by what is no text at all cannot be fetched; the rest of the message is read all the same."""
    try:
        return media_of(body)
    except (TypeError, ValueError):
        log.warning("a message's files are described by what is no text: not looked at", exc_info=True)
        return ()


def _clean(text: str | bytes) -> str:
    """On one line, without controls (PostgreSQL cannot store NUL) and without marks that turn text around."""
    return TURNS.sub("", fields.as_text(text)).strip()


def group_changes(event: Any) -> dict[str, object]:
    """The columns of a group's row that an event changes: its name, fit to be shown, and the timer of its messages."""
    changed: dict[str, object] = {}
    if event.HasField("Name"):
        changed["name"] = _clean(event.Name.Name)[:MAX_NAME]
    if event.HasField("Ephemeral"):
        changed["disappears_after"] = timer(event.Ephemeral)
    return changed


def happened_at(event: Any) -> datetime:
    """When a group was changed, by the event that tells it."""
    return _moment(event.Timestamp * 1000)


def group_texts(event: Any) -> Iterator[GroupText]:
    """The new name and description in an event that changes them, as they were written."""
    sender = address(event.Sender) if event.HasField("Sender") else ""
    changed_at = happened_at(event)
    if event.HasField("Name"):
        yield GroupText(GroupTextKind.SUBJECT, fields.as_text(event.Name.Name), changed_at, sender)
    if event.HasField("Topic"):
        yield GroupText(GroupTextKind.DESCRIPTION, fields.as_text(event.Topic.Topic), changed_at, sender)


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
        subject=fields.as_text(info.GroupName.Name),
        description=fields.as_text(info.GroupTopic.Topic),
        disappears_after=timer(info.GroupEphemeral),
        members_version=members_version(info),
    )


def members_version(info: Any) -> int:
    """Which state of the list of members this is, or makes; 0 where WhatsApp does not say."""
    version = fields.as_text(info.ParticipantVersionID)
    return int(version) if version.isascii() and version.isdigit() else 0


def timer(ephemeral: Any) -> int:
    """After how many seconds the messages of a group disappear; 0: they stay."""
    return min(ephemeral.DisappearingTimer, LONGEST_TIMER) if ephemeral.IsEphemeral else 0
