"""How long a silence has to be before it means deafness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from waclient.rhythm import HOUR, HOURS_OF_A_WEEK, MOST_WEEKS, Rhythm, from_json, hour_of_week, is_deaf

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
FLOOR = timedelta(hours=2)
WEEK = timedelta(days=7)


def learned(weeks: int, heard_at: range, *, until: datetime = MONDAY) -> Rhythm:
    """After so many weeks in which something was heard in these hours of each day, and never in the others."""
    rhythm = Rhythm()
    for number in range(weeks * HOURS_OF_A_WEEK):
        hour = until - weeks * WEEK + number * HOUR
        rhythm = rhythm.learned(hour, was_heard=hour.hour in heard_at)
    return rhythm


ALWAYS, DAYTIME, NEVER = range(24), range(8, 22), range(0)


@pytest.mark.parametrize(
    ("weeks", "heard_in", "last_heard_hour", "silent_hours", "deaf"),
    [
        (0, ALWAYS, 0, 24 * 60, False),  # nothing is known yet
        (1, ALWAYS, 8, 6, False),  # one week is little to go by
        (1, ALWAYS, 8, 16, True),
        (8, ALWAYS, 8, 3, False),
        (8, ALWAYS, 8, 6, True),
        (8, DAYTIME, 22, 9, False),  # the night
        (8, DAYTIME, 22, 12, False),
        (8, DAYTIME, 22, 15, True),  # the whole morning
        (8, NEVER, 8, 24 * 30, False),  # an account that never hears anything
        (16, ALWAYS, 8, 1, False),  # never before the floor
    ],
)
def test_deafness(weeks: int, heard_in: range, last_heard_hour: int, silent_hours: int, deaf: bool) -> None:
    rhythm, heard_at = learned(weeks, heard_in), MONDAY + last_heard_hour * HOUR

    assert is_deaf(rhythm, heard_at, heard_at + silent_hours * HOUR, at_least=FLOOR) is deaf


def test_a_group_that_speaks_once_a_week_may_be_silent_for_weeks() -> None:
    rhythm = Rhythm()
    for number in range(10 * HOURS_OF_A_WEEK):
        hour = MONDAY - 10 * WEEK + number * HOUR
        rhythm = rhythm.learned(hour, was_heard=hour_of_week(hour) == 30)
    heard_at = MONDAY - WEEK + 30 * HOUR

    assert not is_deaf(rhythm, heard_at, heard_at + 3 * WEEK, at_least=FLOOR)
    assert is_deaf(rhythm, heard_at, heard_at + 7 * WEEK, at_least=FLOOR)


def test_silence_gets_less_likely_with_every_hour() -> None:
    rhythm = learned(4, DAYTIME)
    chances = [rhythm.chance_of_silence(MONDAY, MONDAY + hours * HOUR) for hours in range(48)]

    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1.0


def test_parts_of_hours_do_not_count() -> None:
    rhythm = learned(8, ALWAYS)
    at = MONDAY + timedelta(minutes=5)

    assert rhythm.chance_of_silence(at, at + timedelta(minutes=100)) == 1.0


def test_habits_of_long_ago_fade() -> None:
    rhythm = Rhythm()
    for week in range(MOST_WEEKS * 3):
        rhythm = rhythm.learned(MONDAY + week * WEEK, was_heard=week < MOST_WEEKS)

    assert rhythm.watched[0] <= MOST_WEEKS
    assert rhythm.heard[0] <= rhythm.watched[0] / 4


def test_what_is_stored_are_small_counts_and_comes_back_the_same() -> None:
    rhythm = learned(3, DAYTIME)

    assert from_json(rhythm.as_json()) == rhythm
    assert from_json({}) == Rhythm()
