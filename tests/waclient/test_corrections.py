"""A verdict that changed: what is said about it, where, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from overrides.rules import Ruling
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override, make_sighting
from tests.waclient.changes import corrections, decided, decided_again, rejudged
from tests.waclient.planning import plan_all, seen, told
from waclient import queue
from waclient.models import Action, ActionKind, ActionState, Place, QueueItem, Sighting
from waclient.outbox import plan_next, set_aside

pytestmark = pytest.mark.django_db

BENIGN, SUSPICIOUS, MALICIOUS, UNKNOWN = Verdict.BENIGN, Verdict.SUSPICIOUS, Verdict.MALICIOUS, Verdict.UNKNOWN
FOLLOW_UP, RETRACT = ActionKind.FOLLOW_UP, ActionKind.RETRACT
OUT = [ActionState.SENT, ActionState.UNCERTAIN]


def kinds() -> list[str]:
    return [action.kind for action in corrections()]


# --- which change is told


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (BENIGN, MALICIOUS, [FOLLOW_UP]),
        (BENIGN, SUSPICIOUS, [FOLLOW_UP]),
        (UNKNOWN, MALICIOUS, [FOLLOW_UP]),
        (UNKNOWN, SUSPICIOUS, [FOLLOW_UP]),
        (SUSPICIOUS, MALICIOUS, [FOLLOW_UP]),
        (MALICIOUS, BENIGN, [RETRACT]),
        (SUSPICIOUS, BENIGN, [RETRACT]),
        (MALICIOUS, SUSPICIOUS, []),
        (UNKNOWN, BENIGN, []),
        (MALICIOUS, UNKNOWN, []),
        (SUSPICIOUS, UNKNOWN, []),
        (BENIGN, UNKNOWN, []),
    ],
)
def test_a_change_is_told_where_it_matters(group: Group, before: Verdict, after: Verdict, said: list[str]) -> None:
    sighting = decided(group, before)
    rejudged(sighting, after)

    plan_all()

    assert kinds() == said


@pytest.mark.parametrize("after", [BENIGN, SUSPICIOUS, MALICIOUS])
def test_the_sighting_says_what_holds_now_and_keeps_what_was_decided(group: Group, after: Verdict) -> None:
    sighting = decided(group, UNKNOWN)
    scan = rejudged(sighting, after)

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.scan) == (after, scan)
    assert (sighting.facts["verdict"], sighting.facts["silence"]) == (UNKNOWN, "not_checked")
    assert sighting.facts["corrected"]["verdict"] == after


def test_not_checked_is_no_innocence_and_is_passed_over(group: Group) -> None:
    sighting = decided(group, MALICIOUS)
    rejudged(sighting, UNKNOWN)
    plan_all()
    assert Sighting.objects.get().verdict == MALICIOUS

    rejudged(sighting, BENIGN)
    plan_all()

    assert kinds() == [RETRACT]


def test_a_verdict_that_came_back_before_anybody_was_told_tells_nobody(group: Group) -> None:
    sighting = decided(group, BENIGN)
    rejudged(sighting, MALICIOUS)
    rejudged(sighting, BENIGN)

    plan_all()

    assert kinds() == []
    assert not Scan.objects.filter(changed_from__isnull=False, told_at__isnull=True).exists()


def test_a_change_is_told_once_and_then_is_done(group: Group) -> None:
    sighting = decided(group, BENIGN)
    scan = rejudged(sighting, MALICIOUS)

    plan_all()

    scan.refresh_from_db()
    assert scan.told_at is not None
    assert plan_next(timezone.now()) is False
    assert kinds() == [FOLLOW_UP]


def test_a_change_of_a_link_that_nobody_posted_is_done_at_once() -> None:
    scan = rejudged(Sighting(url_hash="0" * 64, url="https://evil.example/"), MALICIOUS)
    Scan.objects.filter(pk=scan.pk).update(changed_from=BENIGN)

    assert plan_all() == 1

    assert not Scan.objects.filter(told_at__isnull=True).exists()


# --- where


def test_every_group_that_saw_it_is_told_once(group: Group) -> None:
    sighting, other = decided(group, BENIGN), told(make_group())
    decided_again(sighting)
    decided_again(sighting, group=other)
    rejudged(sighting, MALICIOUS)

    plan_all()

    assert sorted(action.group_id for action in corrections()) == sorted([group.pk, other.pk])
    assert all(sighting.verdict == MALICIOUS for sighting in Sighting.objects.all())


@pytest.mark.parametrize(
    "columns",
    [
        {"state": State.WATCH},
        {"state": State.OFF},
        {"state": State.PAUSED},
        {"muted_until": timezone.now() + timedelta(days=1)},
        {"on_malicious": Response.NOTHING},
    ],
)
def test_a_group_that_is_to_be_left_alone_is_not_warned_late_and_the_queue_knows(
    group: Group, columns: dict[str, object]
) -> None:
    sighting = decided(group, BENIGN)
    Group.objects.filter(pk=group.pk).update(**columns)
    rejudged(sighting, MALICIOUS)

    plan_all()

    assert corrections() == []
    assert QueueItem.objects.get().verdict == MALICIOUS
    assert QueueItem.objects.get().decided_at is None


def test_a_link_that_turned_out_fine_leaves_the_queue(group: Group) -> None:
    sighting = decided(group, MALICIOUS)
    assert QueueItem.objects.exists()
    rejudged(sighting, BENIGN)

    plan_all()

    assert not QueueItem.objects.exists()


@pytest.mark.parametrize(
    "columns", [{"is_history": True}, {"withdrawn_at": timezone.now()}, {"place": Place.QUOTED}, {"hours": 8 * 24 + 1}]
)
def test_about_a_message_that_is_over_nothing_is_said(group: Group, columns: dict[str, object]) -> None:
    sighting = decided(group, BENIGN, **columns)  # type: ignore[arg-type]
    rejudged(sighting, MALICIOUS)

    plan_all()

    assert corrections() == []


def test_the_newest_message_that_may_be_answered_is_the_one_that_is_quoted(group: Group) -> None:
    oldest = decided(group, BENIGN, hours=5)
    newer = decided_again(oldest, posted_at=oldest.posted_at + timedelta(hours=1))
    decided_again(oldest, posted_at=oldest.posted_at + timedelta(hours=2), withdrawn_at=timezone.now())
    decided_again(oldest, posted_at=oldest.posted_at + timedelta(hours=3), is_history=True)
    rejudged(oldest, MALICIOUS)

    plan_all()

    [action] = corrections()
    assert action.sighting == newer


@pytest.mark.parametrize("ruling", list(Ruling))
@pytest.mark.parametrize("is_earlier", [True, False])
def test_what_a_person_said_stands_whatever_a_scan_finds(group: Group, ruling: Ruling, is_earlier: bool) -> None:
    if is_earlier:
        make_override("evil.example", ruling)
    sighting = decided(group, BENIGN)
    if not is_earlier:
        make_override("evil.example", ruling)
    verdict = Sighting.objects.get().verdict
    rejudged(sighting, SUSPICIOUS)

    plan_all()

    assert corrections() == []
    assert Sighting.objects.get().verdict == verdict


# --- what is said


@pytest.mark.parametrize(
    ("response", "conclusive", "words"),
    [
        (Response.REPLY, False, True),
        (Response.DELETE, True, True),
        (Response.DELETE, False, True),
        (Response.REACT, True, False),
    ],
)
def test_the_groups_own_answer_decides_how_loud_a_late_warning_is(
    response: Response, conclusive: bool, words: bool
) -> None:
    group = told(make_group(on_malicious=response, bot_is_admin=True))
    rejudged(decided(group, BENIGN), MALICIOUS, conclusive=conclusive)

    plan_all()

    [action] = corrections()
    assert ("evil[.]example" in action.text) is words
    assert words or action.text == "⚠️"
    assert not Action.objects.filter(kind=ActionKind.DELETE).exists()


def test_a_reaction_that_stands_already_is_not_repeated() -> None:
    group = told(make_group(on_suspicious=Response.REACT, on_malicious=Response.REACT))
    rejudged(decided(group, SUSPICIOUS), MALICIOUS)

    plan_all()

    assert corrections() == []


def test_a_group_that_was_answered_about_the_link_anew_hears_no_late_warning(group: Group) -> None:
    old = decided(group, BENIGN, hours=30)
    scan = rejudged(old, MALICIOUS)
    make_sighting(group, scan, url=old.url)

    plan_all()

    assert kinds() == []
    assert [action.kind for action in Action.objects.exclude(kind=ActionKind.NOTICE)] == [ActionKind.REPLY]
    assert not Sighting.objects.exclude(verdict=MALICIOUS).exists()


@pytest.mark.parametrize("state", [*OUT, ActionState.SENDING])
@pytest.mark.parametrize("response", [Response.REPLY, Response.DELETE])
def test_words_and_deletions_are_taken_back_in_words(state: ActionState, response: Response) -> None:
    group = told(make_group(on_malicious=response, bot_is_admin=True))
    sighting = decided(group, MALICIOUS, conclusive=True)
    Action.objects.filter(sighting=sighting).update(state=state)
    rejudged(sighting, BENIGN)

    plan_all()

    [action] = corrections()
    assert "evil[.]example" in action.text
    assert ("may be posted again" in action.text) is (response is Response.DELETE)


@pytest.mark.parametrize(
    ("messages", "address", "words"), [(1, "kept", False), (5, "kept", False), (6, "kept", True), (1, None, True)]
)
def test_reactions_are_taken_back_without_words_where_that_can_be(
    messages: int, address: str | None, words: bool
) -> None:
    group = told(make_group(on_suspicious=Response.REACT))
    sighting = decided(group, SUSPICIOUS)
    for _ in range(messages - 1):
        decided_again(sighting)
    Sighting.objects.update(sender_address=address)
    rejudged(sighting, BENIGN)

    plan_all()

    [action] = corrections()
    assert (action.kind, action.text != "") == (RETRACT, words)


@pytest.mark.parametrize("state", [ActionState.FAILED, ActionState.SKIPPED])
def test_where_the_bot_did_not_speak_nothing_is_taken_back(group: Group, state: ActionState) -> None:
    sighting = decided(group, MALICIOUS)
    Action.objects.filter(sighting=sighting).update(state=state)
    rejudged(sighting, BENIGN)

    plan_all()

    assert corrections() == []


def test_a_warning_stays_where_the_link_is_still_written_in_disguise(group: Group) -> None:
    disguise = [Finding.of("hidden_characters", 8).as_dict()]
    sighting = decided(group, MALICIOUS)
    disguised = decided_again(sighting, written=disguise)
    rejudged(sighting, BENIGN)

    plan_all()

    disguised.refresh_from_db()
    assert (disguised.verdict, corrections()) == (MALICIOUS, [])


# --- what still waits


def test_what_waits_because_of_the_old_verdict_is_not_sent_and_not_retracted(group: Group) -> None:
    sighting = decided(group, MALICIOUS)
    Action.objects.filter(sighting=sighting).update(state=ActionState.PENDING)
    rejudged(sighting, BENIGN)

    plan_all()

    reply = Action.objects.get(kind=ActionKind.REPLY)
    assert (reply.state, reply.reason, corrections()) == (ActionState.SKIPPED, "verdict_changed", [])


def test_what_a_person_asked_for_still_goes_out(group: Group) -> None:
    sighting = decided(group, MALICIOUS)
    Action.objects.filter(sighting=sighting).update(state=ActionState.PENDING, asked_by="ana")
    rejudged(sighting, BENIGN)

    plan_all()

    assert Action.objects.get(kind=ActionKind.REPLY).state == ActionState.PENDING


def test_a_group_whose_warning_was_held_back_is_still_told_of_what_is_left_of_it() -> None:
    group = told(make_group(on_suspicious=Response.REPLY))
    sighting = decided(group, MALICIOUS)
    Action.objects.filter(sighting=sighting).update(state=ActionState.PENDING)
    rejudged(sighting, SUSPICIOUS)

    plan_all()

    [action] = corrections()
    assert (action.kind, "careful" in action.text) == (FOLLOW_UP, True)


def test_a_late_warning_that_still_waits_is_worded_anew_when_it_gets_worse() -> None:
    group = told(make_group(on_suspicious=Response.REPLY))
    sighting = decided(group, BENIGN)
    rejudged(sighting, SUSPICIOUS)
    plan_all()
    rejudged(sighting, MALICIOUS)

    plan_all()

    [action] = corrections()
    assert (action.state, "scam" in action.text) == (ActionState.PENDING, True)


# --- once for good


def test_a_link_that_goes_to_and_fro_is_corrected_once_in_each_direction(group: Group) -> None:
    sighting = decided(group, BENIGN)

    for verdict in (MALICIOUS, BENIGN, MALICIOUS, BENIGN, SUSPICIOUS):
        rejudged(sighting, verdict)
        plan_all()
        Action.objects.filter(state=ActionState.PENDING).update(state=ActionState.SENT)

    assert kinds() == [FOLLOW_UP, RETRACT]
    assert Sighting.objects.get().verdict == SUSPICIOUS


def test_a_late_warning_that_was_suppressed_is_not_sent_later(group: Group) -> None:
    sighting = decided(group, BENIGN)
    Group.objects.filter(pk=group.pk).update(muted_until=timezone.now() + timedelta(hours=1))
    rejudged(sighting, MALICIOUS)
    plan_all()
    Group.objects.filter(pk=group.pk).update(muted_until=None)

    rejudged(sighting, UNKNOWN)
    rejudged(sighting, MALICIOUS)
    plan_all()

    assert corrections() == []


# --- order and trouble


def test_messages_come_first_and_corrections_after_them(group: Group) -> None:
    sighting = decided(group, BENIGN)
    rejudged(sighting, MALICIOUS)
    seen(group, MALICIOUS, "other.example")

    plan_next(timezone.now())
    assert corrections() == []
    plan_next(timezone.now())

    assert kinds() == [FOLLOW_UP]


def test_a_message_that_waits_for_its_other_links_is_not_forgotten_by_a_correction(group: Group) -> None:
    now = timezone.now()
    late = seen(group, BENIGN, message_id="M", received_at=now)
    seen(group, None, "slow.example", message_id="M", received_at=now)
    rejudged(late, MALICIOUS)

    assert plan_next(now) is False
    plan_all(now + timedelta(seconds=11))

    late.refresh_from_db()
    assert (late.verdict, kinds()) == (MALICIOUS, [FOLLOW_UP])


def test_a_change_that_cannot_be_passed_on_is_put_aside_and_holds_up_nobody(group: Group) -> None:
    sighting = decided(group, BENIGN)
    rejudged(sighting, MALICIOUS)

    assert set_aside(timezone.now()) is True
    assert set_aside(timezone.now()) is False

    assert plan_next(timezone.now()) is False


def test_a_link_posted_by_a_crowd_is_passed_on_in_a_few_queries(group: Group, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    sighting = decided(group, BENIGN)
    rows = [
        Sighting(
            group=group, message_id=f"M{number}", url_hash=sighting.url_hash, url=sighting.url, host=sighting.host,
            registrable_domain=sighting.registrable_domain, sender="s", posted_at=sighting.posted_at,
            scan=sighting.scan, verdict=BENIGN, planned_at=sighting.posted_at,
        )
        for number in range(300)
    ]  # fmt: skip
    Sighting.objects.bulk_create(rows)
    rejudged(sighting, MALICIOUS)

    with django_assert_max_num_queries(40):
        plan_all()

    assert Sighting.objects.filter(verdict=MALICIOUS).count() == 301
    assert kinds() == [FOLLOW_UP]


def test_the_queue_of_a_link_is_rewritten_after_its_last_group(group: Group) -> None:
    sighting = decided(group, SUSPICIOUS)
    decided_again(sighting, group=told(make_group()))
    before = QueueItem.objects.get()
    rejudged(sighting, MALICIOUS)

    plan_all()

    after = QueueItem.objects.get()
    assert (after.verdict, after.reach) == (MALICIOUS, 2)
    assert after.rank - before.rank == pytest.approx(queue.SEVERITY[MALICIOUS] - queue.SEVERITY[SUSPICIOUS], abs=0.1)
