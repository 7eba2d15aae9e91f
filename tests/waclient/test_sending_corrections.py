"""Corrections on their way out: how they are said, and what still stops them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from overrides.rules import Ruling
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_override, make_sighting
from tests.waclient.changes import decided, decided_again, rejudged
from tests.waclient.planning import plan_all, told
from tests.waclient.recording_client import Call, RecordingClient
from tests.waclient.waiting import AUTHOR, PENDING, SENT, SKIPPED, UNCERTAIN, group_of, send_all, state_of, waiting
from waclient.client import MaybeSent, MessageRef, NotSent
from waclient.models import Action, ActionKind, Sighting
from waclient.replies import WARNING_SIGN
from waclient.sending import send_next

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]

FOLLOW_UP, RETRACT = ActionKind.FOLLOW_UP, ActionKind.RETRACT
DAY = timedelta(days=1)


def correction(kind: ActionKind = FOLLOW_UP, *, age: timedelta = DAY, **columns: object) -> Action:
    """A correction that waits, about a message of that age."""
    action = waiting(kind=kind, **columns)  # type: ignore[arg-type]
    assert action.sighting is not None
    Sighting.objects.filter(pk=action.sighting.pk).update(posted_at=timezone.now() - age)
    Action.objects.filter(pk=action.pk).update(url_hash=action.sighting.url_hash)
    action.refresh_from_db()
    return action


def ref_of(sighting: Sighting) -> MessageRef:
    return MessageRef(sighting.group.jid, sighting.message_id, AUTHOR)


@pytest.mark.parametrize("kind", [FOLLOW_UP, RETRACT])
def test_a_correction_is_said_under_its_message_days_later(client: RecordingClient, kind: ActionKind) -> None:
    action = correction(kind, age=7 * DAY + timedelta(hours=1))
    assert action.sighting is not None

    send_all(client)

    assert client.calls == [Call("reply", group_of(action).jid, action.text, ref_of(action.sighting))]
    assert state_of(action) == (SENT, "")


@pytest.mark.parametrize("kind", [FOLLOW_UP, RETRACT])
def test_a_correction_whose_sender_is_forgotten_is_said_to_the_group(client: RecordingClient, kind: ActionKind) -> None:
    action = correction(kind)
    Sighting.objects.update(sender_address=None)

    send_all(client)

    assert client.calls == [Call("say", group_of(action).jid, action.text)]


def test_a_late_warning_may_be_a_reaction(client: RecordingClient) -> None:
    action = correction(text=WARNING_SIGN)
    assert action.sighting is not None

    send_all(client)

    assert client.calls == [Call("react", group_of(action).jid, WARNING_SIGN, ref_of(action.sighting))]


@pytest.mark.parametrize(("kind", "text"), [(FOLLOW_UP, WARNING_SIGN), (RETRACT, "")])
def test_a_reaction_to_a_message_whose_sender_is_forgotten_is_neither_set_nor_taken_back(
    client: RecordingClient, kind: ActionKind, text: str
) -> None:
    action = correction(kind, text=text)
    Sighting.objects.update(sender_address=None)

    send_all(client)

    assert (client.calls, state_of(action)) == ([], (SKIPPED, "address_forgotten"))


def test_the_retraction_of_a_deletion_is_not_put_under_a_message_that_is_gone(client: RecordingClient) -> None:
    group = told(make_group(on_malicious=Response.DELETE, bot_is_admin=True))
    rejudged(decided(group, Verdict.MALICIOUS, conclusive=True), Verdict.BENIGN)
    plan_all()

    send_all(client)

    [call] = client.calls
    assert (call.what, "removed" in call.text) == ("say", True)


def reactions(count: int) -> list[Sighting]:
    """Messages with a reaction of ours each, about a link that has turned out fine since."""
    group = told(make_group(on_suspicious=Response.REACT))
    first = decided(group, Verdict.SUSPICIOUS)
    sightings = [first, *(decided_again(first) for _ in range(count - 1))]
    rejudged(first, Verdict.BENIGN)
    plan_all()
    return sightings


def test_every_reaction_is_taken_back(client: RecordingClient) -> None:
    sightings = reactions(3)

    send_all(client)

    taken_back = {call.to for call in client.calls if (call.what, call.text) == ("react", "")}
    assert taken_back == {ref_of(sighting) for sighting in sightings}
    assert len(client.calls) == 3


def test_reactions_whose_taking_back_broke_off_are_all_taken_back_the_next_time(client: RecordingClient) -> None:
    reactions(2)
    client.failures = [NotSent("websocket not connected", is_temporary=True)]

    assert send_next(client, timezone.now()) is False
    assert send_next(client, timezone.now()) is True

    assert [call.what for call in client.calls] == ["react"] * 3
    assert state_of(Action.objects.get(kind=RETRACT)) == (SENT, "")


@pytest.mark.parametrize("kind", [FOLLOW_UP, RETRACT])
def test_a_correction_of_which_nobody_knows_whether_it_arrived_is_not_repeated(
    client: RecordingClient, kind: ActionKind
) -> None:
    action = correction(kind)
    client.failures = [MaybeSent("timeout")]

    send_all(client)

    assert len(client.calls) == 1
    assert state_of(action)[0] == UNCERTAIN


@pytest.mark.parametrize(
    ("group_columns", "sighting_columns", "reason"),
    [
        ({"state": State.WATCH}, {}, "not_live"),
        ({"state": State.PAUSED}, {}, "not_live"),
        ({"muted_until": timezone.now() + DAY}, {}, "muted"),
        ({"left_at": timezone.now()}, {}, "left"),
        ({}, {"withdrawn_at": timezone.now()}, "withdrawn"),
        ({}, {"posted_at": timezone.now() - 8 * DAY - timedelta(minutes=1)}, "too_old"),
    ],
)
@pytest.mark.parametrize("kind", [FOLLOW_UP, RETRACT])
def test_what_stops_an_answer_stops_a_correction_too(
    client: RecordingClient,
    kind: ActionKind,
    group_columns: dict[str, object],
    sighting_columns: dict[str, object],
    reason: str,
) -> None:
    action = correction(kind)
    if group_columns:
        Group.objects.update(**group_columns)
    if sighting_columns:
        Sighting.objects.update(**sighting_columns)

    send_all(client)

    assert (client.calls, state_of(action)) == ([], (SKIPPED, reason))


@pytest.mark.parametrize(
    ("kind", "ruling", "reason"),
    [
        (FOLLOW_UP, Ruling.ALLOW, "allowed"),
        (FOLLOW_UP, Ruling.DENY, ""),
        (RETRACT, Ruling.DENY, "denied"),
        (RETRACT, Ruling.ALLOW, ""),
    ],
)
def test_a_person_who_says_otherwise_in_between_stops_a_correction(
    client: RecordingClient, kind: ActionKind, ruling: Ruling, reason: str
) -> None:
    action = correction(kind)
    assert action.sighting is not None
    make_override(action.sighting.host, ruling)

    send_all(client)

    assert state_of(action) == ((SKIPPED, reason) if reason else (SENT, ""))


def test_answers_to_what_is_posted_now_go_first(client: RecordingClient) -> None:
    group = make_group(bot_is_admin=True)
    correction(RETRACT, group=group, sighting=make_sighting(group, sender_address=None, url="https://a.example/"))
    for kind in (FOLLOW_UP, ActionKind.REPLY, ActionKind.REACT, ActionKind.DELETE):
        waiting(group, kind)

    send_all(client)

    assert [call.text for call in client.calls] == [
        "", "text of react", "text of reply", "text of follow_up", "text of retract",
    ]  # fmt: skip


def test_a_correction_takes_part_in_the_budget(client: RecordingClient, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SEND_HOURLY_CAP = 1
    first, second = correction(), correction()

    send_all(client)

    assert (state_of(first)[0], state_of(second)) == (SENT, (SKIPPED, "budget"))


def test_a_correction_waits_for_a_connection(client: RecordingClient) -> None:
    action = correction()
    client.is_ready = False

    send_all(client)

    assert state_of(action)[0] == PENDING


@pytest.mark.parametrize("kind", [FOLLOW_UP, RETRACT, ActionKind.REPLY, ActionKind.NOTICE])
def test_nothing_of_the_demo_is_ever_sent(client: RecordingClient, kind: ActionKind) -> None:
    action = waiting(make_group(jid="demo-choir@g.us"), kind)

    send_all(client)

    assert (client.calls, state_of(action)) == ([], (SKIPPED, "demo"))
