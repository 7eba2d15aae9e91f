"""Commands as they arrive: recognised in the event handler, put off as one encrypted row for the work thread."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from waclient.chat_commands import verbs
from waclient.chat_commands.synonyms import MEMBERS, Verb
from waclient.client import InboundMessage, MessageKind, Person
from waclient.models import PendingWork, WorkKind
from waclient.recording import keys, person_key
from wbscanner import secrets

log = logging.getLogger(__name__)

MAX_WAITING_PER_CHAT = 100
# An objection counts although the bot was away; a chat that is replayed days later says nothing new.
OBJECTION_COUNTS_FOR = timedelta(hours=24)
MAX_TEXT = 4000  # characters of a command that are kept; the longest links that are judged are shorter


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was put off: who wrote what, where, in reply to which message.

    `is_late`: it is obeyed, and not answered any more.
    """

    chat: str
    message_id: str
    sender: Person
    text: str
    posted_at: datetime
    is_direct: bool
    quoted_id: str
    is_late: bool = False

    @property
    def key(self) -> str:
        """The pseudonym of who asks."""
        return person_key(self.sender)


def is_command(message: InboundMessage) -> bool:
    """Whether a message is a command, for its place. History is none, unless a group objects; nor is an edit."""
    if message.kind is not MessageKind.NEW or not message.sender.address:
        return False
    spoken = verbs.read(message.words)
    if spoken is None or (message.is_direct and spoken.verb not in MEMBERS):
        return False
    is_objection = spoken.verb is Verb.PAUSE and timezone.now() - message.posted_at < OBJECTION_COUNTS_FOR
    return is_objection or not _is_late(message)


def _is_late(message: InboundMessage) -> bool:
    return message.is_history or timezone.now() - message.posted_at > settings.REPLY_MAX_AGE


def names_a_link(message: InboundMessage) -> bool:
    """Whether it is an admin's command about a link that stands in it, so that the link is not posted by it."""
    spoken = verbs.read(message.words)
    return spoken is not None and spoken.verb in {Verb.RESCAN, Verb.ALLOW, Verb.BLOCK, Verb.FORGET}


def put_off(message: InboundMessage) -> bool:
    """Write a command down for the work thread; whether the message is one. The same message twice changes nothing."""
    if not is_command(message):
        return False
    where = keys((message.chat,))[0] if message.is_direct else message.chat
    if PendingWork.objects.filter(kind=WorkKind.COMMAND, ref__startswith=f"{where} ").count() >= MAX_WAITING_PER_CHAT:
        log.warning("%d commands of one chat wait: one more is left out", MAX_WAITING_PER_CHAT)
        return True
    PendingWork.objects.get_or_create(
        kind=WorkKind.COMMAND, ref=f"{where} {message.message_id}", defaults={"payload": _seal(message)}
    )
    return True


def open_row(row: PendingWork) -> Asked | None:
    """None when it was written with another installation key, or by a version that wrote something else."""
    try:
        values = json.loads(secrets.decrypt(settings.INSTALLATION_KEY, row.payload))
        sender, posted_at = Person(*values.pop("sender")), datetime.fromisoformat(values.pop("posted_at"))
        return Asked(sender=sender, posted_at=posted_at, **values)
    except (secrets.Unreadable, ValueError, KeyError, TypeError):
        log.warning("a command cannot be read")
        return None


def _seal(message: InboundMessage) -> str:
    values = {
        "chat": message.chat,
        "message_id": message.message_id,
        "sender": [message.sender.address, message.sender.other],
        "text": message.words[:MAX_TEXT],
        "posted_at": message.posted_at.isoformat(),
        "is_direct": message.is_direct,
        "quoted_id": message.quoted_id,
        "is_late": _is_late(message),
    }
    return secrets.encrypt(settings.INSTALLATION_KEY, json.dumps(values))
