"""Actions in a moderators' chat: what puts them into the outbox, and what holds them back."""

from __future__ import annotations

from datetime import datetime, timedelta

from waclient.alerts import binding, planning
from waclient.alerts.hearing import Note
from waclient.models import Action, ActionKind, ModeratorsChat
from waclient.recording import sealed

ALERT_MAX_AGE = timedelta(hours=48)  # longer than the brake holds
UNASKED = frozenset({ActionKind.ALERT, ActionKind.QUESTION})
ANSWER_MAX_AGE = timedelta(hours=1)
MOST_ANSWERS = 6  # in a minute: a chat cannot make the bot talk the number's budget away
MINUTE = timedelta(minutes=1)


def answer(chat: ModeratorsChat, note: Note, text: str, now: datetime) -> None:
    """Answer in words, unless there were many just now. To a reaction, which cannot be quoted, without a quote."""
    lately = Action.objects.filter(chat=chat, kind=ActionKind.ANSWER, created_at__gt=now - MINUTE)
    if lately.count() < MOST_ANSWERS:
        _put_out(chat, note, ActionKind.ANSWER, text, now)


def sign(chat: ModeratorsChat, note: Note, emoji: str, now: datetime) -> None:
    """Answer by a reaction to what was written."""
    _put_out(chat, note, ActionKind.SIGN, emoji, now)


def _put_out(chat: ModeratorsChat, note: Note, kind: ActionKind, text: str, now: datetime) -> None:
    Action.objects.create(
        kind=kind,
        chat=chat,
        group=planning.group_of(chat),
        quotes=note.message_id,
        address=None if note.is_reaction else sealed(note.person),
        text=text,
        created_at=now,
    )


def obstacle(action: Action, chat: ModeratorsChat, now: datetime) -> str:
    """Why something may not be said in a moderators' chat any more, in one word; empty when it may."""
    is_alert = action.kind == ActionKind.ALERT
    claims = (
        (not chat.is_bound, binding.SKIPPED_UNBOUND),
        (action.group is not None and action.group.left_at is not None, "left"),
        (action.group is not None and action.group.is_watched, "is_watched"),
        (now - action.created_at > (ALERT_MAX_AGE if action.kind in UNASKED else ANSWER_MAX_AGE), "too_old"),
        (
            is_alert
            and all(
                planning.needless(alert) for alert in action.alerts.filter(unsaid="").select_related("chat", "sighting")
            ),
            planning.DECIDED,
        ),
    )
    return next((reason for holds, reason in claims if holds), "")
