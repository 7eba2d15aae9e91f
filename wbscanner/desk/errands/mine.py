"""Where a person finds again what they asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from wbscanner.desk.errands.kinds import KINDS
from wbscanner.models import Errand

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Mine:
    key: int
    title: Any
    about: str
    state: str
    asked_at: datetime
    done: int
    total: int


def mine(user: User, *kinds: str, group: int | None = None) -> list[Mine]:
    """The newest pieces of work of these kinds that this person asked for; about one group, or whatever about."""
    rows = Errand.objects.filter(asked_by=user, kind__in=kinds)
    rows = rows if group is None else rows.filter(given__group=group)
    return [_one(row) for row in rows[:MOST_SHOWN]]


def _one(row: Errand) -> Mine:
    kind = KINDS[row.kind]
    return Mine(row.pk, kind.title, kind.about(row), row.get_state_display(), row.asked_at, row.done, row.total)
