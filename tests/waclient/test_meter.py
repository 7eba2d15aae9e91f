"""The word of the ban-risk meter: from the budget and the brake, nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import make_group
from tests.waclient.waiting import sent_before
from waclient import meter
from waclient.meter import Because, Level
from waclient.models import Connection

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OLD = NOW - timedelta(days=90)


def read(sends: int = 0, **columns: Any) -> tuple[Level, Because]:
    Connection.write(**{"paired_at": OLD, **columns})
    group = make_group()
    for _number in range(sends):
        sent_before(group, timedelta(minutes=5))
    found = meter.read(NOW)
    return found.level, found.because


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.SEND_HOURLY_CAP, settings.SEND_DAILY_CAP = 8, 100


def test_little_said_and_no_sign_is_calm() -> None:
    assert read(5) == (Level.CALM, Because.NOTHING)


def test_the_part_that_is_kept_for_danger_is_a_time_for_care() -> None:
    assert read(6) == (Level.CAREFUL, Because.RESERVED)


def test_a_number_that_warms_up_is_treated_with_care() -> None:
    assert read(paired_at=NOW - timedelta(days=1)) == (Level.CAREFUL, Because.NEW)


def test_a_sign_of_a_restriction_counts_for_a_week() -> None:
    assert read(held_at=NOW - timedelta(days=6)) == (Level.CAREFUL, Because.SIGN)
    assert read(held_at=NOW - timedelta(days=8)) == (Level.CALM, Because.NOTHING)


def test_what_is_used_up_says_stop() -> None:
    assert read(8) == (Level.STOP, Because.SPENT)


def test_the_brake_says_stop() -> None:
    held: dict[str, Any] = {"held_at": NOW, "held_until": NOW + timedelta(hours=2)}

    assert read(**held) == (Level.STOP, Because.HELD)
