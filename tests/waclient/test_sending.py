from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from groups.models import Group
from groups.policy import State
from tests.factories import make_group
from tests.postgres.racing import race
from tests.waclient.recording_client import Call, RecordingClient
from tests.waclient.waiting import (
    AUTHOR,
    FAILED,
    MINUTE,
    PENDING,
    SECOND,
    SENDING,
    SENT,
    SKIPPED,
    UNCERTAIN,
    group_of,
    send_all,
    state_of,
    waiting,
)
from tests.wiring.file_database import database_file
from waclient.client import MaybeSent, MessageRef, NotSent
from waclient.models import ActionKind, ActionState, Sighting
from waclient.sending import recover, send_next
from wbscanner import secrets

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]


# --- what is sent


def test_nothing_is_sent_when_nothing_waits_or_nobody_is_connected(client: RecordingClient) -> None:
    assert send_next(client, timezone.now()) is False

    waiting()
    client.is_ready = False

    assert send_next(client, timezone.now()) is False
    assert client.calls == []


@pytest.mark.parametrize(
    ("kind", "what", "text"),
    [
        (ActionKind.REPLY, "reply", "text of reply"),
        (ActionKind.REACT, "react", "text of react"),
        (ActionKind.DELETE, "delete", ""),
    ],
)
def test_an_answer_points_at_the_message_and_its_author(
    client: RecordingClient, kind: ActionKind, what: str, text: str
) -> None:
    action = waiting(kind=kind)

    assert send_next(client, timezone.now()) is True

    assert action.sighting is not None
    to = MessageRef(group_of(action).jid, action.sighting.message_id, AUTHOR)
    assert client.calls == [Call(what, group_of(action).jid, text, to)]
    assert state_of(action) == (SENT, "")
    assert action.wa_message_id == "WAMID1"
    assert action.sent_at is not None
    assert action.claimed_at is not None


def test_an_arrival_notice_is_said_to_the_group(client: RecordingClient) -> None:
    action = waiting(kind=ActionKind.NOTICE)

    send_all(client)

    assert client.calls == [Call("say", group_of(action).jid, "text of notice")]


def test_deletions_go_first_then_reactions_replies_and_notices(client: RecordingClient) -> None:
    for kind in (ActionKind.NOTICE, ActionKind.REPLY, ActionKind.REACT, ActionKind.DELETE):
        waiting(kind=kind)

    send_all(client)

    assert client.did == ["delete", "react", "reply", "say"]


def test_of_two_replies_the_older_one_goes_first(client: RecordingClient) -> None:
    now = timezone.now()
    waiting(text="younger", created_at=now)
    waiting(text="older", created_at=now - SECOND)

    send_all(client)

    assert [call.text for call in client.calls] == ["older", "younger"]


def test_what_was_sent_is_not_sent_again(client: RecordingClient) -> None:
    waiting()

    assert send_all(client) == 1
    assert send_all(client) == 0
    assert len(client.calls) == 1


# --- what must not be sent any more


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"state": State.WATCH}, "not_live"),
        ({"state": State.OFF}, "not_live"),
        ({"state": State.PAUSED}, "not_live"),
        ({"muted_until": timezone.now() + timedelta(days=1)}, "muted"),
        ({"left_at": timezone.now()}, "left"),
    ],
)
@pytest.mark.parametrize("kind", [ActionKind.DELETE, ActionKind.REACT, ActionKind.REPLY])
def test_a_group_that_changed_its_mind_is_left_alone(
    client: RecordingClient, kind: ActionKind, columns: dict[str, object], reason: str
) -> None:
    action = waiting(make_group(bot_is_admin=True), kind)
    Group.objects.update(**columns)

    assert send_all(client) == 1

    assert state_of(action) == (SKIPPED, reason)
    assert client.calls == []


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"withdrawn_at": timezone.now()}, "withdrawn"),
        ({"sender_address": None}, "address_forgotten"),
        ({"posted_at": timezone.now() - 6 * MINUTE}, "too_old"),
    ],
)
def test_a_message_that_is_over_is_left_alone(client: RecordingClient, columns: dict[str, object], reason: str) -> None:
    action = waiting()
    Sighting.objects.update(**columns)

    send_all(client)

    assert state_of(action) == (SKIPPED, reason)
    assert client.calls == []


def test_a_bot_that_is_no_admin_any_more_deletes_nothing(client: RecordingClient) -> None:
    action = waiting(make_group(bot_is_admin=False), ActionKind.DELETE)

    send_all(client)

    assert state_of(action) == (SKIPPED, "not_admin")


@pytest.mark.parametrize(
    ("group_columns", "sighting_columns", "state"),
    [
        ({"muted_until": timezone.now() + timedelta(days=1)}, {}, SENT),
        ({}, {"posted_at": timezone.now() - timedelta(hours=20)}, SENT),
        ({"state": State.WATCH}, {}, SKIPPED),
        ({"state": State.OFF}, {}, SKIPPED),
        ({}, {"withdrawn_at": timezone.now()}, SKIPPED),
        ({}, {"sender_address": None}, SKIPPED),
    ],
)
def test_what_a_person_asked_for_passes_age_and_mute_but_not_the_groups_choice(
    client: RecordingClient, group_columns: dict[str, object], sighting_columns: dict[str, object], state: ActionState
) -> None:
    action = waiting(make_group(**group_columns), asked_by="ana")  # type: ignore[arg-type]
    if sighting_columns:
        Sighting.objects.update(**sighting_columns)

    send_all(client)

    assert state_of(action)[0] == state


@pytest.mark.parametrize(
    "columns", [{"state": State.OFF}, {"state": State.PAUSED}, {"muted_until": timezone.now() + timedelta(days=1)}]
)
def test_a_notice_waits_until_its_group_may_be_spoken_to(client: RecordingClient, columns: dict[str, object]) -> None:
    action = waiting(make_group(**columns), ActionKind.NOTICE)  # type: ignore[arg-type]

    assert send_all(client) == 0
    assert state_of(action)[0] == PENDING

    Group.objects.update(state=State.WATCH, muted_until=None)
    send_all(client)
    assert state_of(action)[0] == SENT


# --- what WhatsApp says


def test_what_was_certainly_not_sent_for_now_waits_again(client: RecordingClient) -> None:
    action = waiting()
    client.failures = [NotSent("websocket not connected", is_temporary=True)]

    assert send_next(client, timezone.now()) is False
    assert state_of(action)[0] == PENDING
    assert action.claimed_at is None

    assert send_next(client, timezone.now()) is True
    assert state_of(action) == (SENT, "")


def test_what_whatsapp_refuses_has_failed_and_costs_no_budget(client: RecordingClient, settings: Settings) -> None:
    settings.SEND_HOURLY_CAP = 1
    action, other = waiting(), waiting()
    client.failures = [NotSent("server returned error 403")]

    send_all(client)

    assert state_of(action) == (FAILED, "server returned error 403")
    assert state_of(other)[0] == SENT


def test_what_may_have_been_sent_is_uncertain_and_never_repeated(client: RecordingClient) -> None:
    action = waiting()
    client.failures = [MaybeSent("timed out " + "x" * 500)]

    assert send_all(client) == 1

    assert state_of(action)[0] == UNCERTAIN
    assert len(action.reason) == 200
    assert len(client.calls) == 1
    assert send_all(client) == 0


@pytest.mark.parametrize("stored", ["damaged", secrets.encrypt("another key", "[]")], ids=["damaged", "other key"])
def test_an_address_that_cannot_be_read_fails_and_the_next_action_goes_out(
    client: RecordingClient, stored: str
) -> None:
    action = waiting()
    Sighting.objects.update(sender_address=stored)
    waiting(kind=ActionKind.NOTICE)

    send_all(client)

    assert state_of(action)[0] == FAILED
    assert client.did == ["say"]


def test_what_was_being_sent_when_the_process_died_is_uncertain(client: RecordingClient) -> None:
    died, fresh = waiting(state=SENDING), waiting()

    assert recover() == 1

    assert state_of(died)[0] == UNCERTAIN
    send_all(client)
    assert (state_of(died)[0], state_of(fresh)[0]) == (UNCERTAIN, SENT)
    assert recover() == 0


@pytest.mark.django_db(transaction=True)
def test_two_senders_never_send_the_same_action(tmp_path: Path) -> None:
    with database_file(tmp_path):
        for _ in range(10):
            waiting()
            clients = [RecordingClient(), RecordingClient()]
            free = iter(clients)

            race(lambda free=free: send_next(next(free), timezone.now()), 2)  # type: ignore[misc]

            assert sum(len(client.calls) for client in clients) == 1
