"""What the event thread heard of late, for the heartbeat to write down: most events write nothing themselves."""

from __future__ import annotations

from datetime import datetime

from waclient.models import Connection
from waclient.rhythm import HOUR, from_json, is_deaf, start_of_hour

EVENT, MESSAGE, PHONE = "event_at", "heard_at", "phone_at"


class Heard:
    """Marks set by the event thread and taken by the heartbeat; a mark that comes in between is there the next time."""

    def __init__(self, now: datetime) -> None:
        self._marks: set[str] = set()
        self._hour = start_of_hour(now)
        self._is_whole = False  # the hour in which the process started is not

    def note(self, *columns: str) -> None:
        """Something came in: which times of the Connection row that makes now."""
        self._marks.update(columns)

    def take(self, now: datetime) -> dict[str, object]:
        """The columns to write."""
        marks = list(self._marks)
        self._marks.difference_update(marks)
        return dict.fromkeys(marks, now)

    def lesson(self, row: Connection, now: datetime) -> dict[str, object]:
        """Once an hour what the hour that ended teaches about the account's rhythm; a deaf hour teaches nothing."""
        hour = start_of_hour(now)
        if hour == self._hour:
            return {}
        ended, was_whole, self._hour, self._is_whole = self._hour, self._is_whole, hour, True
        rhythm, heard_at = from_json(row.rhythm), row.heard_at
        if not was_whole or hour - ended != HOUR or heard_at is None or is_deaf(rhythm, heard_at, now, at_least=HOUR):
            return {}
        return {"rhythm": rhythm.learned(ended, was_heard=heard_at >= ended).as_json()}
