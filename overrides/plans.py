"""What a set of drafts would do to the overrides that are there, and doing it: all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from overrides import services
from overrides.drafts import Draft
from overrides.models import Override

KEYS_AT_ONCE = 1_000
ENDS_IN_THE_PAST = _("Its end lies in the past: choose a later time, or none.")
SAID_TWICE = _("It is written twice, and the two differ: keep one of the lines.")


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Step:
    """A draft beside the override of the same target and scope that is there, active or ended."""

    draft: Draft
    change: Change
    existing: Override | None = None


def plan(drafts: Sequence[Draft], now: datetime) -> list[Step]:
    """One step a draft, in their order. Nothing is changed."""
    existing = _existing([draft for draft in drafts if draft.target is not None])
    seen: dict[object, Draft] = {}
    steps = []
    for draft in drafts:
        if draft.target is None:
            steps.append(Step(draft, Change.INVALID))
            continue
        there = existing.get(draft.key)
        wanted = _filled(draft, there, now)
        first = seen.setdefault(draft.key, wanted)
        steps.append(_step(wanted, there, now) if first is wanted else _again(wanted, first))
    return steps


def carry_out(steps: Sequence[Step], *, by: str) -> int:
    """Make and change what the steps say, in one transaction; returns how many. Invalid ones are passed over."""
    now, done = timezone.now(), 0
    with transaction.atomic():
        for step in plan([step.draft for step in steps], now):  # somebody may have been at it since
            done += _do(step, by, now)
    return done


def _do(step: Step, by: str, now: datetime) -> bool:
    draft, there = step.draft, step.existing
    if step.change not in {Change.ADDED, Change.CHANGED} or draft.target is None:
        return False
    if there is not None and there.is_active(now):
        services.change_override(there, by=by, ruling=draft.ruling, reason=draft.reason, expires_at=draft.expires_at)
    else:
        services.create_override(
            draft.target.kind,
            draft.target.key,
            draft.ruling,
            by=by,
            group=draft.group,
            reason=draft.reason,
            expires_at=draft.expires_at,
            shown=draft.target.shown,
        )
    return True


def _filled(draft: Draft, there: Override | None, now: datetime) -> Draft:
    """The draft, with the reason and the end of what is there where it has none of its own."""
    if not draft.keeps_reason or there is None or not there.is_active(now):
        return draft
    return replace(draft, reason=draft.reason or there.reason, expires_at=draft.expires_at or there.expires_at)


def _step(draft: Draft, there: Override | None, now: datetime) -> Step:
    is_same = there is not None and _said(there) == _said(draft)
    if is_same:
        return Step(draft, Change.UNCHANGED, there)
    if draft.expires_at is not None and draft.expires_at <= now:
        return Step(replace(draft, problem=str(ENDS_IN_THE_PAST)), Change.INVALID, there)
    return Step(draft, Change.CHANGED if there is not None and there.is_active(now) else Change.ADDED, there)


def _again(draft: Draft, first: Draft) -> Step:
    if _said(draft) == _said(first):
        return Step(draft, Change.UNCHANGED)
    return Step(twice(draft), Change.INVALID)


def twice(draft: Draft) -> Draft:
    """A draft that says something else than an earlier line about the same target."""
    return replace(draft, problem=str(SAID_TWICE))


def _said(of: Any) -> tuple[str, str, datetime | None]:
    return str(of.ruling), of.reason, of.expires_at


def _existing(drafts: Sequence[Draft]) -> dict[object, Override]:
    targets = sorted({draft.key[1] for draft in drafts})
    rows: dict[object, Override] = {}
    for start in range(0, len(targets), KEYS_AT_ONCE):
        for row in Override.objects.filter(target__in=targets[start : start + KEYS_AT_ONCE]):
            rows[(row.kind, row.target, row.group_id)] = row
    return rows
