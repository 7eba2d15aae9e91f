"""Carrying out commands, one a step: who may, and what does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import transaction
from django.db.models import QuerySet

from groups.models import Group
from waclient.chat_commands import admins, answers, members, rulings, verbs
from waclient.chat_commands.answers import Command
from waclient.chat_commands.door import Asked, open_row
from waclient.chat_commands.rulings import FROM_CHAT
from waclient.chat_commands.synonyms import MEMBERS, Verb
from waclient.chat_commands.verbs import Spoken
from waclient.models import TO_A_PERSON, Action, PendingWork, WorkKind
from waclient.rosters import Rosters

ROSTER_PATIENCE = timedelta(seconds=2)
# What may be asked in reply to an answer of the bot: anything else would let two bots talk for ever.
IN_REPLY_TO_ANSWERS = frozenset({Verb.WHY, Verb.APPEAL})

HANDLERS: Mapping[Verb, Callable[[Command], None]] = MappingProxyType(
    {
        Verb.CHECK: members.check,
        Verb.WHY: members.why,
        Verb.APPEAL: members.appeal,
        Verb.PRIVACY: members.privacy,
        Verb.HELP: members.help_,
        Verb.STATUS: admins.status,
        Verb.MUTE: admins.mute,
        Verb.UNMUTE: admins.unmute,
        Verb.RESCAN: admins.rescan,
        Verb.ALLOW: admins.allow,
        Verb.BLOCK: admins.block,
        Verb.FORGET: rulings.forget,
        Verb.LANGUAGE: admins.language,
        Verb.POLICY: admins.policy,
        Verb.CONSENT: admins.consent,
        Verb.CONSENT_STATUS: admins.status,
        Verb.PAUSE: admins.pause,
        Verb.PAIR: admins.pair,
        Verb.NOT_POSSIBLE: admins.not_possible,
    }
)


def plan_next(now: datetime, rosters: Rosters | None = None) -> bool:
    """Carry out the oldest command whose time has come; False when there is none."""
    row = _due(now).first()
    if row is None:
        return False
    with transaction.atomic():
        asked = open_row(row)
        if asked is None or _carry_out(asked, now, rosters or Rosters()):
            row.delete()
        else:
            PendingWork.want(WorkKind.GROUP_INFO, asked.chat, now)
            PendingWork.objects.filter(pk=row.pk).update(due_at=now + ROSTER_PATIENCE)
    return True


def set_aside(now: datetime) -> bool:
    """Drop the command that could not be carried out; False when there is none."""
    row = _due(now).first()
    return row is not None and bool(row.delete()[0])


def _due(now: datetime) -> QuerySet[PendingWork]:
    return PendingWork.objects.filter(kind=WorkKind.COMMAND, due_at__lte=now).order_by("created_at", "pk")


def _carry_out(asked: Asked, now: datetime, rosters: Rosters) -> bool:
    """False when the group's admins have to be read first."""
    spoken = verbs.read(asked.text)
    group = None if asked.is_direct else Group.objects.filter(jid=asked.chat).first()
    is_heard = asked.is_direct or (group is not None and group.is_watched)
    if spoken is None or not is_heard or _is_echo(asked, spoken, group):
        return True
    needs_admin = spoken.verb not in MEMBERS
    if group is not None and not rosters.knows(group.jid):
        if needs_admin:
            return False
        PendingWork.want(WorkKind.GROUP_INFO, group.jid, now)
    is_admin = group is not None and rosters.is_admin(group.jid, asked.sender)
    by = f"{FROM_CHAT}{asked.key[:8]}" if is_admin else answers.member(asked.key)
    command = Command(asked, spoken.verb, spoken.rest, group, by, is_admin, spoken.is_named, now)
    if is_admin or (not needs_admin and _may_ask(command)):
        handler = HANDLERS[spoken.verb] if spoken.verb else members.help_
        handler(command)
    return True


def _may_ask(command: Command) -> bool:
    """A muted group hears nothing but answers to its admins; nobody is answered without end."""
    is_muted = command.group is not None and command.group.is_muted(command.now)
    return not is_muted and answers.has_room(command)


def _is_echo(asked: Asked, spoken: Spoken, group: Group | None) -> bool:
    """Whether it was answered before, or is what somebody, perhaps another bot, says to an answer of ours."""
    answered = Action.objects.filter(kind__in=TO_A_PERSON)
    if answered.filter(quotes=asked.message_id, group=group).exists():
        return True
    is_to_answer = bool(asked.quoted_id) and answered.filter(wa_message_id=asked.quoted_id).exists()
    return is_to_answer and spoken.verb not in IN_REPLY_TO_ANSWERS
