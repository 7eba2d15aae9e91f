"""Why an Action that waits may not be sent any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from groups.models import Group
from groups.policy import State
from overrides.rules import Ruling
from scans.looks import WATCHED_FOR
from waclient.alerts import speaking
from waclient.corrections import is_reaction
from waclient.demo.events import DEMO
from waclient.models import TO_A_PERSON, Action, ActionKind, Sighting
from waclient.verdicts import override_of

ANSWER_MAX_AGE = timedelta(hours=1)
CORRECTIONS = frozenset({ActionKind.FOLLOW_UP, ActionKind.RETRACT})


def obstacle(action: Action, now: datetime) -> str:
    """The reason in one word; empty when it may be sent. What a person asked for is only bound by its group."""
    group, sighting = action.group, action.sighting
    if group is not None and group.jid.startswith(DEMO):
        return "demo"
    if action.chat is not None:
        return speaking.obstacle(action, action.chat, now)
    if action.kind in TO_A_PERSON:
        return _of_answer(action, group, now)
    if sighting is None or group is None:
        return ""
    max_age = WATCHED_FOR if action.kind in CORRECTIONS else settings.REPLY_MAX_AGE
    claims = (
        (group.left_at is not None, "left"),
        (group.state != State.LIVE, "not_live"),
        (sighting.withdrawn_at is not None, "withdrawn"),
        (sighting.sender_address is None and not _is_said_without(action), "address_forgotten"),
        (not action.asked_by and group.is_muted(now), "muted"),
        (not action.asked_by and now - sighting.posted_at > max_age, "too_old"),
        (action.kind == ActionKind.DELETE and not group.bot_is_admin, "not_admin"),
        (action.kind == ActionKind.DELETE and now - sighting.posted_at > settings.DELETE_WINDOW, "window_over"),
    )
    reason = next((reason for holds, reason in claims if holds), "")
    return reason or ("" if action.asked_by else _said_otherwise(action, sighting, group, now))


def _of_answer(action: Action, group: Group | None, now: datetime) -> str:
    """What a person asked for is answered while it is worth something, and while it is known who that was."""
    claims = (
        (group is not None and group.left_at is not None, "left"),
        (group is not None and group.state == State.OFF, "not_watched"),
        (action.address is None, "address_forgotten"),
        (now - action.created_at > ANSWER_MAX_AGE, "too_old"),
    )
    return next((reason for holds, reason in claims if holds), "")


def _is_said_without(action: Action) -> bool:
    """Whether it makes sense without its message: the words of a correction do, they name the link."""
    return action.kind in CORRECTIONS and action.text != "" and not is_reaction(action)


def _said_otherwise(action: Action, sighting: Sighting, group: Group, now: datetime) -> str:
    """Whether a person has ruled since on what the bot was about to say."""
    override = override_of(sighting, group, now)
    if override is None:
        return ""
    if action.kind == ActionKind.RETRACT:
        return "denied" if override.ruling == Ruling.DENY else ""
    return "allowed" if override.ruling == Ruling.ALLOW else ""
