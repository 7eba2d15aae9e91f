"""Actions that wait to be sent, and sending them, for tests."""

from __future__ import annotations

import json
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from groups.models import Group
from tests.factories import make_group, make_sighting
from tests.waclient.recording_client import RecordingClient
from waclient.models import Action, ActionKind, ActionState, Sighting
from waclient.sending import send_next
from wbscanner import secrets

PENDING, SENT, SKIPPED = ActionState.PENDING, ActionState.SENT, ActionState.SKIPPED
FAILED, UNCERTAIN, SENDING = ActionState.FAILED, ActionState.UNCERTAIN, ActionState.SENDING
AUTHOR = "98765432101234@lid"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def address(jid: str = AUTHOR) -> str:
    return secrets.encrypt(settings.INSTALLATION_KEY, json.dumps([jid, ""]))


def waiting(
    group: Group | None = None,
    kind: ActionKind = ActionKind.REPLY,
    *,
    sighting: Sighting | None = None,
    **columns: object,
) -> Action:
    """An action that waits, about a message posted 2 s ago (or on the sighting given)."""
    group = group or make_group(bot_is_admin=True)
    if sighting is None and kind != ActionKind.NOTICE:
        sighting = make_sighting(group, sender_address=address())
    columns.setdefault("text", f"text of {kind}")
    return Action.objects.create(group=group, sighting=sighting, kind=kind, **columns)


def sent_before(group: Group, age: timedelta, state: ActionState = SENT) -> Action:
    now = timezone.now()
    return waiting(group, state=state, claimed_at=now - age, sent_at=now - age)


def group_of(action: Action) -> Group:
    assert action.group is not None
    return action.group


def state_of(action: Action) -> tuple[str, str]:
    action.refresh_from_db()
    return action.state, action.reason


def send_all(client: RecordingClient) -> int:
    """Send until nothing may go out now; how many steps that took."""
    return sum(1 for _, _ in zip(iter(lambda: send_next(client, timezone.now()), False), range(50), strict=False))
