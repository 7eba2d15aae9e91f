"""Alerts in the outbox: they wait for the budget and the brake, and never go out twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from tests.factories import make_group
from tests.waclient.alerts.chats import direct_chat, group_chat, send_all, tell
from tests.waclient.inbound import ANNA
from tests.waclient.planning import plan_all, seen, told
from tests.waclient.recording_client import RecordingClient
from waclient import brake, decisions, pacing, sending
from waclient.client import MaybeSent
from waclient.models import Action, ActionKind, ActionState, Alert, Answer, Connection, ModeratorsChat

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def established(settings: Any) -> None:
    """A number past its warm-up, with gaps that tests need not wait for."""
    Connection.write(paired_at=timezone.now() - timedelta(days=100))
    settings.SEND_GAP_MIN = settings.SEND_GAP_MAX = settings.SEND_TYPING = 0.0


def waiting(verdict: Verdict = Verdict.MALICIOUS) -> tuple[Action, Group]:
    """An alert in the outbox, and the moderators' group that it goes to."""
    group = told(make_group(state=State.WATCH))
    _chat, here = group_chat(group)
    seen(group, verdict)
    plan_all()
    [alert] = tell(timezone.now() + 16 * MINUTE)
    return alert, here


def spend(messages: float) -> None:
    """So much of the last hour's budget is used up."""
    group, now = told(make_group(state=State.OFF)), timezone.now() - 2 * MINUTE
    for _ in range(int(messages)):
        Action.objects.create(group=group, kind=ActionKind.REPLY, state=ActionState.SENT, claimed_at=now)


def state_of(alert: Action) -> tuple[str, str]:
    alert.refresh_from_db()
    return alert.state, alert.reason


def test_an_alert_goes_to_the_chat_as_a_text_of_its_own() -> None:
    alert, here = waiting()

    client = send_all()

    assert [(call.what, call.chat) for call in client.calls] == [("say", here.jid)]
    assert state_of(alert) == (ActionState.SENT, "")
    assert alert.wa_message_id == "WAMID1"


def test_one_person_is_told_in_their_own_chat() -> None:
    group = told(make_group(state=State.WATCH))
    direct_chat(group)
    seen(group)
    plan_all()
    tell()

    client = send_all()

    assert [(call.what, call.chat) for call in client.calls] == [("say", ANNA.address)]


@pytest.mark.parametrize(
    ("verdict", "spent", "is_sent"),
    [
        (Verdict.MALICIOUS, 19, True),
        (Verdict.MALICIOUS, 20, False),
        (Verdict.SUSPICIOUS, 15, True),  # what is no alert and not about danger ends here
        (Verdict.SUSPICIOUS, 17, True),
        (Verdict.SUSPICIOUS, 18, False),
    ],
)
def test_alerts_may_spend_what_is_kept_for_danger_the_milder_ones_half_of_it(
    verdict: Verdict, spent: int, is_sent: bool
) -> None:
    alert, _here = waiting(verdict)
    spend(spent)

    sending.send_next(RecordingClient(), timezone.now())

    assert state_of(alert)[0] == (ActionState.SENT if is_sent else ActionState.PENDING)


def test_what_finds_no_room_in_the_budget_waits_and_goes_out_with_what_came_meanwhile() -> None:
    alert, _here = waiting(Verdict.SUSPICIOUS)
    spend(20)
    assert send_all().calls == []
    group = ModeratorsChat.objects.get().groups.get()
    for host in ("two.example", "three.example"):
        seen(group, Verdict.SUSPICIOUS, host)
    plan_all()
    tell(timezone.now() + 16 * MINUTE)
    later = timezone.now() + timedelta(hours=1)

    client = send_all(at=later)
    tell(later)
    send_all(client, at=later)

    assert state_of(alert)[0] == ActionState.SENT
    assert [call.text.splitlines()[0] for call in client.calls] == [
        "🟠 1 · Suspicious: evil[.]example",
        "2 links to look at",
    ]


def test_the_brake_holds_an_alert_back_and_lets_it_go_afterwards() -> None:
    alert, _here = waiting()
    brake.hold("a sign", timezone.now())

    assert send_all().calls == []
    assert state_of(alert)[0] == ActionState.PENDING
    send_all(at=timezone.now() + timedelta(hours=25))

    assert state_of(alert)[0] == ActionState.SENT


def test_an_alert_that_may_have_been_sent_is_uncertain_and_not_repeated() -> None:
    alert, _here = waiting()
    client = RecordingClient(failures=[MaybeSent("no answer")])

    send_all(client)
    tell()
    send_all(client)

    assert state_of(alert) == (ActionState.UNCERTAIN, "no answer")
    assert len(client.calls) == 1
    assert Alert.objects.count() == 1


def test_an_alert_found_in_hand_after_a_crash_is_not_repeated() -> None:
    alert, _here = waiting()
    Action.objects.filter(pk=alert.pk).update(state=ActionState.SENDING)
    sending.recover()

    assert send_all().calls == []
    assert state_of(alert)[0] == ActionState.UNCERTAIN


@pytest.mark.parametrize(
    ("what", "reason"),
    [("decided", "decided"), ("left", "left"), ("watched", "is_watched"), ("old", "too_old"), ("taken", "decided")],
)
def test_what_makes_no_sense_any_more_is_not_said(what: str, reason: str) -> None:
    alert, here = waiting()
    now = timezone.now()
    if what == "decided":
        one = Alert.objects.get()
        decisions.decide(one.url_hash, Answer.FINE, by="mira", group=one.groups.get())
    elif what == "taken":
        ModeratorsChat.objects.get().groups.set([make_group()])
    elif what == "left":
        Group.objects.filter(pk=here.pk).update(left_at=now)
    elif what == "watched":
        Group.objects.filter(pk=here.pk).update(state=State.WATCH)
    else:
        now += timedelta(hours=49)

    sending.send_next(RecordingClient(), now)

    assert state_of(alert) == (ActionState.SKIPPED, reason)


def test_an_alert_that_was_refused_is_raised_again_when_the_link_is_posted_again() -> None:
    alert, _here = waiting()
    Action.objects.filter(pk=alert.pk).update(state=ActionState.FAILED, reason="403")
    sighting = Alert.objects.get().sighting
    assert sighting is not None
    group = sighting.group

    sighting.pk, sighting.message_id, sighting.planned_at = None, "AGAIN", None
    sighting.save(force_insert=True)
    plan_all()

    assert group.actions.count() == 1
    assert len(tell()) == 2


def test_no_room_for_anything_else_is_left_where_alerts_still_go_out() -> None:
    limits = pacing.Limits(4, 12, 45, 20, 100)

    assert not pacing.has_room(limits, pacing.Used(15, 15), 0, 1.0)
    assert pacing.has_room(limits, pacing.Used(15, 15), 0, 1.0, is_alert=True)
