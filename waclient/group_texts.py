"""Links in a group's name and description: everybody sees them, nobody posted them, nothing is answered to them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from groups.models import Group
from waclient.client import GroupText, InboundMessage, Passage, Person
from waclient.models import Place, Sighting
from waclient.posted import links_of
from waclient.recording import record
from waclient.withdrawing import keep_only
from wbscanner import secrets


def hear(jid: str, texts: Iterable[GroupText]) -> None:
    """What an event says about a group; of a group that is not watched nothing is read."""
    group = Group.objects.filter(jid=jid).first()
    if group is not None:
        for text in texts:
            keep(group, text)


def keep(group: Group, text: GroupText) -> int:
    """Store the links of a watched group's name or description as it is now; returns how many are new.

    Those of the one before are withdrawn. The same text again changes nothing.
    """
    if not group.is_watched:
        return 0
    message = InboundMessage(
        chat=group.jid,
        message_id=_message_id(group, text),
        sender=Person(text.by),
        posted_at=text.changed_at,
        passages=(Passage(text.text, Place.GROUP),),
    )
    found = links_of(message)
    before = Sighting.objects.filter(group=group, message_id=message.message_id, place=Place.GROUP)
    if not found and not before.filter(withdrawn_at__isnull=True).exists():
        return 0
    with transaction.atomic():
        keep_only(before, message, found)
        return record(group, message, found)


def _message_id(group: Group, text: GroupText) -> str:
    """Stands for the message that there is none of; made with the key, so that nobody can post one of that id."""
    return f"{text.kind}:{secrets.pseudonym(settings.INSTALLATION_KEY, f'{text.kind} {group.jid}')}"
