"""A verdict that changed while the answer to the old one still waited."""

from __future__ import annotations

import pytest

from groups.models import Group
from groups.policy import Response
from tests.factories import make_group
from tests.waclient.changes import (
    BENIGN,
    FOLLOW_UP,
    MALICIOUS,
    SUSPICIOUS,
    corrections,
    decided,
    rejudged,
)
from tests.waclient.planning import plan_all, told
from waclient.models import Action, ActionKind, ActionState

pytestmark = pytest.mark.django_db


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
    assert (action.kind, "may be a scam" in action.text) == (FOLLOW_UP, False)


def test_a_late_warning_that_still_waits_is_worded_anew_when_it_gets_worse() -> None:
    group = told(make_group(on_suspicious=Response.REPLY))
    sighting = decided(group, BENIGN)
    rejudged(sighting, SUSPICIOUS)
    plan_all()
    rejudged(sighting, MALICIOUS)

    plan_all()

    [action] = corrections()
    assert (action.state, "scam" in action.text) == (ActionState.PENDING, True)
