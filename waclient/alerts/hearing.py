"""What is written in a moderators' chat, or as a code that makes a chat one: noted in a row, carried out later.

Nothing else of such a chat is kept, and its links are not scanned: its people talk about scams there.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from waclient.alerts import answers, binding
from waclient.alerts.answers import Said, Word
from waclient.client import InboundMessage, MessageKind, Person
from waclient.models import ModeratorsChat, PendingWork, WorkKind
from wbscanner import secrets

COMMAND = "!"
ANSWERED_FOR = timedelta(hours=24)  # as long as pending work is kept


@dataclass(frozen=True, slots=True)
class Note:
    """Who said what where: ids, a word and numbers, never a text. Encrypted while it waits."""

    chat: str
    message_id: str
    sender: str
    other: str
    is_direct: bool
    word: str = ""
    numbers: tuple[int, ...] = ()
    quoted_id: str = ""
    is_reaction: bool = False

    @classmethod
    def of(cls, work: PendingWork) -> Note:
        values = json.loads(secrets.decrypt(settings.INSTALLATION_KEY, work.payload))
        return cls(**{**values, "numbers": tuple(values["numbers"])})

    @property
    def person(self) -> Person:
        return Person(self.sender, self.other)

    @property
    def place(self) -> Person:
        """The chat as something with addresses: the group, or the person who writes to the bot alone."""
        return self.person if self.is_direct else Person(self.chat)


def hear(message: InboundMessage) -> bool:
    """Note a code or an answer; True when this was one, or stands in a group that is a moderators' chat.

    Not for a group that is watched: it is read for its members, whatever it was before. What one person writes to the
    bot and is no answer may be a command of theirs.
    """
    if hear_code(message):
        return True
    chat = binding.chat_at(message.sender if message.is_direct else Person(message.chat))
    if chat is None:
        return False
    said = None if _is_old(message) else _said(message)
    is_answer = said is not None and bool(said.numbers or message.quoted_id)
    if is_answer:
        _write(WorkKind.ANSWER, chat, _note(message, said))
    return is_answer or not message.is_direct


def hear_code(message: InboundMessage) -> bool:
    """Note a code that binds a chat; True when this was one."""
    if _is_old(message) or message.kind is not MessageKind.NEW:
        return False
    waiting = binding.chat_of_code(message.words, timezone.now())
    if waiting is not None:
        _write(WorkKind.BINDING, waiting, _note(message))
    return waiting is not None


def _is_old(message: InboundMessage) -> bool:
    return message.posted_at < timezone.now() - ANSWERED_FOR


def _said(message: InboundMessage) -> Said | None:
    if message.kind is MessageKind.REACTION:
        word = answers.sign_of(message.reaction)
        return Said(word) if word in {Word.SCAM, Word.FINE} else None
    is_command = message.words.lstrip().startswith(COMMAND)
    return answers.read(message.words) if message.kind is MessageKind.NEW and not is_command else None


def _note(message: InboundMessage, said: Said | None = None) -> Note:
    return Note(
        chat=message.chat,
        message_id=message.message_id,
        sender=message.sender.address,
        other=message.sender.other,
        is_direct=message.is_direct,
        word=said.word if said is not None else "",
        numbers=said.numbers if said is not None else (),
        quoted_id=message.quoted_id,
        is_reaction=message.kind is MessageKind.REACTION,
    )


def _write(kind: WorkKind, chat: ModeratorsChat, note: Note) -> None:
    payload = secrets.encrypt(settings.INSTALLATION_KEY, json.dumps(asdict(note)))
    PendingWork.objects.get_or_create(kind=kind, ref=f"{chat.pk} {note.message_id}", defaults={"payload": payload})
