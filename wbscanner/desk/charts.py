"""The geometry of the dashboard's charts: numbers for attributes of SVG, no script and no style. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from scans.engine.scoring import Verdict
from wbscanner.desk.happened import LIMITS, ORDER, Day, Times

WIDTH, TOP, BASE = 300, 14, 120
GAP, DIGIT = 8, 5.5  # beside the numbers of an axis, and the width of one of their digits
SMALLEST = 2.0  # a day with one link must still be seen
CLASSES = {Verdict.MALICIOUS: "b-dan", Verdict.SUSPICIOUS: "b-sus", Verdict.UNKNOWN: "b-unk", Verdict.BENIGN: "b-none"}


@dataclass(frozen=True, slots=True)
class Block:
    css: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One day: its blocks from the bottom, and the number that stands on it when something was dangerous.

    `x` and `room` are the place where it is clicked; `label` is empty where the number would cover its neighbours'.
    """

    day: Day
    x: float
    room: float
    width: float
    middle: float
    blocks: tuple[Block, ...]
    label: str
    top: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`left` is where its axis stands: numbers of many digits need room."""

    left: int
    columns: tuple[Column, ...]
    lines: tuple[tuple[float, int], ...]


def stacked(days: Sequence[Day]) -> Chart:
    highest = _rounded_up(max((day.total for day in days), default=0))
    left = _left(str(highest))
    step = (WIDTH - left) / max(len(days), 1)
    columns = tuple(_column(day, left + number * step, step, highest) for number, day in enumerate(days))
    return Chart(left, columns, _lines((0, highest // 2, highest)))


def _left(longest: str) -> int:
    return GAP + ceil(DIGIT * max(len(longest), 3))


def _lines(values: Sequence[int]) -> tuple[tuple[float, int], ...]:
    """The lines of an axis that begins at nothing: how high, and which number."""
    return tuple((round(BASE - (BASE - TOP) * value / values[-1], 1), value) for value in values)


def _column(day: Day, x: float, step: float, highest: int) -> Column:
    blocks, y, width = [], float(BASE), step * 0.75
    for verdict in reversed(ORDER):
        if count := day.counts[verdict]:
            height = max(SMALLEST, (BASE - TOP) * count / highest)
            y -= height
            blocks.append(Block(CLASSES[verdict], round(y, 1), round(max(height - 0.6, 1), 1)))
    label = str(day.counts[Verdict.MALICIOUS] or "")
    return Column(
        day, round(x, 1), round(step, 1), round(width, 1), round(x + width / 2, 1), tuple(blocks),
        label if DIGIT * len(label) <= step else "", round(y - 3, 1),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """How much was done within so many seconds: one column for each row of times, from the left."""

    seconds: int
    middle: float
    blocks: tuple[tuple[float, Block], ...]
    percent: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Speeds:
    left: int
    width: float
    steps: tuple[Step, ...]
    lines: tuple[tuple[float, int], ...]


def speeds(rows: Sequence[Times | None]) -> Speeds | None:
    """How fast things were done, in percent done within each limit; nothing where nothing was."""
    if not any(rows):
        return None
    left = _left("100 %")
    step = (WIDTH - left) / len(LIMITS)
    width = round(step * 0.8 / len(rows), 1)
    steps = tuple(_step(rows, number, left + number * step, width) for number in range(len(LIMITS)))
    return Speeds(left, width, steps, _lines((0, 50, 100)))


def _step(rows: Sequence[Times | None], number: int, x: float, width: float) -> Step:
    percent = tuple(None if times is None else times.within[number] for times in rows)
    heights = [(BASE - TOP) * (share or 0) / 100 for share in percent]
    blocks = tuple(
        (round(x + place * width, 1), Block(css, round(BASE - height, 1), round(height, 1)))
        for place, (css, height) in enumerate(zip(("b-first", "b-second"), heights, strict=False))
        if height
    )
    return Step(LIMITS[number], round(x + width * len(rows) / 2, 1), blocks, percent)


def _rounded_up(number: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100 …: an axis with whole numbers at its middle."""
    step = 1
    while True:
        for factor in (2, 4, 10):
            if factor * step >= number:
                return factor * step
        step *= 10
