"""What a visitor makes the members of the simulated groups do, and how their chats look then."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from waclient.models import SimulatedKind, SimulatedMessage
from waclient.simulator.cast import SimulatedGroup, group_of, writer

# Characters of a message, WhatsApp's own limit.
MAX_TEXT = 65_536
# Messages of a chat that are shown; older ones stay stored.
SHOWN = 50
ID_BYTES = 8


class NotPossible(ValueError):
    """A member cannot do that; the message says why."""


@dataclass(slots=True)
class Bubble:
    """One message of a chat as its members see it; an empty author is the bot."""

    message_id: str
    author: str
    text: str
    at: datetime
    reply_to: str = ""
    is_edited: bool = False
    is_deleted: bool = False
    reactions: dict[str, str] = field(default_factory=dict)


def new_id() -> str:
    return f"SIM{secrets.token_hex(ID_BYTES).upper()}"


def say(jid: str, author: str, text: str, *, about: str = "") -> SimulatedMessage:
    """Let somebody write to a group or to the bot alone (`jid` is then the LID of who writes), perhaps as a reply.

    Raises LookupError for strangers, else NotPossible.
    """
    writer(jid, author)
    return _happen(jid, author, SimulatedKind.SAID, _fit(text), about)


def react(jid: str, author: str, message_id: str, sign: str) -> SimulatedMessage:
    """Let a member put a sign on a message; an empty one takes it back."""
    writer(jid, author)
    return _happen(jid, author, SimulatedKind.REACTED, sign, _said(jid, message_id).message_id)


def edit(jid: str, author: str, message_id: str, text: str) -> SimulatedMessage:
    """Let a member replace the text of an own message."""
    said = _said(jid, message_id)
    if said.author != author:
        raise NotPossible(_("Only the author can edit a message."))
    return _happen(jid, author, SimulatedKind.EDITED, _fit(text), message_id)


def delete(jid: str, author: str, message_id: str) -> SimulatedMessage:
    """Let a member delete an own message, or an admin anybody's."""
    said, member = _said(jid, message_id), group_of(jid).member(author)
    if said.author != author and not member.is_admin:
        raise NotPossible(_("Only the author or an admin can delete a message."))
    return _happen(jid, author, SimulatedKind.DELETED, "", message_id)


def chat(group: SimulatedGroup) -> list[Bubble]:
    """The last SHOWN messages, with what was done to them since."""
    rows = SimulatedMessage.objects.filter(chat=group.jid)
    first = rows.filter(kind=SimulatedKind.SAID).order_by("-pk").values_list("pk", flat=True)[SHOWN - 1 : SHOWN]
    bubbles: dict[str, Bubble] = {}
    for row in rows.filter(pk__gte=next(iter(first), 0)).order_by("pk"):
        if row.kind == SimulatedKind.SAID:
            bubbles[row.message_id] = Bubble(row.message_id, row.author, row.text, row.at, row.about)
        elif row.about in bubbles:
            _apply(row, bubbles[row.about])
    return list(bubbles.values())


def _apply(row: SimulatedMessage, bubble: Bubble) -> None:
    """What happened to a message; what is deleted stays deleted."""
    if row.kind == SimulatedKind.EDITED:
        bubble.text, bubble.is_edited = row.text, True
    elif row.kind == SimulatedKind.DELETED:
        bubble.is_deleted = True
    elif row.text:
        bubble.reactions[row.author] = row.text
    else:
        bubble.reactions.pop(row.author, None)


def _said(jid: str, message_id: str) -> SimulatedMessage:
    said = SimulatedMessage.objects.filter(chat=jid, message_id=message_id, kind=SimulatedKind.SAID).first()
    if said is None:
        raise NotPossible(_("There is no such message in this chat."))
    return said


def _fit(text: str) -> str:
    if not text.strip():
        raise NotPossible(_("Write something first."))
    if len(text) > MAX_TEXT:
        raise NotPossible(_("A message has %(most)d characters at most.") % {"most": MAX_TEXT})
    return text.replace("\x00", "")


def _happen(jid: str, author: str, kind: SimulatedKind, text: str, about: str) -> SimulatedMessage:
    return SimulatedMessage.objects.create(
        chat=jid, message_id=new_id(), author=author, kind=kind, text=text, about=about
    )
