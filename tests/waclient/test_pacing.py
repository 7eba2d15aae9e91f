from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waclient.pacing import DAY, HOUR, Limits, Sent, earliest, is_spent

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LIMITS = Limits(gap_min=4, gap_max=12, group_gap=45, hourly=3, daily=5)
SECOND = timedelta(seconds=1)


def test_who_has_sent_nothing_may_send_at_once() -> None:
    assert earliest(LIMITS, [], 1, 7) is None
    assert not is_spent(LIMITS, [], NOW)


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
    assert is_spent(LIMITS, [Sent(NOW - age, 1) for age in ages], NOW) is spent
