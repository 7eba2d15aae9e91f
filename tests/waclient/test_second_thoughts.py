"""What changes between a link's arrival, its answer's planning and its sending; each of these was wrong once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from groups.policy import Response, State
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override
from tests.waclient.planning import plan_all, planned, seen, told
from tests.waclient.recording_client import RecordingClient
from tests.waclient.waiting import SECOND, SKIPPED, UNCERTAIN, sent_before, state_of, waiting
from waclient import decisions
from waclient.client import GroupFacts, MessageRef
from waclient.host import tidy
from waclient.models import Action, ActionKind, ActionState, Answer, Connection, Phase, Sighting, Wish
from waclient.outbox import plan_next
from waclient.rosters import Rosters
from waclient.sending import send_next

pytestmark = pytest.mark.django_db


def test_an_allow_given_while_the_answer_waits_stops_it() -> None:
    action, client = waiting(), RecordingClient()
    assert action.sighting is not None
    make_override(action.sighting.host, Ruling.ALLOW)

    send_next(client, timezone.now())

    assert client.calls == []
    assert state_of(action) == (SKIPPED, "allowed")


def test_a_crowd_waiting_in_one_group_does_not_hide_another_group(settings: Settings) -> None:
    settings.SEND_GAP_MIN = settings.SEND_GAP_MAX = settings.SEND_TYPING = 0
    settings.SEND_GROUP_GAP = 45
    busy, quiet, client = make_group(), make_group(), RecordingClient()
    sent_before(busy, SECOND)
    for _ in range(60):
        waiting(busy)
    waiting(quiet)

    assert send_next(client, timezone.now())

    assert [call.chat for call in client.calls] == [quiet.jid]


class _Broken(RecordingClient):
    def reply(self, to: MessageRef, text: str, *, disappears_after: int = 0) -> str:
        raise RuntimeError("something nobody thought of")


@pytest.mark.usefixtures("no_gaps")
def test_whatever_a_client_raises_the_action_is_uncertain_and_not_stuck() -> None:
    action = waiting()

    send_next(_Broken(), timezone.now())

    assert state_of(action) == (UNCERTAIN, "RuntimeError")


def test_an_edit_that_brings_a_worse_link_is_answered_once_more() -> None:
    group = told(make_group(on_suspicious=Response.REACT))
    first = seen(group, Verdict.SUSPICIOUS, "odd.example", message_id="M1")
    plan_all()
    Action.objects.filter(sighting=first).update(state=ActionState.SENT)

    seen(group, Verdict.MALICIOUS, "evil.example", message_id="M1")
    plan_all()
    seen(group, Verdict.MALICIOUS, "evil-too.example", message_id="M1")
    plan_all()

    assert [action.kind for action in planned()] == [ActionKind.REACT, ActionKind.REPLY]


def test_undoing_a_decision_puts_back_the_override_that_stood_before() -> None:
    sighting = seen(told(make_group()), Verdict.MALICIOUS)
    ends = timezone.now() + timedelta(hours=1)
    own = make_override(sighting.url_hash, Ruling.ALLOW, kind=Kind.URL, expires_at=ends, reason="asked the bank")

    decision = decisions.decide(sighting.url_hash, Answer.CONFIRM, by="ben", group=None)
    assert Override.objects.get().ruling == Ruling.DENY
    decisions.undo(decision, by="ben")

    own.refresh_from_db()
    assert (own.ruling, own.expires_at, own.reason, own.created_by) == ("allow", ends, "asked the bank", "owner")


def test_looking_for_something_to_plan_does_not_lock_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(4) as queries:
        assert not plan_next(timezone.now())

    assert not any(query["sql"].startswith(("BEGIN", "SAVEPOINT")) for query in queries.captured_queries)


def test_an_empty_list_of_groups_is_not_believed() -> None:
    group, rosters = make_group(seen_at=timezone.now()), Rosters()

    rosters.learn_all([], timezone.now())

    group.refresh_from_db()
    assert group.left_at is None


def test_a_group_that_is_missing_from_the_list_was_left() -> None:
    group, rosters = make_group(seen_at=timezone.now()), Rosters()
    other = GroupFacts("120363999@g.us", "Another", 3, frozenset(), bot_is_admin=False)

    rosters.learn_all([other], timezone.now())

    group.refresh_from_db()
    assert group.left_at is not None


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.PAIRING])
def test_a_pairing_that_was_killed_can_be_started_again(phase: Phase) -> None:
    Connection.write(phase=phase, qr_text="secret", pair_code="ABCD-1234", wish=Wish.QR)

    tidy()

    row = Connection.get()
    assert (row.phase, row.qr_text, row.pair_code, row.wish) == (Phase.NEVER_PAIRED, "", "", Wish.QR)


def test_a_start_keeps_what_is_known_of_a_linked_phone() -> None:
    Connection.write(phase=Phase.CONNECTED, jid="34600000000@s.whatsapp.net", qr_text="secret")

    tidy()

    assert (Connection.get().phase, Connection.get().qr_text) == (Phase.CONNECTED, "")


def test_a_refused_notice_is_tried_again_after_an_hour() -> None:
    group = make_group(state=State.WATCH)
    notice = waiting(group, ActionKind.NOTICE, state=ActionState.FAILED)
    assert not plan_next(timezone.now())

    assert plan_next(timezone.now() + timedelta(minutes=61))

    assert state_of(notice)[0] == ActionState.PENDING


def test_a_group_without_a_name_is_not_called_by_its_number() -> None:
    group = make_group("", jid="34600111222-1500000000@g.us")

    assert "34600111222" not in str(group)


@pytest.mark.parametrize("answer", [Answer.CONFIRM, Answer.FINE])
def test_undoing_a_decision_about_a_whole_host_frees_the_host(answer: Answer) -> None:
    sighting = seen(told(make_group()), Verdict.MALICIOUS)

    decision = decisions.decide(sighting.url_hash, answer, by="ben", group=None, kind=Kind.HOST)
    assert [(row.kind, row.target) for row in Override.objects.all()] == [(Kind.HOST, "evil.example")]
    decisions.undo(decision, by="ben")

    assert not Override.objects.exists()


def test_undoing_a_decision_about_a_host_puts_back_the_hosts_own_rule() -> None:
    sighting = seen(told(make_group()), Verdict.MALICIOUS)
    own = make_override("evil.example", Ruling.ALLOW, reason="our own site")

    decision = decisions.decide(sighting.url_hash, Answer.CONFIRM, by="ben", group=None, kind=Kind.HOST)
    decisions.undo(decision, by="ben")

    own.refresh_from_db()
    assert (own.ruling, own.reason) == (Ruling.ALLOW, "our own site")


@pytest.mark.parametrize("is_first_undone_first", [True, False])
def test_two_decisions_about_one_host_are_undone_in_either_order(is_first_undone_first: bool) -> None:
    group = told(make_group())
    one, other = seen(group, Verdict.MALICIOUS), seen(group, Verdict.MALICIOUS, message_id="M2")
    Scan.objects.filter(sightings=other).update(url_hash="f" * 64)
    Sighting.objects.filter(pk=other.pk).update(url_hash="f" * 64)
    made = [
        decisions.decide(url_hash, Answer.CONFIRM, by="ben", group=None, kind=Kind.HOST)
        for url_hash in (one.url_hash, "f" * 64)
    ]

    first, second = made if is_first_undone_first else reversed(made)
    decisions.undo(first, by="ben")
    assert Override.objects.get().ruling == Ruling.DENY
    second.refresh_from_db()
    decisions.undo(second, by="ben")

    assert not Override.objects.exists()
