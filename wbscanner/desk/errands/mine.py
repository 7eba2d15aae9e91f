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
    state: str
    asked_at: datetime
    done: int
    total: int


def mine(user: User, *kinds: str) -> list[Mine]:
    """The newest pieces of work of these kinds that this person asked for."""
    rows = Errand.objects.filter(asked_by=user, kind__in=kinds)[:MOST_SHOWN]
    return [
        Mine(row.pk, KINDS[row.kind].title, row.get_state_display(), row.asked_at, row.done, row.total) for row in rows
    ]
