from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_sighting
from tests.waclient.planning import SECOND, plan_all, planned, seen, told
from waclient.models import Action, ActionKind, ActionState, Sighting
from waclient.outbox import SIBLING_PATIENCE, plan_next

pytestmark = pytest.mark.django_db


# --- one message


def test_what_is_posted_now_is_decided_on_before_what_was_replayed(group: Group) -> None:
    replayed = seen(group, is_history=True, received_at=timezone.now() - 2 * SECOND)
    now = seen(group, received_at=timezone.now() - SECOND)

    assert plan_next(timezone.now())

    replayed.refresh_from_db()
    now.refresh_from_db()
    assert (replayed.planned_at, now.verdict) == (None, Verdict.MALICIOUS)


def test_nothing_waits_in_an_empty_house() -> None:
    assert plan_next(timezone.now()) is False


@pytest.mark.parametrize(
    ("verdict", "kinds", "silence"),
    [
        (Verdict.MALICIOUS, ["reply"], ""),
        (Verdict.SUSPICIOUS, ["react"], ""),
        (Verdict.BENIGN, [], "nothing_found"),
        (Verdict.UNKNOWN, [], "not_checked"),
    ],
)
def test_a_verdict_gets_the_groups_response_once(
    group: Group, verdict: Verdict, kinds: list[str], silence: str
) -> None:
    sighting = seen(group, verdict)

    assert plan_all() == 1

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["silence"]) == (verdict, silence)
    assert [action.kind for action in planned()] == kinds
    assert sighting.planned_at is not None


@pytest.mark.parametrize(
    ("columns", "silence"),
    [
        ({"state": State.WATCH}, "watching"),
        ({"state": State.OFF}, "not_watched"),
        ({"state": State.PAUSED}, "not_watched"),
        ({"muted_until": timezone.now() + timedelta(days=1)}, "muted"),
        ({"on_malicious": Response.NOTHING}, "policy"),
    ],
)
def test_a_group_that_is_to_be_left_alone_gets_nothing(columns: dict[str, object], silence: str) -> None:
    sighting = seen(told(make_group(**columns)))  # type: ignore[arg-type]

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.facts["silence"], planned()) == (silence, [])


@pytest.mark.parametrize(
    ("columns", "silence"),
    [
        ({"is_history": True}, "history"),
        ({"withdrawn_at": timezone.now()}, "withdrawn"),
        ({"posted_at": timezone.now() - timedelta(hours=1)}, "too_old"),
    ],
)
def test_a_message_that_is_over_is_not_answered(group: Group, columns: dict[str, object], silence: str) -> None:
    sighting = seen(group, **columns)  # type: ignore[arg-type]

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.facts["silence"], planned()) == (silence, [])


@pytest.mark.parametrize(
    ("is_admin", "conclusive", "kinds", "fallback"),
    [
        (True, True, ["delete", "reply"], ""),
        (False, True, ["reply"], "not_admin"),
        (True, False, ["reply"], "not_conclusive"),
    ],
)
def test_a_deletion_or_what_stands_in_for_it(is_admin: bool, conclusive: bool, kinds: list[str], fallback: str) -> None:
    group = told(make_group(bot_is_admin=is_admin, on_malicious=Response.DELETE))
    sighting = seen(group, conclusive=conclusive)

    plan_all()

    sighting.refresh_from_db()
    reply = Action.objects.get(kind=ActionKind.REPLY)
    assert [action.kind for action in planned()] == kinds
    assert (sighting.facts["fallback"], reply.reason) == (fallback, fallback)
    assert ("removed" in reply.text.lower()) is (kinds[0] == "delete")


# --- several links, several messages


def test_a_message_waits_for_its_other_links_but_not_for_ever(group: Group) -> None:
    now = timezone.now()
    seen(group, Verdict.SUSPICIOUS, "first.example", message_id="M", received_at=now)
    seen(group, None, "second.example", message_id="M", received_at=now)

    assert plan_next(now + SIBLING_PATIENCE - SECOND) is False
    assert plan_next(now + SIBLING_PATIENCE) is True

    assert [action.kind for action in planned()] == ["react"]


def test_another_message_does_not_wait(group: Group) -> None:
    seen(group, None, "slow.example")
    seen(group, Verdict.MALICIOUS, "evil.example")

    assert plan_all() == 1
    assert [action.kind for action in planned()] == ["reply"]


def test_one_answer_to_a_message_and_it_is_about_the_worst_link(group: Group) -> None:
    for verdict, host in (
        (Verdict.SUSPICIOUS, "odd.example"),
        (Verdict.MALICIOUS, "evil.example"),
        (Verdict.BENIGN, "fine.example"),
        (Verdict.SUSPICIOUS, "strange.example"),
    ):
        seen(group, verdict, host, message_id="M")

    assert plan_all() == 1

    (action,) = planned()
    assert (action.kind, action.sighting.host if action.sighting else "") == ("reply", "evil.example")
    silences = {sighting.host: sighting.facts["silence"] for sighting in Sighting.objects.all()}
    assert silences == {
        "odd.example": "worse_link_in_message",
        "evil.example": "",
        "fine.example": "nothing_found",
        "strange.example": "worse_link_in_message",
    }


def test_a_link_that_comes_late_into_an_answered_message_is_not_answered_again(group: Group) -> None:
    seen(group, Verdict.MALICIOUS, "evil.example", message_id="M")
    plan_all()
    late = seen(group, Verdict.MALICIOUS, "worse.example", message_id="M")

    plan_all()

    late.refresh_from_db()
    assert late.facts["silence"] == "already_said"
    assert len(planned()) == 1


def test_a_message_whose_answer_was_held_back_may_be_answered_for_its_next_link(group: Group) -> None:
    seen(group, Verdict.MALICIOUS, "evil.example", message_id="M")
    plan_all()
    Action.objects.filter(kind=ActionKind.REPLY).update(state=ActionState.SKIPPED)
    seen(group, Verdict.MALICIOUS, "worse.example", message_id="M")

    plan_all()

    assert len(planned()) == 2


def test_the_same_message_id_in_another_group_is_another_message(group: Group) -> None:
    other = told(make_group())
    seen(group, Verdict.MALICIOUS, "evil.example", message_id="M")
    make_sighting(other, Scan.objects.get(), message_id="M")

    assert plan_all() == 2
    assert {action.group_id for action in planned()} == {group.pk, other.pk}


def test_planning_twice_plans_nothing_more(group: Group) -> None:
    seen(group)
    plan_all()

    assert plan_next(timezone.now()) is False
    assert len(planned()) == 1
