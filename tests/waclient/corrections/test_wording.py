"""A verdict that changed: how loud a late warning is, and how what was said is taken back."""

from __future__ import annotations

import pytest

from groups.models import Group
from groups.policy import Response
from scans.engine.findings import Finding
from tests.factories import make_group, make_sighting
from tests.waclient.changes import (
    BENIGN,
    MALICIOUS,
    RETRACT,
    SUSPICIOUS,
    corrections,
    decided,
    decided_again,
    kinds,
    rejudged,
)
from tests.waclient.planning import plan_all, told
from waclient.models import Action, ActionKind, ActionState, Sighting

pytestmark = pytest.mark.django_db

OUT = [ActionState.SENT, ActionState.UNCERTAIN]


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
    assert ("removed" in action.text) is (response is Response.DELETE)


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
