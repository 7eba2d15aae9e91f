"""A busy hour in a minute: 1,000 messages, 120 of them with links."""

from __future__ import annotations

import time

from django.db.models import Count

from groups.policy import State
from tests.e2e.conftest import CLEAN, DANGEROUS, Scene
from tests.e2e.installation import wait_for
from waclient.models import Action, Sighting

MESSAGES, WITH_LINKS, DANGEROUS_ONES = 1000, 120, 20
BUDGET_SECONDS = 60.0
GROUPS = 4


def text_of(number: int) -> str:
    """Links are spread evenly; every sixth of them is dangerous."""
    step = MESSAGES // WITH_LINKS
    if number % step or number // step >= WITH_LINKS:
        return f"message {number}, just talk about the weather"
    link = number // step
    return f"see {DANGEROUS if link % (WITH_LINKS // DANGEROUS_ONES) == 0 else CLEAN}?n={number}"


def test_a_thousand_messages_in_a_minute_lose_and_double_nothing(scene: Scene) -> None:
    groups = [scene.group(f"Busy {number}", State.LIVE) for number in range(GROUPS)]
    jids = [str(group.jid) for group in groups]
    sightings = scene.installation.rows(Sighting).filter(group__jid__in=jids)
    started = time.monotonic()

    for number in range(MESSAGES):
        groups[number % GROUPS].member("Bob").says(text_of(number))
    wait_for(lambda: sightings.filter(planned_at__isnull=False).count() >= WITH_LINKS, "all links decided", 120)
    scene.wait_actions_done()
    took = time.monotonic() - started

    assert sightings.count() == WITH_LINKS
    replies = scene.installation.rows(Action).filter(group__jid__in=jids, kind="reply")
    assert replies.filter(state="sent").count() == DANGEROUS_ONES
    said = [sent.quoted_id for group in groups for sent in scene.said(group)]
    assert len(said) == len(set(said)) == DANGEROUS_ONES
    doubled = sightings.values("message_id", "url_hash").annotate(times=Count("pk")).filter(times__gt=1)
    assert not doubled.exists()
    assert took < BUDGET_SECONDS
