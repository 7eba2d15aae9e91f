"""A full day of five groups with the settings the program comes with, by a clock that the test moves.

From a verdict to its answer everything is real but WhatsApp: a recording client takes its place.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.conf import settings

from groups.models import Group
from groups.policy import Preset
from groups.presets import PRESETS
from scans.engine.scoring import Verdict
from tests.factories import make_group
from tests.waclient.planning import seen, told
from tests.waclient.recording_client import RecordingClient
from tests.waclient.waiting import address
from waclient import pacing
from waclient.budget import cost
from waclient.models import Action, ActionState, Connection, Sighting
from waclient.outbox import plan_next
from waclient.sending import send_next

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 6, 8, tzinfo=UTC)
AWAKE = range(7, 23)
GROUPS = [Preset.QUIET, Preset.FAMILY, Preset.NEIGHBOURHOOD, Preset.MARKETPLACE, Preset.OWN]
VERDICTS = [
    Verdict.MALICIOUS,
    Verdict.SUSPICIOUS,
    Verdict.MALICIOUS,
    Verdict.UNKNOWN,
    Verdict.SUSPICIOUS,
    Verdict.BENIGN,
]
STEP, PATIENCE = timedelta(seconds=10), timedelta(minutes=6)
HOUR = timedelta(hours=1)


def group_with(preset: Preset) -> Group:
    group = make_group()
    Group.objects.filter(pk=group.pk).update(preset=preset, **PRESETS.get(preset, {}))
    group.refresh_from_db()
    return group


def post(group: Group, number: int, now: datetime) -> Sighting:
    verdict = VERDICTS[number % len(VERDICTS)]
    host = f"link-{number}.example"
    return seen(group, verdict, host, posted_at=now, received_at=now, sender_address=address())


def work(client: RecordingClient, clock: time_machine.Traveller, now: datetime, until: datetime) -> None:
    """Do what the socket's work thread does, a turn every few seconds, while something waits."""
    while now < until:
        clock.move_to(now)
        while plan_next(now):
            pass
        while send_next(client, now):
            pass
        if not Action.objects.filter(state=ActionState.PENDING).exists():
            return
        now += STEP


def live_through(client: RecordingClient, linked_at: datetime) -> list[Sighting]:
    """One link a group every half an hour of the waking day."""
    with time_machine.travel(DAY, tick=False) as clock:
        Connection.write(paired_at=linked_at)
        groups = [told(group_with(preset)) for preset in GROUPS]
        sightings: list[Sighting] = []
        for hour in AWAKE:
            for half in range(2):
                now = DAY + timedelta(hours=hour, minutes=30 * half)
                clock.move_to(now)
                sightings += [post(group, len(sightings) + at, now) for at, group in enumerate(groups)]
                work(client, clock, now, now + PATIENCE)
    return sightings


def assert_within_limits(sent: list[Action], limits: pacing.Limits) -> None:
    moments = sorted((action.claimed_at, cost(action), action.group_id) for action in sent if action.claimed_at)
    for at, _cost, _group in moments:
        assert sum(price for when, price, _ in moments if at - HOUR < when <= at) <= limits.hourly
    assert sum(price for _, price, _ in moments) <= limits.daily
    assert all(later[0] - earlier[0] >= timedelta(seconds=limits.gap_min) for earlier, later in pairwise(moments))
    for group in {group for _, _, group in moments}:
        own = [at for at, _, where in moments if where == group]
        assert all(later - earlier >= timedelta(seconds=limits.group_gap) for earlier, later in pairwise(own))


@pytest.mark.parametrize(("days", "hourly", "daily"), [(30, 20, 100), (0, 5, 20)])
def test_a_full_day_at_the_budget_drops_nothing_and_explains_everything(
    client: RecordingClient, days: int, hourly: int, daily: int
) -> None:
    sightings = live_through(client, DAY - timedelta(days=days))

    rows = list(Sighting.objects.prefetch_related("actions"))
    assert len(rows) == len(sightings) == len(AWAKE) * 2 * len(GROUPS)
    assert all(row.planned_at for row in rows)
    assert [row.pk for row in rows if not row.facts["silence"] and not row.actions.all()] == []
    actions = list(Action.objects.exclude(sighting=None))
    assert {action.state for action in actions} <= {ActionState.SENT, ActionState.SKIPPED}
    assert [action.pk for action in actions if action.state == ActionState.SKIPPED and not action.reason] == []
    sent = [action for action in actions if action.state == ActionState.SENT]
    limits = pacing.Limits(settings.SEND_GAP_MIN, settings.SEND_GAP_MAX, settings.SEND_GROUP_GAP, hourly, daily)
    assert_within_limits(sent, limits)
    assert sum(map(cost, sent)) > daily / 2
    assert len(client.calls) == len(sent)
