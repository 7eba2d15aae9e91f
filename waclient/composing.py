"""Before a text goes out its chat sees for a moment that it is being written; failing at that fails nothing."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings

from groups.models import Group
from waclient import pacing
from waclient.client import Client, Unavailable
from waclient.corrections import is_reaction
from waclient.models import Action, ActionKind, ActionState
from waclient.saying import chat_of
from wbscanner import secrets

log = logging.getLogger(__name__)

NOT_TYPED = frozenset({ActionKind.DELETE, ActionKind.REACT, ActionKind.SIGN})
FADES_AFTER = timedelta(seconds=20)  # phones stop showing it by themselves a little later
SHORTEST_SHARE = 0.5  # of SEND_TYPING


def length(action: Action) -> timedelta:
    """How long typing is shown before this; nothing for what is not written. The same for one action, always."""
    is_written = bool(action.text) or action.kind == ActionKind.ALERT  # whose text is made when it goes out
    if action.kind in NOT_TYPED or is_reaction(action) or not is_written:
        return timedelta(0)
    share = SHORTEST_SHARE + (1 - SHORTEST_SHARE) * pacing.jitter(action.pk)
    return timedelta(seconds=settings.SEND_TYPING * share)


def is_shown(action: Action, now: datetime) -> bool:
    """Whether its chat sees it being written."""
    return action.typing_at is not None and now - action.typing_at < FADES_AFTER


def is_seen_in(group: Group, now: datetime) -> bool:
    """Whether the bot is seen writing in a group."""
    shown = Action.objects.filter(group=group, state=ActionState.PENDING, typing_at__gt=now - FADES_AFTER)
    return shown.exists()


def begin(action: Action, client: Client, now: datetime) -> bool:
    """Show it, and note since when; False when the action does not wait any more."""
    is_waiting = action.move(ActionState.PENDING, ActionState.PENDING, typing_at=now)
    if is_waiting:
        _show(action, client, is_typing=True)
    return is_waiting


def end(action: Action, client: Client) -> None:
    """Stop showing what was shown."""
    if action.typing_at is not None:
        _show(action, client, is_typing=False)


def _show(action: Action, client: Client, *, is_typing: bool) -> None:
    try:
        client.show_typing(chat_of(action), is_typing=is_typing)
    except (Unavailable, secrets.Unreadable) as error:
        log.warning("typing could not be shown: %s", error)
