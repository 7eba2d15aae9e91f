from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from groups.models import Group
from groups.policy import State
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan, make_sighting
from tests.postgres.racing import race
from tests.waclient.recording_client import Call, RecordingClient
from tests.wiring.file_database import database_file
from waclient import replies
from waclient.client import MaybeSent, MessageRef, NotSent
from waclient.models import Action, ActionKind, ActionState, Sighting
from waclient.sending import CannotResend, recover, send_again, send_next
from wbscanner import secrets
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

PENDING, SENT, SKIPPED = ActionState.PENDING, ActionState.SENT, ActionState.SKIPPED
FAILED, UNCERTAIN, SENDING = ActionState.FAILED, ActionState.UNCERTAIN, ActionState.SENDING
AUTHOR = "98765432101234@lid"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_gaps(settings: Settings) -> None:
    """Limits that stand in nobody's way; tests of limits set their own."""
    settings.SEND_GAP_MIN = settings.SEND_GAP_MAX = settings.SEND_GROUP_GAP = 0
    settings.SEND_HOURLY_CAP = settings.SEND_DAILY_CAP = 1000


@pytest.fixture
def client() -> RecordingClient:
    return RecordingClient()


def address(jid: str = AUTHOR) -> str:
    return secrets.encrypt(settings.INSTALLATION_KEY, json.dumps([jid, ""]))


def waiting(
    group: Group | None = None,
    kind: ActionKind = ActionKind.REPLY,
    *,
    sighting: Sighting | None = None,
    **columns: object,
) -> Action:
    """An action that waits, about a message posted 2 s ago (or on the sighting given)."""
    group = group or make_group(bot_is_admin=True)
    if sighting is None and kind != ActionKind.NOTICE:
        sighting = make_sighting(group, sender_address=address())
    columns.setdefault("text", f"text of {kind}")
    return Action.objects.create(group=group, sighting=sighting, kind=kind, **columns)


def sent_before(group: Group, age: timedelta, state: ActionState = SENT) -> Action:
    now = timezone.now()
    return waiting(group, state=state, claimed_at=now - age, sent_at=now - age)


def state_of(action: Action) -> tuple[str, str]:
    action.refresh_from_db()
    return action.state, action.reason


def send_all(client: RecordingClient) -> int:
    """Send until nothing may go out now; how many steps that took."""
    return sum(1 for _, _ in zip(iter(lambda: send_next(client, timezone.now()), False), range(50), strict=False))


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
    to = MessageRef(action.group.jid, action.sighting.message_id, AUTHOR)
    assert client.calls == [Call(what, action.group.jid, text, to)]
    assert state_of(action) == (SENT, "")
    assert action.wa_message_id == "WAMID1"
    assert action.sent_at is not None
    assert action.claimed_at is not None


def test_an_arrival_notice_is_said_to_the_group(client: RecordingClient) -> None:
    action = waiting(kind=ActionKind.NOTICE)

    send_all(client)

    assert client.calls == [Call("say", action.group.jid, "text of notice")]


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
    text = replies.warning(Verdict.MALICIOUS, "evil.example", findings, is_removed=True)
    deletion = waiting(group, ActionKind.DELETE, sighting=sighting, text="")
    return deletion, waiting(group, ActionKind.REPLY, sighting=sighting, text=text)


def test_a_reply_says_that_a_message_was_removed_when_it_was(client: RecordingClient) -> None:
    deletion_with_reply()

    send_all(client)

    assert client.did == ["delete", "reply"]
    assert "removed" in client.calls[1].text


@pytest.mark.parametrize("trouble", ["refused", "no admin any more"])
def test_a_reply_does_not_claim_a_removal_that_did_not_happen(client: RecordingClient, trouble: str) -> None:
    deletion, reply = deletion_with_reply()
    if trouble == "refused":
        client.failures = [NotSent("not-authorized")]
    else:
        Group.objects.update(bot_is_admin=False)

    send_all(client)

    assert state_of(deletion)[0] in {FAILED, SKIPPED}
    assert state_of(reply)[0] == SENT
    assert "removed" not in client.calls[-1].text
    assert "evil[.]example" in client.calls[-1].text
    assert reply.text == client.calls[-1].text


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


@pytest.mark.parametrize("stored", ["damaged", secrets.encrypt("another key", "[]")])
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


# --- again, by hand


@pytest.mark.parametrize("before", [FAILED, UNCERTAIN, SKIPPED])
def test_what_did_not_go_out_can_be_sent_again_by_a_person_and_is_audited(
    client: RecordingClient, before: ActionState
) -> None:
    action = waiting(state=before, reason="why", claimed_at=timezone.now())

    send_again(action, by="ana")

    assert state_of(action) == (PENDING, "")
    assert (action.asked_by, action.claimed_at) == ("ana", None)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.details) == ("ana", "action.send_again", {"was": before})
    assert entry.group_ids == [str(action.group_id)]
    send_all(client)
    assert state_of(action)[0] == SENT


@pytest.mark.parametrize("before", [PENDING, SENDING, SENT])
def test_what_waits_or_was_sent_is_not_sent_again(before: ActionState) -> None:
    action = waiting(state=before)

    with pytest.raises(CannotResend):
        send_again(action, by="ana")

    assert state_of(action)[0] == before
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(("age", "is_refused"), [(timedelta(hours=23), False), (timedelta(hours=25), True)])
def test_about_a_message_older_than_a_day_nothing_more_is_said(age: timedelta, is_refused: bool) -> None:
    action = waiting(state=FAILED)
    assert action.sighting is not None
    action.sighting.posted_at = timezone.now() - age

    if is_refused:
        with pytest.raises(CannotResend, match="24 hours"):
            send_again(action, by="ana")
    else:
        send_again(action, by="ana")

    assert state_of(action)[0] == (FAILED if is_refused else PENDING)


def test_of_two_people_who_ask_at_once_one_is_told() -> None:
    action = waiting(state=FAILED)
    seen_by_the_other = Action.objects.get(pk=action.pk)
    send_again(action, by="ana")

    with pytest.raises(CannotResend, match="faster"), transaction.atomic():
        send_again(seen_by_the_other, by="ben")

    assert AuditEntry.objects.count() == 1
