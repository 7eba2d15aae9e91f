"""How regularly an account hears something, hour by hour of the week: what silence is unusual. Pure, no content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
HOURS_OF_A_WEEK = 7 * 24
# After so many weeks of an hour its counts are halved: habits of long ago fade.
MOST_WEEKS = 16
# A silence less likely than this is no rest but deafness.
UNUSUAL = 0.0001
LONGEST = 8 * HOURS_OF_A_WEEK  # hours looked back at


@dataclass(frozen=True, slots=True)
class Rhythm:
    """For each hour of the week (UTC, from Monday on): in how many weeks it was watched, and something heard in it."""

    watched: tuple[int, ...] = (0,) * HOURS_OF_A_WEEK
    heard: tuple[int, ...] = (0,) * HOURS_OF_A_WEEK

    def learned(self, hour: datetime, *, was_heard: bool) -> Rhythm:
        """With one more hour, which begins at `hour`."""
        at = hour_of_week(hour)
        watched, heard = self.watched[at] + 1, self.heard[at] + was_heard
        if watched > MOST_WEEKS:
            watched, heard = watched // 2, heard // 2
        return Rhythm(_with(self.watched, at, watched), _with(self.heard, at, heard))

    def chance_of_silence(self, since: datetime, until: datetime) -> float:
        """How likely nothing is heard in all whole hours between the two; 1 where nothing is known of them."""
        chance, hour = 1.0, max(_next_hour(since), start_of_hour(until) - LONGEST * HOUR)
        while hour + HOUR <= until:
            at = hour_of_week(hour)
            chance *= 1 - self.heard[at] / (self.watched[at] + 1)  # one week more than seen: never quite certain
            hour += HOUR
        return chance

    def as_json(self) -> dict[str, list[int]]:
        return {"watched": list(self.watched), "heard": list(self.heard)}


def from_json(stored: Mapping[str, list[int]]) -> Rhythm:
    """What `as_json` made, or the one of an account that nothing is known of."""
    return Rhythm(tuple(stored["watched"]), tuple(stored["heard"])) if stored else Rhythm()


def is_deaf(rhythm: Rhythm, heard_at: datetime, now: datetime, *, at_least: timedelta) -> bool:
    """Whether nothing was heard for so long that something must be broken; never before `at_least`."""
    return now - heard_at >= at_least and rhythm.chance_of_silence(heard_at, now) < UNUSUAL


def start_of_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hour_of_week(moment: datetime) -> int:
    """From 0, Monday's first hour, to 167."""
    moment = moment.astimezone(UTC)
    return moment.weekday() * 24 + moment.hour


def _next_hour(moment: datetime) -> datetime:
    start = start_of_hour(moment)
    return start if start == moment else start + HOUR


def _with(numbers: tuple[int, ...], at: int, number: int) -> tuple[int, ...]:
    return (*numbers[:at], number, *numbers[at + 1 :])
