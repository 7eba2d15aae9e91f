"""What the owner is told about, by how the connection stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.waclient.test_rhythm import ALWAYS, learned
from waclient.heard import MESSAGE, PHONE, Heard
from waclient.models import Connection, Phase
from waclient.rhythm import HOUR, from_json
from waclient.troubles import find, phone_days_left

NOW = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def row(**columns: object) -> Connection:
    """A connection at which nothing is wrong, but for these columns."""
    well = {"phase": Phase.CONNECTED, "jid": "4915@s.whatsapp.net", "well_at": NOW, "heard_at": NOW, "phone_at": NOW}
    return Connection(**{**well, "paired_at": NOW - 30 * DAY, **columns})


@pytest.mark.parametrize(
    ("columns", "kinds"),
    [
        ({}, []),
        ({"held_until": NOW + HOUR}, ["brake"]),
        ({"held_until": NOW - HOUR}, []),
        ({"phase": Phase.BANNED, "banned_until": NOW + HOUR, "held_until": NOW + DAY}, ["brake", "banned"]),
        ({"phase": Phase.LOGGED_OUT, "jid": ""}, ["logged_out"]),
        ({"phase": Phase.REPLACED}, ["replaced"]),
        ({"phase": Phase.OUTDATED, "phone_at": NOW - 11 * DAY}, ["outdated"]),
        ({"phase": Phase.NEVER_PAIRED, "jid": "", "well_at": None}, []),
        ({"phase": Phase.PAIRING, "well_at": None}, []),
        ({"phase": Phase.RECONNECTING, "well_at": NOW - 4 * MINUTE}, []),
        ({"phase": Phase.RECONNECTING, "well_at": NOW - 5 * MINUTE}, ["down"]),
        ({"phase": Phase.CONNECTED, "well_at": NOW - 6 * MINUTE}, ["down"]),  # killed: the row still says connected
        ({"phase": Phase.STOPPED, "well_at": NOW - HOUR}, ["down"]),
        ({"phase": Phase.UNREACHABLE, "well_at": None, "connected_at": NOW - HOUR}, ["down"]),
        ({"phone_at": NOW - 9 * DAY}, []),
        ({"phone_at": NOW - 10 * DAY}, ["phone"]),
        ({"phone_at": None, "paired_at": NOW - 10 * DAY}, ["phone"]),
        ({"phone_at": None, "paired_at": None}, []),
        ({"heard_at": NOW - 20 * HOUR}, []),  # nothing was learned yet
        ({"heard_at": NOW - 20 * HOUR, "rhythm": learned(8, ALWAYS).as_json()}, ["deaf"]),
        ({"heard_at": NOW - 20 * HOUR, "rhythm": learned(8, ALWAYS).as_json(), "well_at": NOW - HOUR}, ["down"]),
        ({"heard_at": NOW - HOUR, "rhythm": learned(8, ALWAYS).as_json()}, []),
        ({"heard_at": None, "rhythm": learned(8, ALWAYS).as_json()}, []),
    ],
)
def test_what_is_wrong(columns: dict[str, object], kinds: list[str]) -> None:
    found = find(row(**columns), NOW)

    assert [trouble.kind for trouble in found] == kinds
    assert all(trouble.title and trouble.text and "%(" not in trouble.text for trouble in found)


def test_an_account_that_is_only_played_has_no_troubles(settings: Settings) -> None:
    settings.IS_SIMULATED = True

    assert find(row(well_at=NOW - DAY, phone_at=NOW - 20 * DAY), NOW) == []


@pytest.mark.parametrize(
    ("columns", "days"),
    [({}, 14), ({"phone_at": NOW - 10 * DAY}, 4), ({"phone_at": NOW - 30 * DAY}, 0), ({"jid": ""}, None)],
)
def test_the_countdown_of_the_phone(columns: dict[str, object], days: int | None) -> None:
    assert phone_days_left(row(**columns), NOW) == days


# --- what is heard


def test_what_came_in_is_written_down_once() -> None:
    heard = Heard(NOW)
    heard.note(MESSAGE)
    heard.note(MESSAGE, PHONE)

    assert heard.take(NOW) == {"heard_at": NOW, "phone_at": NOW}
    assert heard.take(NOW) == {}


def lessons(heard: Heard, connection: Connection, *moments: datetime) -> list[bool]:
    """Whether each of these moments taught something; what it taught is kept."""
    taught = []
    for moment in moments:
        lesson = heard.lesson(connection, moment)
        connection.rhythm = lesson.get("rhythm", connection.rhythm)
        taught.append(bool(lesson))
    return taught


def test_each_whole_hour_teaches_once_whether_something_was_heard_in_it() -> None:
    connection, heard = row(heard_at=NOW + 40 * MINUTE), Heard(NOW)  # at 14:30; something comes at 15:10

    taught = lessons(
        heard, connection, NOW, NOW + 40 * MINUTE, NOW + 95 * MINUTE, NOW + 100 * MINUTE, NOW + 155 * MINUTE
    )

    rhythm = from_json(connection.rhythm)
    assert taught == [False, False, True, False, True]  # the hour of the start is no whole one
    assert (rhythm.watched[15], rhythm.heard[15], rhythm.watched[16], rhythm.heard[16]) == (1, 1, 1, 0)
    assert sum(rhythm.watched) == 2


def test_hours_without_a_connection_teach_nothing() -> None:
    connection, heard = row(), Heard(NOW)

    assert lessons(heard, connection, NOW + HOUR, NOW + 5 * HOUR, NOW + 6 * HOUR) == [False, False, True]


def test_a_deaf_hour_teaches_nothing() -> None:
    connection, heard = row(heard_at=NOW - 20 * HOUR, rhythm=learned(8, ALWAYS).as_json()), Heard(NOW)

    assert lessons(heard, connection, NOW + HOUR, NOW + 2 * HOUR) == [False, False]
