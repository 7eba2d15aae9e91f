"""Changing a group: the row and its audit entry together."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from groups.models import Group
from groups.policy import State
from wbscanner import audit


def set_state(group: Group, state: State, *, by: str) -> None:
    """Choose whether a group is read and answered; the arrival notice follows from the state (waclient.outbox)."""
    with transaction.atomic():
        before = group.state
        group.state = state
        group.save(update_fields=["state"])
        audit.record(by, "group.state", str(group), group_ids=[str(group.pk)], details={"from": before, "to": state})


def mute(group: Group, length: timedelta, *, by: str) -> None:
    """Say nothing in this group for `length`; links are still checked."""
    with transaction.atomic():
        group.mute(length)
        minutes = int(length.total_seconds() // 60)
        audit.record(by, "group.mute", str(group), group_ids=[str(group.pk)], details={"minutes": minutes})


def unmute(group: Group, *, by: str) -> None:
    with transaction.atomic():
        group.unmute()
        audit.record(by, "group.unmute", str(group), group_ids=[str(group.pk)])
