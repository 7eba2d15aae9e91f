"""Changing a group: the row and its audit entry together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from groups.models import Group
from groups.policy import Preset, State
from groups.presets import PRESETS
from groups.texts import TextKind
from wbscanner import audit


def set_state(group: Group, state: State, *, by: str) -> None:
    """Choose whether a group is read and answered; the arrival notice follows from the state (waclient.outbox)."""
    with transaction.atomic():
        before = group.state
        group.state = state
        if state == State.LIVE and group.preset == Preset.WATCH:
            group.preset = Preset.QUIET  # it has the same columns, and is not "watch only" any more
        if state != before:
            group.watched_since = timezone.now() if state == State.WATCH else None
        group.save(update_fields=["state", "preset", "watched_since"])
        audit.record(by, "group.state", str(group), group_ids=[str(group.pk)], details={"from": before, "to": state})


def choose_preset(group: Group, preset: Preset, *, by: str) -> None:
    """Copy a ready-made policy into the group; OWN keeps the columns.

    "Watch only" also makes the group watched, but not one that objected.
    """
    columns = PRESETS.get(preset, {})
    with transaction.atomic():
        before = group.preset
        group.preset = preset
        for name, value in columns.items():
            setattr(group, name, value)
        group.save(update_fields=["preset", *columns])
        audit.record(by, "group.preset", str(group), group_ids=[str(group.pk)], details={"from": before, "to": preset})
        if preset is Preset.WATCH and group.state in {State.OFF, State.LIVE}:
            set_state(group, State.WATCH, by=by)


def trust(group: Group, key: str, *, by: str, is_trusted: bool = True) -> None:
    """Never delete what this member posts (`key` is a pseudonym), or stop sparing them; warnings stay.

    Raises ValueError where nobody is known to have posted it.
    """
    if not key:
        raise ValueError("nobody is known to have posted it")
    with transaction.atomic():
        others = [one for one in group.trusted if one != key]
        group.trusted = [*others, key] if is_trusted else others
        group.save(update_fields=["trusted"])
        action = "group.trust" if is_trusted else "group.distrust"
        audit.record(by, action, str(group), group_ids=[str(group.pk)], details={"member": key[:8]})


def choose_language(group: Group, code: str, *, by: str) -> None:
    """Choose the language of everything that is said in a group; empty: the installation's."""
    with transaction.atomic():
        before = group.language
        group.language = code
        group.save(update_fields=["language"])
        details = {"from": before, "to": code}
        audit.record(by, "group.language", str(group), group_ids=[str(group.pk)], details=details)


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


def set_texts(group: Group, texts: Mapping[TextKind, str], *, by: str) -> None:
    """Give a group texts of its own; a kind that is missing is said in the installation's words."""
    with transaction.atomic():
        changed = sorted(kind for kind in TextKind if group.texts.get(kind, "") != texts.get(kind, ""))
        group.texts = {str(kind): text for kind, text in texts.items() if text}
        group.save(update_fields=["texts"])
        audit.record(by, "group.texts", str(group), group_ids=[str(group.pk)], details={"changed": changed})
