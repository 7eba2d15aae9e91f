"""Verdicts that changed: in which order they are passed on, how many at once, and when one cannot be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from tests.factories import make_group
from tests.waclient.changes import (
    BENIGN,
    FOLLOW_UP,
    MALICIOUS,
    SUSPICIOUS,
    corrections,
    decided,
    decided_again,
    kinds,
    rejudged,
)
from tests.waclient.planning import plan_all, seen, told
from waclient import queue
from waclient.models import QueueItem, Sighting
from waclient.outbox import plan_next, set_aside

pytestmark = pytest.mark.django_db


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

    with django_assert_max_num_queries(48):
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
