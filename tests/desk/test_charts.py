"""The geometry of the dashboard's charts."""

from __future__ import annotations

from datetime import datetime

import pytest

from scans.engine.scoring import Verdict
from wbscanner.desk import charts
from wbscanner.desk.happened import LIMITS, ORDER, Day, Times


def day(**counts: int) -> Day:
    return Day(datetime(2026, 11, 30), dict.fromkeys(ORDER, 0) | counts, dict.fromkeys(ORDER, ""), "")


@pytest.mark.parametrize("count", [3, 999, 10_015, 1_234_567])
def test_the_numbers_of_an_axis_have_room_beside_it(count: int) -> None:
    chart = charts.stacked([day(**{Verdict.BENIGN: count})] * 14)

    longest = max(len(str(value)) for _y, value in chart.lines)
    assert chart.left >= charts.GAP + longest * charts.DIGIT
    assert chart.columns[0].x >= chart.left
    assert chart.columns[-1].x + chart.columns[-1].width <= charts.WIDTH


@pytest.mark.parametrize(("days", "label"), [(14, "173"), (30, "")])
def test_a_number_on_a_column_covers_no_other(days: int, label: str) -> None:
    chart = charts.stacked([day(**{Verdict.MALICIOUS: 173})] * days)

    assert {column.label for column in chart.columns} == {label}


def test_all_of_a_days_place_can_be_clicked() -> None:
    first, second, *_rest = charts.stacked([day(**{Verdict.BENIGN: 1})] * 14).columns

    assert first.x + first.room == pytest.approx(second.x, abs=0.1)


def times(*within: int) -> Times:
    return Times(1.0, 2.0, 9, within)


def test_what_is_done_within_a_time_is_a_column_of_its_height() -> None:
    speeds = charts.speeds([times(0, 50, 100, 100, 100, 100), times(*[100] * len(LIMITS))])

    assert speeds is not None
    assert [step.percent for step in speeds.steps][:3] == [(0, 100), (50, 100), (100, 100)]
    half, whole = (block.height for _x, block in speeds.steps[1].blocks)
    assert half * 2 == whole == charts.BASE - charts.TOP
    assert len(speeds.steps[0].blocks) == 1


def test_without_times_there_is_no_chart_of_them() -> None:
    assert charts.speeds([None, None]) is None
    alone = charts.speeds([times(*[100] * len(LIMITS)), None])
    assert alone is not None
    assert alone.steps[0].percent == (100, None)
