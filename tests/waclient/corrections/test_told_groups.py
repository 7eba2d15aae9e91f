"""A verdict that changed: which groups are told, about which of their messages, and which are left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from overrides.rules import Ruling
from tests.factories import make_group, make_override
from tests.waclient.changes import (
    BENIGN,
    MALICIOUS,
    SUSPICIOUS,
    corrections,
    decided,
    decided_again,
    rejudged,
)
from tests.waclient.planning import plan_all, told
from waclient.models import Place, QueueItem, Sighting

pytestmark = pytest.mark.django_db


def test_every_group_that_saw_it_is_told_once(group: Group) -> None:
    sighting, other = decided(group, BENIGN), told(make_group())
    decided_again(sighting)
    decided_again(sighting, group=other)
    rejudged(sighting, MALICIOUS)

    plan_all()

    assert {action.group_id for action in corrections()} == {group.pk, other.pk}
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
