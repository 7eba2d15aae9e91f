from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waclient.pacing import DAY, HOUR, Limits, Sent, Used, WarmUp, day_of, earliest, has_room, is_calm, used, warmed

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LIMITS = Limits(gap_min=4, gap_max=12, group_gap=45, hourly=3, daily=5)
SECOND = timedelta(seconds=1)


def test_who_has_sent_nothing_may_send_at_once() -> None:
    assert earliest(LIMITS, [], 1, 7) is None
    assert has_room(LIMITS, used([], NOW), 0, 1)


@given(seed=st.integers(), gap_min=st.floats(0, 100), more=st.floats(0, 100))
def test_the_gap_lies_between_its_bounds_and_depends_on_the_seed_alone(seed: int, gap_min: float, more: float) -> None:
    limits = Limits(gap_min, gap_min + more, 0, 1, 1)

    moment = earliest(limits, [Sent(NOW, 1)], 2, seed)

    assert moment is not None
    gap = (moment - NOW).total_seconds()
    assert gap_min - 1e-6 <= gap <= gap_min + more + 1e-6
    assert moment == earliest(limits, [Sent(NOW, 1)], 2, seed)


def test_different_seeds_give_different_gaps() -> None:
    moments = {earliest(LIMITS, [Sent(NOW, 1)], 2, seed) for seed in range(50)}

    assert len(moments) == 50


def test_bounds_that_are_the_wrong_way_round_mean_the_lower_one() -> None:
    assert earliest(Limits(10, 5, 0, 1, 1), [Sent(NOW, 1)], 2, 7) == NOW + 10 * SECOND


def test_the_same_group_waits_longer_than_another() -> None:
    sent = [Sent(NOW - HOUR, 2), Sent(NOW, 1)]

    same, other = earliest(LIMITS, sent, 1, 7), earliest(LIMITS, sent, 2, 7)

    assert same == NOW + 45 * SECOND
    assert other is not None
    assert other < same


@pytest.mark.parametrize(
    ("ages", "spent"),
    [
        ([SECOND] * 2, False),
        ([SECOND] * 3, True),
        ([SECOND] * 2 + [HOUR], False),
        ([SECOND] * 2 + [HOUR - SECOND], True),
        ([2 * HOUR] * 5, True),
        ([2 * HOUR] * 4 + [DAY], False),
    ],
)
def test_the_budget_is_so_many_an_hour_and_so_many_a_day(ages: list[timedelta], spent: bool) -> None:
    spent_so_far = used([Sent(NOW - age, 1) for age in ages], NOW)

    assert has_room(LIMITS, spent_so_far, 2, 1) is not spent


def test_a_reaction_costs_half_a_message() -> None:
    assert used([Sent(NOW, 1, 0.5), Sent(NOW, 1, 0.5), Sent(NOW - 2 * HOUR, 1)], NOW) == Used(hour=1, day=2)


@pytest.mark.parametrize(
    ("spent", "severity", "cost", "room"),
    [
        (14, 0, 1, True),
        (15, 0, 1, False),
        (15, 1, 1, False),
        (14.5, 1, 0.5, True),
        (14.5, 1, 1, False),
        (15, 2, 1, True),
        (19, 2, 1, True),
        (19.5, 2, 1, False),
        (19.5, 2, 0.5, True),
    ],
)
def test_the_last_quarter_is_kept_for_what_is_dangerous(spent: float, severity: int, cost: float, room: bool) -> None:
    by_hour = Limits(0, 0, 0, hourly=20, daily=1000)
    by_day = Limits(0, 0, 0, hourly=1000, daily=20)

    assert has_room(by_hour, Used(spent, spent), severity, cost) is room
    assert has_room(by_day, Used(0, spent), severity, cost) is room


WARM_UP = WarmUp(days=14, hourly=5, daily=20)
FULL = Limits(4, 12, 45, hourly=20, daily=100)


@pytest.mark.parametrize(
    ("age", "day", "hourly", "daily"),
    [
        (None, 1, 5, 20),
        (timedelta(0), 1, 5, 20),
        (-DAY, 1, 5, 20),
        (DAY - SECOND, 1, 5, 20),
        (7 * DAY, 8, 12, 60),
        (14 * DAY - SECOND, 14, 18, 94),
        (14 * DAY, 0, 20, 100),
        (400 * DAY, 0, 20, 100),
    ],
)
def test_a_new_number_warms_up_in_fourteen_days(age: timedelta | None, day: int, hourly: int, daily: int) -> None:
    linked_at = None if age is None else NOW - age

    today = warmed(FULL, WARM_UP, linked_at, NOW)

    assert day_of(WARM_UP, linked_at, NOW) == day
    assert (today.hourly, today.daily, today.gap_min) == (hourly, daily, 4)


@given(hours=st.integers(0, 24 * 20), hourly=st.integers(0, 50), daily=st.integers(0, 300))
def test_the_warm_up_never_falls_and_never_passes_the_caps(hours: int, hourly: int, daily: int) -> None:
    full = Limits(0, 0, 0, hourly, daily)
    now, later = (warmed(full, WARM_UP, NOW - age * HOUR, NOW) for age in (hours, hours + 1))

    assert now.hourly <= later.hourly <= hourly
    assert now.daily <= later.daily <= daily


def test_no_warm_up_is_none_even_for_a_number_of_unknown_age() -> None:
    assert warmed(FULL, WarmUp(0, 5, 20), None, NOW) == FULL


def test_it_is_calm_up_to_three_sends_in_the_last_minute() -> None:
    three = [Sent(NOW - SECOND, 1)] * 3

    assert is_calm([*three, Sent(NOW - 60 * SECOND, 1)], NOW)
    assert not is_calm([*three, Sent(NOW - 59 * SECOND, 1)], NOW)
