from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.waclient.recording_client import RecordingClient
from tests.waclient.waiting import (
    FAILED,
    PENDING,
    SENT,
    SKIPPED,
    UNCERTAIN,
    group_of,
    send_all,
    sent_before,
    state_of,
    waiting,
)
from waclient import brake
from waclient.client import MaybeSent, NotSent
from waclient.ending import End, Exit, _write
from waclient.models import ActionKind, Connection, Phase
from wbscanner.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "trouble", [NotSent("server returned error 429"), MaybeSent("rate-overlimit"), NotSent("temporarily banned")]
)
def test_a_restriction_stops_all_sending_for_a_day(client: RecordingClient, trouble: NotSent | MaybeSent) -> None:
    first, second, notice = waiting(), waiting(), waiting(kind=ActionKind.NOTICE)
    client.failures = [trouble]

    send_all(client)

    assert state_of(first)[0] in {FAILED, UNCERTAIN}
    assert state_of(second) == (SKIPPED, "brake")
    assert state_of(notice)[0] == PENDING
    assert len(client.calls) == 1
    row, now = Connection.get(), timezone.now()
    assert str(trouble) in row.held_because
    assert row.held_until is not None
    assert now + DAY - timedelta(minutes=1) < row.held_until <= now + DAY
    assert not brake.is_on(now + DAY)


def test_three_failures_in_a_row_stop_sending_two_do_not(client: RecordingClient) -> None:
    waiting(), waiting()
    client.failures = [NotSent("server returned error 500"), MaybeSent("timed out")]
    send_all(client)
    assert not brake.is_on(timezone.now())

    waiting()
    client.failures = [MaybeSent("timed out")]
    send_all(client)

    assert brake.is_on(timezone.now())


def test_a_success_in_between_ends_the_row_of_failures(client: RecordingClient) -> None:
    for failure in (MaybeSent("timed out"), MaybeSent("timed out"), None, MaybeSent("timed out")):
        waiting()
        client.failures = [failure] if failure else []
        send_all(client)

    assert not brake.is_on(timezone.now())


def test_a_group_that_forbids_speaking_does_not_silence_the_others(client: RecordingClient) -> None:
    for _ in range(4):
        waiting()
    client.failures = [NotSent("server returned error 403") for _ in range(4)]

    send_all(client)

    assert not brake.is_on(timezone.now())


def test_being_offline_is_no_sign_of_a_restriction(client: RecordingClient) -> None:
    waiting()
    for _ in range(5):
        client.failures = [NotSent("websocket not connected", is_temporary=True)]
        send_all(client)

    assert not brake.is_on(timezone.now())


def test_a_ban_holds_sending_for_a_day_or_as_long_as_it_lasts() -> None:
    now = timezone.now()

    _write(End(Exit.BANNED, Phase.BANNED, "code 101", banned_until=now + timedelta(hours=1)))
    short = Connection.get().held_until
    _write(End(Exit.BANNED, Phase.BANNED, "code 101", banned_until=now + 3 * DAY))

    assert short is not None
    assert short >= now + DAY
    assert Connection.get().held_until == now + 3 * DAY


def test_a_person_lets_sending_go_on_and_it_is_written_down(client: RecordingClient) -> None:
    for _ in range(3):
        sent_before(group_of(waiting()), timedelta(minutes=5), UNCERTAIN)
    brake.hold("WhatsApp said: 429", timezone.now())

    assert brake.release(by="ana") is True
    assert brake.release(by="ana") is False

    action = waiting()
    send_all(client)
    assert state_of(action)[0] == SENT
    assert AuditEntry.objects.get(action="connection.release").actor == "ana"
    assert Connection.get().held_because == "WhatsApp said: 429"


@pytest.mark.parametrize("words", ["timeout of message 3EB0429A11", "server returned error 4290", "in 0.429 s"])
def test_digits_that_happen_to_stand_in_the_words_are_no_restriction(words: str) -> None:
    brake.judge(words, timezone.now())

    assert not brake.is_on(timezone.now())
