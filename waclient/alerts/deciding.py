"""Carrying out what people of a moderators' chat answer: the same decisions as in the desk, with who and where."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from groups.models import Group
from waclient import campaign_decisions, decisions
from waclient.alerts import binding, speaking, wording
from waclient.alerts.answers import Word
from waclient.alerts.hearing import Note
from waclient.alerts.planning import NUMBER_KEPT
from waclient.models import (
    Action,
    ActionKind,
    Alert,
    Answer,
    ChatKind,
    ModeratorsChat,
    PendingWork,
    WorkKind,
)
from waclient.recording import person_key
from waclient.rosters import Rosters
from wbscanner import audit

KINDS = [WorkKind.BINDING, WorkKind.ANSWER]
MEANS = {Word.SCAM: Answer.CONFIRM, Word.FINE: Answer.FINE}
ROSTER_PATIENCE = timedelta(seconds=2)
DONE, TAKEN_BACK = "✅", "↩️"
MOST_EXPLAINED = 3


def plan_next(now: datetime, rosters: Rosters | None = None) -> bool:
    """Carry out the oldest code or answer; False when none waits. Without `rosters` no group's people are known."""
    work = _waiting(now)
    if work is None:
        return False
    note = Note.of(work)
    if not note.is_direct and (rosters is None or not rosters.knows(note.chat)):
        if not work.attempts:  # once: a question that WhatsApp does not answer rests for a while
            PendingWork.want(WorkKind.GROUP_INFO, note.chat, now)
        PendingWork.objects.filter(pk=work.pk).update(due_at=now + ROSTER_PATIENCE, attempts=work.attempts + 1)
        return True
    is_trusted = note.is_direct or (rosters is not None and rosters.is_admin(note.chat, note.person))
    with transaction.atomic():
        chat = ModeratorsChat.objects.filter(pk=work.ref.partition(" ")[0]).first()
        if chat is not None and work.kind == WorkKind.BINDING:
            _bind(chat, note, now, is_trusted=is_trusted)
        elif chat is not None and is_trusted and chat == binding.chat_at(note.place):
            _answer(chat, note, now)
        work.delete()
    return True


def set_aside(now: datetime) -> bool:
    """Give up what is next, after carrying it out failed; False when nothing waits."""
    work = _waiting(now)
    return work is not None and bool(work.delete()[0])


def _waiting(now: datetime) -> PendingWork | None:
    return PendingWork.objects.filter(kind__in=KINDS, due_at__lte=now).first()


def _bind(chat: ModeratorsChat, note: Note, now: datetime, *, is_trusted: bool) -> None:
    """A code in a group counts from its admins, and where nobody else reads along: the group may not be watched."""
    if not is_trusted:
        return
    group = None if note.is_direct else Group.objects.filter(jid=note.chat).first()
    if group is not None and group.is_watched:
        _say(chat, note, "is_watched", now)
        return
    kind = ChatKind.DIRECT if note.is_direct else ChatKind.GROUP
    if binding.bind(chat, kind, note.place, actor(chat, note), now):
        chat.refresh_from_db()
        _say(chat, note, "bound", now)


def _answer(chat: ModeratorsChat, note: Note, now: datetime) -> None:
    alerts = _meant(chat, note, now)
    if note.word == Word.WHY:
        for alert in alerts[:MOST_EXPLAINED]:
            speaking.answer(chat, note, wording.why(alert), now)
        return
    done = [alert for alert in alerts if _carry_out(chat, alert, note, now)]
    if done and note.is_reaction:
        _say(chat, note, note.word, now, done[0].number)
    elif done:
        speaking.sign(chat, note, TAKEN_BACK if note.word == Word.UNDO else DONE, now)


def _meant(chat: ModeratorsChat, note: Note, now: datetime) -> list[Alert]:
    """The alerts that are answered: by number, else the one of the message that is quoted or reacted to."""
    known = Alert.objects.filter(chat=chat, action__created_at__gt=now - NUMBER_KEPT).select_related("chat", "sighting")
    if note.numbers:
        found = {alert.number: alert for alert in known.filter(number__in=note.numbers).order_by("pk")}
        missing = [number for number in note.numbers if number not in found]
        if missing:
            _say(chat, note, "no_such", now, missing[0])
        return [found[number] for number in note.numbers if number in found]
    told = Action.objects.filter(chat=chat, kind=ActionKind.ALERT, wa_message_id=note.quoted_id)
    alerts = list(known.filter(action__in=told.exclude(wa_message_id="")))
    if len(alerts) > 1:
        _say(chat, note, "which", now)
        return []
    return alerts


def _carry_out(chat: ModeratorsChat, alert: Alert, note: Note, now: datetime) -> bool:
    """Decide about one alert, or take that back; False (and a word why) when this chat may not or has not."""
    own = list(chat.own_groups())
    if not alert.groups.filter(pk__in=[group.pk for group in own]).exists():
        _say(chat, note, "not_its_group", now, alert.number)
        return False
    by, campaign = actor(chat, note), alert.sighting.campaign if alert.sighting is not None else None
    if note.word == Word.UNDO:
        standing = list(alert.decisions.filter(undone_at__isnull=True, group__in=own))
        for decision in standing:
            decisions.undo(decision, by=by)
        if standing and campaign is not None:
            campaign_decisions.undo(campaign, by=by, scope=own)  # of links that joined it since
        if not standing:
            _say(chat, note, "nothing_to_undo", now, alert.number)
        return bool(standing)
    answer = MEANS[Word(note.word)]
    if campaign is not None:
        campaign_decisions.decide(campaign, answer, by=by, scope=own)
        alert.decisions.set(campaign.decisions.filter(undone_at__isnull=True, group__in=own))
    else:
        alert.decisions.set([decisions.decide(alert.url_hash, answer, by=by, group=group) for group in own])
    audit.record(by, "chat.answer", f"{chat} {alert.number}", group_ids=[str(group.pk) for group in own])
    return True


def actor(chat: ModeratorsChat, note: Note) -> str:
    """Who it was, for decisions and the audit trail: who bound a chat of their own, or an admin by pseudonym."""
    if note.is_direct and chat.vouched_by is not None:
        return f"{chat.vouched_by} ({chat})"
    return f"{person_key(note.person)[:8]} ({chat})"


def _say(chat: ModeratorsChat, note: Note, what: str, now: datetime, number: int | None = None) -> None:
    speaking.answer(chat, note, wording.say(chat, what, {"number": number}), now)
