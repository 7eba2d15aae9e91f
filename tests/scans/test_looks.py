from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scans.looks import LOOKS, WATCHED_FOR, next_look

POSTED = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("age", "next_age"),
    [
        (timedelta(0), 10 * MINUTE),
        (9 * MINUTE, 10 * MINUTE),
        (10 * MINUTE, HOUR),
        (59 * MINUTE, HOUR),
        (HOUR, DAY),
        (DAY, 7 * DAY),
        (3 * DAY, 7 * DAY),
        (7 * DAY, None),
        (30 * DAY, None),
    ],
)
def test_a_link_is_looked_at_again_after_ten_minutes_an_hour_a_day_and_a_week(
    age: timedelta, next_age: timedelta | None
) -> None:
    expected = None if next_age is None else POSTED + next_age

    assert next_look(POSTED, POSTED, POSTED + age) == expected


def test_every_look_comes_after_the_one_before_and_while_the_link_is_in_sight() -> None:
    assert list(LOOKS) == sorted(set(LOOKS))
    assert LOOKS[-1] < WATCHED_FOR


def test_a_look_after_the_link_is_out_of_sight_is_not_planned() -> None:
    last_seen = POSTED - 2 * DAY

    assert next_look(POSTED, last_seen, POSTED + 2 * DAY) is None
