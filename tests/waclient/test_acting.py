"""What a decision makes the bot do about messages of before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from overrides.models import Override
from overrides.rules import Kind
from scans.engine.scoring import Verdict
from tests.factories import make_group
from tests.waclient.changes import decided, decided_again
from tests.waclient.planning import told
from waclient import acting
from waclient.decisions import UNDO_WINDOW, decide, undo
from waclient.models import Action, ActionState, Answer, Decision, Sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return told(make_group(on_malicious=Response.DELETE, on_suspicious=Response.REACT, bot_is_admin=True))


def act() -> int:
    """Everything whose undo window is over a moment after that; how many decisions."""
    now = timezone.now() + UNDO_WINDOW
    return sum(1 for _ in iter(lambda: acting.plan_next(now), False))


def waiting(sighting: Sighting) -> list[str]:
    rows = Action.objects.filter(sighting=sighting, state=ActionState.PENDING)
    return sorted(rows.values_list("kind", flat=True))


def test_nothing_is_done_while_the_answer_may_be_taken_back(group: Group) -> None:
    sighting = decided(group, Verdict.SUSPICIOUS)
    decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=group)

    assert not acting.plan_next(timezone.now())
    assert waiting(sighting) == []


def test_a_confirmed_scam_is_removed_where_the_policy_says_so(group: Group) -> None:
    sighting = decided(group, Verdict.SUSPICIOUS)
    decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=group)

    assert act() == 1

    assert waiting(sighting) == ["delete", "reply"]
    assert set(Action.objects.filter(state=ActionState.PENDING).values_list("asked_by", "severity")) == {("ana", 2)}
    assert act() == 0


def test_an_answer_that_was_taken_back_in_time_does_nothing(group: Group) -> None:
    sighting = decided(group, Verdict.SUSPICIOUS)
    undo(decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=group), by="ana")

    assert act() == 0
    assert waiting(sighting) == []


def test_of_many_messages_each_is_removed_and_one_is_answered(group: Group) -> None:
    first = decided(group, Verdict.UNKNOWN)
    others = [decided_again(first) for _ in range(3)]
    decide(first.url_hash, Answer.CONFIRM, by="ana", group=None)

    act()

    kinds = sorted(kind for one in [first, *others] for kind in waiting(one))
    assert kinds == ["delete"] * 4 + ["reply"]


@pytest.mark.parametrize("columns", [{"hours": 25}, {"is_history": True}, {"withdrawn_at": timezone.now()}])
def test_old_history_and_withdrawn_messages_are_left_alone(group: Group, columns: dict[str, object]) -> None:
    sighting = decided(group, Verdict.UNKNOWN, **columns)  # type: ignore[arg-type]
    decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=group)

    act()

    assert waiting(sighting) == []


def test_a_watched_group_stays_in_peace() -> None:
    watched = told(make_group(state=State.WATCH))
    sighting = decided(watched, Verdict.MALICIOUS)
    decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=None)

    act()

    assert waiting(sighting) == []


def test_a_decision_for_one_group_does_nothing_in_another(group: Group) -> None:
    here = decided(group, Verdict.SUSPICIOUS)
    there = decided_again(here, group=told(make_group(bot_is_admin=True)))
    decide(here.url_hash, Answer.CONFIRM, by="ana", group=group)

    act()

    assert waiting(here)
    assert waiting(there) == []


def test_what_was_said_of_a_link_that_is_fine_is_taken_back_once(group: Group) -> None:
    sighting = decided(group, Verdict.MALICIOUS)
    decide(sighting.url_hash, Answer.FINE, by="ana", group=group)

    act()

    retraction = Action.objects.get(kind="retract")
    assert (retraction.sighting, retraction.state) == (sighting, ActionState.PENDING)


def test_not_sure_makes_the_bot_do_nothing(group: Group) -> None:
    sighting = decided(group, Verdict.MALICIOUS)
    decide(sighting.url_hash, Answer.UNSURE, by="ana", group=group)

    assert act() == 0
    assert not Action.objects.filter(state=ActionState.PENDING).exists()


@pytest.mark.parametrize(("before", "retracts"), [(Verdict.BENIGN, 1), (Verdict.MALICIOUS, 0)])
def test_a_scam_that_was_undone_later_is_apologised_for_unless_the_checks_say_the_same(
    group: Group, before: Verdict, retracts: int
) -> None:
    sighting = decided(group, before)
    decision = decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=group)
    act()
    Action.objects.filter(state=ActionState.PENDING).update(state=ActionState.SENT)
    decision.refresh_from_db()

    undo(decision, by="ana")

    assert Action.objects.filter(kind="retract").count() == retracts


def test_an_answer_about_the_domain_with_an_end(group: Group) -> None:
    sighting = decided(group, Verdict.SUSPICIOUS, host="pay.evil.example")
    until = timezone.now() + timedelta(days=7)

    decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=group, kind=Kind.DOMAIN, until=until)

    override = Override.objects.get()
    assert (override.kind, override.target, override.expires_at) == (Kind.DOMAIN, "evil.example", until)


def test_one_decision_that_cannot_be_acted_on_is_set_aside(group: Group) -> None:
    decide(decided(group, Verdict.SUSPICIOUS).url_hash, Answer.CONFIRM, by="ana", group=group)

    assert acting.set_aside(timezone.now() + UNDO_WINDOW)

    assert Decision.objects.get().applied_at is not None
    assert act() == 0
