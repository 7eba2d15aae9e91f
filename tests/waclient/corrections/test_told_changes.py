"""A verdict that changed: which change is told, and that it is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.waclient.changes import (
    BENIGN,
    FOLLOW_UP,
    MALICIOUS,
    RETRACT,
    SUSPICIOUS,
    UNKNOWN,
    corrections,
    decided,
    kinds,
    rejudged,
)
from tests.waclient.planning import plan_all
from waclient.models import Action, ActionState, Sighting
from waclient.outbox import plan_next

pytestmark = pytest.mark.django_db


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
