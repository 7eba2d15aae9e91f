from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from groups.models import Group
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan, make_sighting
from tests.waclient.recording_client import RecordingClient
from tests.waclient.waiting import (
    FAILED,
    MINUTE,
    PENDING,
    SENT,
    SKIPPED,
    UNCERTAIN,
    address,
    send_all,
    sent_before,
    state_of,
    waiting,
)
from waclient import replies
from waclient.client import NotSent
from waclient.models import Action, ActionKind, Connection, PendingWork
from waclient.replies import About, Voice
from waclient.sending import send_next

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_gaps")]


# --- a deletion and the reply that tells of it


def deletion_with_reply() -> tuple[Action, Action]:
    """As the outbox plans them; the reply says that the message was removed."""
    group = make_group(bot_is_admin=True)
    findings = [Finding.of("override_deny", 15, conclusive=True)]
    sighting = make_sighting(
        group,
        make_scan("https://evil.example/", Verdict.MALICIOUS, findings=findings),
        sender_address=address(),
        verdict=Verdict.MALICIOUS,
        facts={"findings": [finding.as_dict() for finding in findings]},
    )
    text = replies.warning(Voice(), About(Verdict.MALICIOUS, "evil.example", findings), is_removed=True)
    deletion = waiting(group, ActionKind.DELETE, sighting=sighting, text="")
    return deletion, waiting(group, ActionKind.REPLY, sighting=sighting, text=text)


def test_a_reply_says_that_a_message_was_removed_when_it_was(client: RecordingClient) -> None:
    deletion_with_reply()

    send_all(client)

    assert client.did == ["delete", "reply"]
    assert "removed" in client.calls[1].text


@pytest.mark.parametrize(
    ("trouble", "deleted", "why"),
    [
        ("refused", (FAILED, "not-authorized"), "deletion_refused"),
        ("no admin any more", (SKIPPED, "not_admin"), "not_admin"),
        ("window over", (SKIPPED, "window_over"), "window_over"),
    ],
)
def test_a_reply_does_not_claim_a_removal_that_did_not_happen_and_says_in_the_desk_why(
    client: RecordingClient, settings: Settings, trouble: str, deleted: tuple[str, str], why: str
) -> None:
    deletion, reply = deletion_with_reply()
    if trouble == "refused":
        client.failures = [NotSent("not-authorized")]
    elif trouble == "window over":
        settings.DELETE_WINDOW = timedelta(0)
    else:
        Group.objects.update(bot_is_admin=False)

    send_all(client)

    assert state_of(deletion)[:2] == deleted
    assert state_of(reply)[:2] == (SENT, why)
    assert "removed" not in client.calls[-1].text
    assert "evil[.]example" in client.calls[-1].text
    assert reply.text == client.calls[-1].text


def test_a_refused_deletion_has_the_bots_rights_looked_up_again(client: RecordingClient) -> None:
    deletion, _reply = deletion_with_reply()
    client.failures = [NotSent("not-authorized")]

    send_all(client)

    assert deletion.group is not None
    assert PendingWork.objects.get().ref == deletion.group.jid


# --- limits


def test_after_one_message_the_next_waits_for_the_gap(client: RecordingClient, settings: Settings) -> None:
    settings.SEND_GAP_MIN, settings.SEND_GAP_MAX = 10, 20
    sent_before(make_group(), timedelta(seconds=9))
    action = waiting()
    now = timezone.now()

    assert send_next(client, now) is False
    assert send_next(client, now + timedelta(seconds=12)) is True
    assert state_of(action)[0] == SENT


def test_while_the_gap_lasts_a_less_urgent_action_does_not_overtake(
    client: RecordingClient, settings: Settings
) -> None:
    settings.SEND_GAP_MIN, settings.SEND_GAP_MAX = 1, 60
    for turn in range(8):
        Action.objects.all().delete()
        client.calls.clear()
        sent_before(make_group(), timedelta(0))
        deletion, _ = waiting(kind=ActionKind.DELETE), waiting(kind=ActionKind.REACT)
        now = timezone.now()

        moments = (now + timedelta(seconds=second) for second in range(61))
        first = next(moment for moment in moments if send_next(client, moment))

        assert state_of(deletion)[0] == SENT, (turn, first)


def test_a_group_that_was_just_written_to_lets_others_go_first(client: RecordingClient, settings: Settings) -> None:
    settings.SEND_GROUP_GAP = 60
    busy, quiet = make_group(), make_group()
    sent_before(busy, timedelta(seconds=30))
    later = waiting(busy)
    first = waiting(quiet)

    send_all(client)

    assert (state_of(later)[0], state_of(first)[0]) == (PENDING, SENT)


@pytest.mark.parametrize(("cap", "age"), [("SEND_HOURLY_CAP", MINUTE), ("SEND_DAILY_CAP", timedelta(hours=20))])
def test_a_spent_budget_holds_answers_back_and_lets_a_notice_wait(
    client: RecordingClient, settings: Settings, cap: str, age: timedelta
) -> None:
    setattr(settings, cap, 2)
    sent_before(make_group(), age)
    sent_before(make_group(), age, UNCERTAIN)
    reply, notice = waiting(), waiting(kind=ActionKind.NOTICE)

    send_all(client)

    assert state_of(reply) == (SKIPPED, "budget")
    assert state_of(notice)[0] == PENDING
    assert client.calls == []


def test_the_budget_counts_one_hour_and_one_day_back(client: RecordingClient, settings: Settings) -> None:
    settings.SEND_HOURLY_CAP, settings.SEND_DAILY_CAP = 1, 2
    sent_before(make_group(), timedelta(hours=1))
    sent_before(make_group(), timedelta(days=1))
    action = waiting()

    send_all(client)

    assert state_of(action)[0] == SENT


def test_a_full_budget_is_left_to_the_most_severe_and_the_rest_says_why(
    client: RecordingClient, settings: Settings
) -> None:
    settings.SEND_HOURLY_CAP = 4
    mild, middling, dangerous = waiting(severity=0), waiting(severity=1), waiting(severity=2)
    for _ in range(2):
        sent_before(make_group(), MINUTE)

    send_all(client)

    assert [state_of(one) for one in (dangerous, middling, mild)] == [
        (SENT, ""),
        (SKIPPED, "budget"),
        (SKIPPED, "budget"),
    ]


def test_two_reactions_cost_as_much_as_one_reply(client: RecordingClient, settings: Settings) -> None:
    settings.SEND_HOURLY_CAP = 2
    reactions = [waiting(kind=ActionKind.REACT) for _ in range(5)]

    send_all(client)

    assert [state_of(one)[0] for one in reactions] == [SENT] * 4 + [SKIPPED]


def test_a_number_linked_today_says_little(client: RecordingClient, settings: Settings) -> None:
    settings.SEND_WARM_UP_DAYS = 14
    Connection.write(paired_at=timezone.now())
    replies_waiting = [waiting(severity=2) for _ in range(6)]

    send_all(client)

    assert [state_of(one)[0] for one in replies_waiting] == [SENT] * 5 + [SKIPPED]


@pytest.mark.parametrize(("busy", "goes_at_once"), [(3, True), (4, False)])
def test_a_certain_danger_is_marked_at_once_while_little_was_sent(
    client: RecordingClient, settings: Settings, busy: int, goes_at_once: bool
) -> None:
    settings.SEND_GAP_MIN = settings.SEND_GAP_MAX = settings.SEND_GROUP_GAP = 50
    group = make_group(bot_is_admin=True)
    for _ in range(busy):
        sent_before(group, timedelta(seconds=5))
    sighting = make_sighting(group, sender_address=address(), facts={"is_conclusive": True})
    reaction = waiting(group, ActionKind.REACT, sighting=sighting, severity=2)
    reply = waiting(group, sighting=sighting, severity=2)

    send_all(client)

    assert (state_of(reaction)[0] == SENT) is goes_at_once
    assert state_of(reply)[0] == PENDING
