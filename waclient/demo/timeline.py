"""The demo's month as one ordered list: the story's tables and seeded ordinary links. Pure, and alike all day long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from waclient.demo import story
from waclient.demo.events import Asked, Chat, Mute, Post, Reported, Said, Turned

SEED = "wbscanner demo"
NUMBERS = 30
FIRST_HOUR, LAST_HOUR = 7, 22
MEMBERS_WHO_POST = 25
CHOSEN_AT = "00:05"
LIVE_AT = "06:30"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A moderator ticks a group: its links are read from here on."""

    group: str
    day: int = story.DAYS
    time: str = CHOSEN_AT
    by: str = story.AMIRA


@dataclass(frozen=True, slots=True)
class Live:
    """A moderator lets the bot speak in a group."""

    group: str
    day: int
    time: str = LIVE_AT
    by: str = story.AMIRA


Event = Chosen | Live | Turned | Mute | Said | Post | Asked | Reported | Chat


@dataclass(frozen=True, slots=True)
class Dated:
    """An event with its moment (aware), its number in the month and, for a post, which member of the group wrote."""

    at: datetime
    number: int
    event: Event
    member: int


def month(now: datetime) -> list[Dated]:
    """Everything that happened in the 30 days up to `now` (aware, local), oldest first."""
    rng = Random(SEED)  # noqa: S311  the same month every time is the point
    told: list[Event] = [
        *story.MUTES,
        *story.TURNED,
        *story.DECISIONS,
        *story.POSTS,
        *story.ASKED,
        *story.REPORTED,
        story.CHAT_SINCE,
    ]
    events: list[Event] = [*_beginnings(), *told, *_ordinary(rng)]
    events.sort(key=lambda event: (-event.day, event.time))
    return [
        Dated(_moment(event, now), number, event, rng.randrange(MEMBERS_WHO_POST))
        for number, event in enumerate(events)
    ]


def _moment(event: Event, now: datetime) -> datetime:
    """Its clock time on its day; today's events share the part of the day that has passed."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    hours, minutes = map(int, event.time.split(":"))
    into_day = timedelta(hours=hours, minutes=minutes)
    if event.day == 0:
        return midnight + (now - midnight) * (into_day / timedelta(days=1))
    return midnight - timedelta(days=event.day) + into_day


def _beginnings() -> Iterator[Event]:
    for group in story.GROUPS:
        yield Chosen(group.key)
        if group.live_day is not None:
            yield Live(group.key, group.live_day)


def _ordinary(rng: Random) -> Iterator[Post]:
    for group in story.GROUPS:
        sites = [(host, path) for host, paths in story.ORDINARY[group.key] for path in paths.split()]
        for _ in range(group.ordinary):
            host, path = rng.choice(sites)
            time = f"{rng.randint(FIRST_HOUR, LAST_HOUR):02}:{rng.randrange(60):02}"
            url = host + path.replace("{n}", str(rng.randint(1, NUMBERS)))
            yield Post(group.key, rng.randrange(story.DAYS), time, url)
