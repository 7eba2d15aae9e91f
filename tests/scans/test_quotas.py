"""What providers allow is never overdrawn, in no span of time and by no number of processes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scans.asking import quotas
from scans.asking.quotas import Use, give_back, grant, reserve
from scans.engine.findings import NotCheckedReason
from scans.engine.providers.provider import Allowance, Span
from scans.models import Quota
from tests.postgres.racing import race
from tests.scans.oracles import card
from tests.wiring.file_database import database_file

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, 0, 500_000, tzinfo=UTC)
FOUR_A_MINUTE, DAY_OF_TEN = Allowance(Span.MINUTE, 4), Allowance(Span.DAY, 10)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_provider_without_allowances_is_asked_as_often_as_wanted_and_leaves_no_rows() -> None:
    assert all(reserve(card(), NOW) for _ in range(100))
    assert Quota.objects.count() == 0


def test_no_more_than_the_limit_is_reserved() -> None:
    asked = card("vt", FOUR_A_MINUTE)

    assert [reserve(asked, NOW) for _ in range(6)] == [True] * 4 + [False] * 2
    assert quotas.uses([asked], NOW) == {"vt": [Use(Span.MINUTE, 4, 4)]}


@pytest.mark.parametrize(
    ("span", "still_full", "free_again"),
    [
        (Span.MINUTE, MINUTE, MINUTE + SECOND),
        (Span.HOUR, HOUR, HOUR + MINUTE),
        (Span.DAY, timedelta(hours=11, minutes=59), timedelta(hours=12)),
        (Span.MONTH, timedelta(days=7), timedelta(days=8)),
    ],
)
def test_a_minute_and_an_hour_slide_and_days_and_months_are_the_calendars(
    span: Span, still_full: timedelta, free_again: timedelta
) -> None:
    asked = card("vt", Allowance(span, 1))
    assert reserve(asked, NOW)

    assert not reserve(asked, NOW + still_full)
    assert reserve(asked, NOW + free_again)


def test_the_calendar_is_that_of_utc() -> None:
    asked = card("vt", Allowance(Span.DAY, 1))
    assert reserve(asked, datetime.fromisoformat("2026-11-24T04:59:00+05:00"))

    assert not reserve(asked, datetime.fromisoformat("2026-11-23T18:59:59-05:00"))
    assert reserve(asked, datetime.fromisoformat("2026-11-23T19:00:00-05:00"))


def test_all_allowances_have_room_or_nothing_is_taken() -> None:
    asked = card("vt", FOUR_A_MINUTE, Allowance(Span.DAY, 2))
    assert reserve(asked, NOW)
    assert reserve(asked, NOW)

    assert not reserve(asked, NOW)

    assert quotas.uses([asked], NOW)["vt"] == [Use(Span.MINUTE, 2, 4), Use(Span.DAY, 2, 2)]


def test_a_call_of_several_requests_is_reserved_whole() -> None:
    asked = card("vt", FOUR_A_MINUTE, max_requests=3)

    assert [reserve(asked, NOW), reserve(asked, NOW), reserve(asked, NOW, units=1)] == [True, False, True]


def test_what_was_not_sent_can_be_spent_again() -> None:
    asked = card("vt", FOUR_A_MINUTE, DAY_OF_TEN, max_requests=4)
    assert reserve(asked, NOW)

    give_back(asked, 3, NOW)

    assert quotas.uses([asked], NOW)["vt"] == [Use(Span.MINUTE, 1, 4), Use(Span.DAY, 1, 10)]


@pytest.mark.parametrize("units", [0, -3, 99])
def test_giving_back_makes_no_quota_out_of_nothing(units: int) -> None:
    asked = card("vt", FOUR_A_MINUTE)
    assert reserve(asked, NOW)

    give_back(asked, units, NOW)
    give_back(asked, units, NOW - DAY)

    assert quotas.uses([asked], NOW)["vt"][0].spent in {0, 1}
    assert [reserve(asked, NOW + SECOND) for _ in range(5)].count(True) <= 4


@pytest.mark.parametrize(("own", "granted"), [(0, 0), (2, 2), (6, 6)])
def test_a_limit_of_ones_own_takes_the_place_of_the_providers(own: int, granted: int) -> None:
    Quota.objects.create(provider="vt", span=Span.MINUTE, limit=own)

    assert [reserve(card("vt", FOUR_A_MINUTE), NOW) for _ in range(8)].count(True) == granted


def test_a_limit_of_ones_own_may_be_for_a_span_that_the_provider_does_not_count() -> None:
    Quota.objects.create(provider="free", span=Span.DAY, limit=3)

    assert [reserve(card("free"), NOW) for _ in range(5)].count(True) == 3


def test_no_minute_ever_holds_more_than_the_limit() -> None:
    asked, dice, now, sent = card("vt", FOUR_A_MINUTE), random.Random(7), NOW, list[datetime]()

    for _ in range(600):
        now += timedelta(milliseconds=dice.randrange(4_000))
        if reserve(asked, now):
            sent.append(now)

    assert len(sent) > 60
    assert all(later - first >= MINUTE for first, later in zip(sent, sent[4:], strict=False))


def test_only_what_still_counts_is_stored() -> None:
    asked = card("vt", Allowance(Span.MINUTE, 1_000), Allowance(Span.DAY, 10_000))

    for second in range(300):
        reserve(asked, NOW + second * SECOND)

    assert all(len(row.spent) <= 92 for row in Quota.objects.all())


def test_a_clock_that_was_wrong_for_a_moment_blocks_nothing_for_ever() -> None:
    asked = card("vt", Allowance(Span.MINUTE, 1), Allowance(Span.DAY, 1))
    assert reserve(asked, NOW + 400 * DAY)

    assert reserve(asked, NOW)


def test_machines_whose_clocks_are_apart_overdraw_no_minute_of_either() -> None:
    asked, behind = card("vt", FOUR_A_MINUTE), timedelta(seconds=20)

    granted = [
        (moment, clock)
        for tick in range(0, 400, 2)
        for moment, clock in ((NOW + tick * SECOND, "right"), (NOW + tick * SECOND - behind, "behind"))
        if reserve(asked, moment)
    ]

    real = sorted(moment + behind if clock == "behind" else moment for moment, clock in granted)
    assert len(real) > 8
    assert all(later - first >= MINUTE - behind for first, later in zip(real, real[4:], strict=False))


# --- whether a scan's call is granted


def grants(count: int, *, limit: int, is_urgent: bool = False, **more: object) -> list[quotas.Grant]:
    asked = card("vt", Allowance(Span.DAY, limit), **more)
    return [grant(asked, NOW, is_urgent=is_urgent) for _ in range(count)]


def test_a_quota_near_its_end_is_kept_for_the_riskier_links() -> None:
    ordinary = grants(60, limit=50, is_safe_to_repeat=False)

    assert [each.gap for each in ordinary].index(NotCheckedReason.SAVED) == 41
    urgent = grants(20, limit=50, is_urgent=True, is_safe_to_repeat=False)
    assert [each.gap for each in urgent].index(NotCheckedReason.QUOTA) == 9


def test_a_small_quota_is_spent_whole_by_whoever_comes() -> None:
    assert [each.tries for each in grants(5, limit=4)] == [1, 1, 1, 1, 0]


def test_a_second_try_is_reserved_only_where_there_is_plenty_and_repeating_does_no_harm() -> None:
    assert grants(1, limit=40)[0].tries == 2
    Quota.objects.all().delete()
    assert grants(1, limit=39, is_safe_to_repeat=False)[0].tries == 1
    Quota.objects.all().delete()
    assert [each.tries for each in grants(20, limit=60)] == [2] * 16 + [1] * 4


@pytest.mark.django_db(transaction=True)
def test_threads_that_race_for_the_last_units_never_overdraw(tmp_path: Path) -> None:
    asked = card("vt", FOUR_A_MINUTE, Allowance(Span.DAY, 500))
    with database_file(tmp_path):
        won = race(lambda: sum(reserve(asked, NOW) for _ in range(10)), 4)

        assert sum(won) == 4
        assert quotas.uses([asked], NOW)["vt"] == [Use(Span.MINUTE, 4, 4), Use(Span.DAY, 4, 500)]
