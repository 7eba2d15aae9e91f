"""Answers to single people, in their group or in their own chat with the bot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django.fixtures import Settings

from groups.models import Group
from groups.policy import State
from tests.factories import make_group
from tests.waclient.recording_client import Call, RecordingClient
from tests.waclient.waiting import AUTHOR, FAILED, PENDING, SENT, SKIPPED, address, send_all, state_of
from waclient.client import MessageRef
from waclient.models import Action, ActionKind
from waclient.sending import CannotResend, send_again
from waclient.tasks import forget_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]

ANSWER, SIGN = ActionKind.ANSWER, ActionKind.SIGN


def answer(group: Group | None, kind: ActionKind = ANSWER, **columns: object) -> Action:
    values: dict[str, object] = {"quotes": "3EB0ASKED", "address": address(), "text": "yes"}
    return Action.objects.create(group=group, kind=kind, **{**values, **columns})


@pytest.mark.parametrize(("kind", "what"), [(ANSWER, "reply"), (SIGN, "react")])
def test_an_answer_points_at_the_message_that_asked(client: RecordingClient, kind: ActionKind, what: str) -> None:
    group = make_group()
    in_group, alone = answer(group, kind), answer(None, kind)

    send_all(client)

    assert client.calls == [
        Call(what, group.jid, "yes", MessageRef(group.jid, "3EB0ASKED", AUTHOR)),
        Call(what, AUTHOR, "yes", MessageRef(AUTHOR, "3EB0ASKED", AUTHOR)),
    ]
    assert (state_of(in_group), state_of(alone)) == ((SENT, ""), (SENT, ""))


@pytest.mark.parametrize("state", [State.WATCH, State.PAUSED])
def test_who_asked_is_answered_in_a_group_where_nothing_else_is_said(client: RecordingClient, state: State) -> None:
    answer(make_group(state=state, muted_until=timezone.now() + timedelta(hours=1)))

    send_all(client)

    assert client.did == ["reply"]


@pytest.mark.parametrize(
    ("columns", "more", "reason"),
    [
        ({"state": State.OFF}, {}, "not_watched"),
        ({"left_at": timezone.now()}, {}, "left"),
        ({}, {"address": None}, "address_forgotten"),
        ({}, {"created_at": timezone.now() - timedelta(hours=2)}, "too_old"),
    ],
)
def test_an_answer_that_makes_no_sense_any_more_is_not_sent(
    client: RecordingClient, columns: dict[str, object], more: dict[str, object], reason: str
) -> None:
    action = answer(make_group(**columns), **more)  # type: ignore[arg-type]

    send_all(client)

    assert client.calls == []
    assert state_of(action) == (SKIPPED, reason)


def test_an_answer_always_answers_somebody() -> None:
    with pytest.raises(IntegrityError):
        answer(None, quotes="")


def test_an_address_of_another_installation_is_no_crash(client: RecordingClient) -> None:
    action = answer(None, address="nonsense")

    send_all(client)

    assert (client.calls, state_of(action)[0]) == ([], FAILED)


def test_answers_count_against_the_budget(client: RecordingClient, settings: Settings) -> None:
    settings.SEND_HOURLY_CAP = 1
    first, second = answer(None), answer(make_group())

    send_all(client)

    assert (state_of(first)[0], state_of(second)) == (SENT, (SKIPPED, "budget"))


def test_an_answer_waits_for_the_gap_of_its_group_but_not_for_that_of_others(
    client: RecordingClient, settings: Settings
) -> None:
    settings.SEND_GROUP_GAP = 60
    group = make_group()
    answer(group)
    waits, alone = answer(group), answer(None)

    send_all(client)

    assert (state_of(waits)[0], state_of(alone)[0]) == (PENDING, SENT)


def test_the_address_of_who_was_answered_is_forgotten_and_nothing_is_sent_again_then() -> None:
    old = answer(None, state=FAILED, created_at=timezone.now() - timedelta(hours=73))

    assert forget_addresses() == 1

    old.refresh_from_db()
    assert old.address is None
    with pytest.raises(CannotResend):
        send_again(old, by="owner")
