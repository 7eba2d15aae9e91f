"""Messages as they arrive from WhatsApp, and the people who send them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

from django.utils import timezone

from groups.models import Group
from waclient.client import GroupFacts, InboundMessage, MessageKind, Passage, Person
from waclient.models import Place
from waclient.rosters import Rosters

PHONE, LID = "4915112345678@s.whatsapp.net", "98765432101234@lid"
ANNA = Person(LID, PHONE)
BEN = Person("4915187654321@s.whatsapp.net")
ADMIN = Person("11111111111111@lid", "4915100000000@s.whatsapp.net")

_numbers = count(1)


def passages_of(*texts: str, place: Place = Place.TEXT) -> tuple[Passage, ...]:
    return tuple(Passage(text, place) for text in texts)


def says(
    group: Group | str, *texts: str, by: Person = ANNA, age: timedelta = timedelta(0), **more: object
) -> InboundMessage:
    """A message with these texts, posted `age` ago."""
    chat = group if isinstance(group, str) else group.jid
    message = InboundMessage(chat, f"3EB0{next(_numbers):08X}", by, timezone.now() - age, passages=passages_of(*texts))
    return replace(message, **more)  # type: ignore[arg-type]


def placed(group: Group, text: str, place: Place, **more: object) -> InboundMessage:
    """A message with this text in one place of it."""
    return says(group, passages=passages_of(text, place=place), **more)  # type: ignore[arg-type]


def edits(message: InboundMessage, *texts: str, by: Person | None = None) -> InboundMessage:
    new = replace(message, kind=MessageKind.EDIT, passages=passages_of(*texts), sender=by or message.sender)
    return replace(new, posted_at=timezone.now())


def revokes(message: InboundMessage, *, by: Person) -> InboundMessage:
    return replace(message, kind=MessageKind.REVOKE, passages=(), sender=by, posted_at=timezone.now())


def rosters_of(*groups: Group) -> Rosters:
    """ADMIN is the admin of these groups."""
    rosters = Rosters()
    for group in groups:
        admins = frozenset({ADMIN.address, ADMIN.other})
        rosters.learn(GroupFacts(group.jid, group.name, group.size, admins, group.bot_is_admin), timezone.now())
    return rosters
