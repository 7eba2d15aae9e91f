"""Replaying the policy that was in force is what was recorded, and replaying another is what that one would record."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from groups import backtest
from groups.messages import Outcome
from groups.models import Group
from groups.policy import State
from tests.desk.happenings import START, columns, events, happen, scans
from tests.factories import make_group
from tests.waclient.planning import told
from waclient.models import Sighting
from wbscanner.desk.backtest import replays

pytestmark = pytest.mark.django_db
Done = dict[tuple[str, str], tuple[object, ...]]


def played(chance: random.Random, **more: object) -> Group:
    return told(make_group(state=State.LIVE, **{**columns(chance), **more}))  # type: ignore[arg-type]


def shown(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.responses, outcome.silence, outcome.fallback, outcome.alerts)


def recorded(group: Group) -> Done:
    rows = Sighting.objects.filter(group=group, is_noteworthy=True)
    return {(row.message_id, row.url_hash): shown(Outcome.from_json(row.facts)) for row in rows}


def replayed(policy: Any, group: Group, until: Any) -> Done:
    rows = replays.Rows(group, START - timedelta(days=1), until)
    return {(one.seen.message, one.seen.link): shown(one.would) for one in backtest.replay(policy, rows)}


@pytest.mark.parametrize("seed", range(4))
def test_the_policy_that_was_in_force_would_have_done_what_was_recorded(seed: int) -> None:
    chance = random.Random(seed)
    group = played(chance)
    until = happen(group, events(chance, 50), scans(), fates=chance)
    group.refresh_from_db()

    done = recorded(group)

    assert replayed(group.policy, group, until) == done
    assert any(responses for responses, *_rest in done.values())
    passed_over = group.sightings.filter(is_noteworthy=False).values_list("facts", flat=True)
    assert not any(one.responses or one.alerts for one in map(Outcome.from_json, passed_over))


@pytest.mark.parametrize("seed", range(100, 106))
def test_another_policy_would_have_done_what_it_does_where_it_is_in_force(seed: int, settings: Any) -> None:
    settings.GROUP_REPLIES_HOURLY, settings.GROUP_REPLIES_DAILY = 2, 5
    chance = random.Random(seed)
    group, other = played(chance), played(chance)
    what, found = events(chance, 50), scans()
    until = happen(group, what, found)
    happen(other, what, found)
    other.refresh_from_db()

    assert replayed(other.policy, group, until) == recorded(other)
