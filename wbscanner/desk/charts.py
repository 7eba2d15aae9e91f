"""The geometry of the dashboard's charts: numbers for attributes of SVG, no script and no style. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scans.engine.scoring import Verdict
from wbscanner.desk.happened import ORDER, Day

WIDTH, TOP, BASE, LEFT = 300, 14, 120, 28
SMALLEST = 2.0  # a day with one link must still be seen
CLASSES = {Verdict.MALICIOUS: "b-dan", Verdict.SUSPICIOUS: "b-sus", Verdict.UNKNOWN: "b-unk", Verdict.BENIGN: "b-none"}


@dataclass(frozen=True, slots=True)
class Block:
    css: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One day: its blocks from the bottom, and the number that stands on it when something was dangerous."""

    day: Day
    x: float
    width: float
    middle: float
    blocks: tuple[Block, ...]
    dangerous: int
    top: float


@dataclass(frozen=True, slots=True)
class Chart:
    columns: tuple[Column, ...]
    lines: tuple[tuple[float, int], ...]


def stacked(days: Sequence[Day]) -> Chart:
    highest = _rounded_up(max((day.total for day in days), default=0))
    step = (WIDTH - LEFT) / max(len(days), 1)
    columns = tuple(_column(day, LEFT + number * step, step * 0.75, highest) for number, day in enumerate(days))
    values = (0, highest // 2, highest)
    return Chart(columns, tuple((round(BASE - (BASE - TOP) * value / highest, 1), value) for value in values))


def _column(day: Day, x: float, width: float, highest: int) -> Column:
    blocks, y = [], float(BASE)
    for verdict in reversed(ORDER):
        if count := day.counts[verdict]:
            height = max(SMALLEST, (BASE - TOP) * count / highest)
            y -= height
            blocks.append(Block(CLASSES[verdict], round(y, 1), round(max(height - 0.6, 1), 1)))
    dangerous = day.counts[Verdict.MALICIOUS]
    return Column(day, round(x, 1), round(width, 1), round(x + width / 2, 1), tuple(blocks), dangerous, round(y - 3, 1))


def _rounded_up(number: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100 …: an axis with whole numbers at its middle."""
    step = 1
    while True:
        for factor in (2, 4, 10):
            if factor * step >= number:
                return factor * step
        step *= 10
