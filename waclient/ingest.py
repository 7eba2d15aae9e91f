"""From a message to Sightings: one short transaction, nothing slow, nothing sent."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from groups.services import set_state
from waclient import direct, media_rows
from waclient.alerts import hearing
from waclient.chat_commands import door
from waclient.client import InboundMessage, MessageKind
from waclient.models import PendingWork, Place, WorkKind
from waclient.posted import links_of
from waclient.recording import person_key, record
from waclient.rosters import Rosters
from waclient.withdrawing import follow_edit, withdraw

CONSENT = "!scanner consent"


def receive(message: InboundMessage, rosters: Rosters) -> int:
    """Store what a message means to us; returns how many links were new.

    In a moderators' chat only answers to alerts are heard. Of what is written to the bot alone nothing is kept but what
    waclient.direct hears. Everything a watched group posts is read; a message without a link writes nothing but a note
    of a command, and of the pictures and documents in it, which are looked into later. Of any other group only an
    admin's exact consent is recognised, and a code that binds a moderators' chat. The same message twice changes
    nothing.
    """
    if message.is_from_me:
        return 0
    if message.is_direct:
        direct.hear(message)
        return 0
    group = Group.objects.filter(jid=message.chat).first() or _meet(message.chat)
    if not group.is_watched:
        if not hearing.hear(message):
            _hear_consent(group, message, rosters)
        return 0
    return 0 if hearing.hear_code(message) else _read(group, message, rosters)


def _read(group: Group, message: InboundMessage, rosters: Rosters) -> int:
    """What somebody posted in a watched group, changed or took back; how many links were new."""
    if message.kind is MessageKind.REVOKE:
        is_admin = rosters.is_admin(group.jid, message.sender)
        with transaction.atomic():
            withdraw(group, message, is_admin=is_admin)
            media_rows.take_back(message, is_admin=is_admin)
        return 0
    return _take_in(group, message, rosters)


def _take_in(group: Group, message: InboundMessage, rosters: Rosters) -> int:
    """What is posted or edited in a watched group. The link in an admin's order about it is not posted by that."""
    is_command = door.is_command(message)
    is_order = is_command and door.names_a_link(message) and rosters.is_admin(group.jid, message.sender)
    found = [] if is_order else links_of(message)
    if not found and not message.media and not is_command and message.kind is not MessageKind.EDIT:
        return 0
    with transaction.atomic():
        door.put_off(message)
        if message.kind is MessageKind.EDIT:
            follow_edit(group, message, found)
        if message.media:
            media_rows.put_off(message)
        return record(group, message, found)


def _meet(jid: str) -> Group:
    """A group never heard of: a row that is off, and its facts to be read later."""
    group, _is_new = Group.objects.get_or_create(jid=jid)
    PendingWork.want(WorkKind.GROUP_INFO, jid, timezone.now())
    return group


def _hear_consent(group: Group, message: InboundMessage, rosters: Rosters) -> None:
    said = (passage.text for passage in message.passages if passage.place is Place.TEXT)
    is_consent = any(text.strip().lower() == CONSENT for text in said)
    is_late = message.is_history or timezone.now() - message.posted_at > settings.REPLY_MAX_AGE
    if not is_consent or is_late:  # who objected since must not be overruled by a message that comes again
        return
    if rosters.knows(group.jid):
        if rosters.is_admin(group.jid, message.sender):
            consent(group, person_key(message.sender))
        return
    PendingWork.objects.get_or_create(kind=WorkKind.CONSENT, ref=f"{group.jid} {person_key(message.sender)}")


def consent(group: Group, key: str) -> None:
    """What an admin's consent does; `key` is the admin's pseudonym."""
    set_state(group, State.WATCH, by=f"group admin {key[:8]}")
