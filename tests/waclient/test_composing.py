from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from groups.models import Group
from tests.factories import make_group
from tests.waclient.recording_client import RecordingClient
from tests.waclient.waiting import PENDING, SECOND, SENT, sent_before, state_of, waiting
from waclient import composing
from waclient.models import Action, ActionKind
from waclient.sending import send_next

pytestmark = pytest.mark.django_db

LONGEST = 3


@pytest.fixture(autouse=True)
def typing(no_gaps: None, settings: Settings) -> None:
    settings.SEND_TYPING = LONGEST


def step(client: RecordingClient, now: datetime) -> bool:
    """What the work thread does at that time."""
    return send_next(client, now)


def test_typing_is_shown_before_a_text_and_ends_with_it(client: RecordingClient) -> None:
    group = make_group()
    action, now, chat = waiting(group), timezone.now(), group.jid

    assert step(client, now) is True
    assert (client.typing, client.did, state_of(action)[0]) == ([(chat, True)], [], PENDING)
    assert step(client, now + timedelta(seconds=1)) is False
    assert client.did == []

    assert step(client, now + timedelta(seconds=LONGEST)) is True
    assert (client.typing, client.did) == ([(chat, True), (chat, False)], ["reply"])
    assert state_of(action)[0] == SENT


@pytest.mark.parametrize("kind", [ActionKind.REACT, ActionKind.DELETE])
def test_nobody_types_a_reaction_or_a_deletion(client: RecordingClient, kind: ActionKind) -> None:
    action = waiting(kind=kind, text="⚠️" if kind == ActionKind.REACT else "")

    step(client, timezone.now())

    assert (client.typing, state_of(action)[0]) == ([], SENT)


def test_a_retraction_without_words_is_not_typed() -> None:
    assert composing.length(waiting(kind=ActionKind.RETRACT, text="")) == timedelta(0)


def test_typing_that_fails_fails_no_message(client: RecordingClient) -> None:
    client.cannot_type = True
    action, now = waiting(), timezone.now()

    step(client, now)
    step(client, now + timedelta(seconds=LONGEST))

    assert (client.did, state_of(action)[0]) == (["reply"], SENT)


def test_typing_takes_place_inside_the_gap(client: RecordingClient, settings: Settings) -> None:
    settings.SEND_GAP_MIN = settings.SEND_GAP_MAX = 10
    sent_before(make_group(), timedelta(0))
    group = make_group()
    action, now = waiting(group), timezone.now()
    writing = composing.length(action)

    assert step(client, now + timedelta(seconds=9) - writing) is False
    assert client.typing == []
    assert step(client, now + timedelta(seconds=10) - writing + SECOND / 10) is True
    assert client.typing == [(group.jid, True)]
    step(client, now + timedelta(seconds=10.2))

    assert state_of(action)[0] == SENT


@pytest.mark.parametrize("number", range(20))
def test_the_length_differs_between_texts_and_stays_in_its_bounds(number: int) -> None:
    action = Action(pk=number, kind=ActionKind.REPLY, text="words")

    assert timedelta(seconds=LONGEST / 2) <= composing.length(action) <= timedelta(seconds=LONGEST)
    assert composing.length(action) == composing.length(action)
    assert composing.length(action) != composing.length(Action(pk=number + 1, kind=ActionKind.REPLY, text="words"))


def test_what_is_less_urgent_waits_while_something_is_typed(client: RecordingClient, group: Group) -> None:
    now = timezone.now()
    first = waiting(make_group(), severity=2)
    step(client, now)
    second = waiting(make_group(), severity=1)

    assert step(client, now + SECOND) is False
    assert (state_of(first)[0], state_of(second)[0]) == (PENDING, PENDING)


def test_what_is_more_urgent_overtakes_what_is_typed(client: RecordingClient) -> None:
    now = timezone.now()
    text = waiting(make_group(), severity=1)
    step(client, now)
    reaction = waiting(make_group(), ActionKind.REACT, severity=2)

    assert step(client, now + SECOND) is True
    assert (state_of(text)[0], state_of(reaction)[0]) == (PENDING, SENT)


def test_what_is_not_sent_after_all_stops_being_typed(client: RecordingClient) -> None:
    group, now = make_group(), timezone.now()
    waiting(group)
    step(client, now)
    group.mute(timedelta(hours=1))

    step(client, now + timedelta(seconds=LONGEST))

    assert client.did == []
    assert client.typing == [(group.jid, True), (group.jid, False)]


def test_typing_that_faded_is_shown_again(client: RecordingClient) -> None:
    group, now = make_group(), timezone.now()
    waiting(group)
    step(client, now)

    step(client, now + composing.FADES_AFTER)

    assert client.typing == [(group.jid, True)] * 2
    assert client.did == []


@pytest.mark.parametrize(("kind", "what"), [(ActionKind.REPLY, "reply"), (ActionKind.NOTICE, "say")])
def test_what_is_said_carries_the_groups_timer(
    client: RecordingClient, settings: Settings, kind: ActionKind, what: str
) -> None:
    settings.SEND_TYPING = 0
    waiting(make_group(disappears_after=86400), kind)

    step(client, timezone.now())

    assert [(call.what, call.disappears_after) for call in client.calls] == [(what, 86400)]
