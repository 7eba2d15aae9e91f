"""The set-up's steps for groups and for what the bot does there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Group
from groups.policy import Preset, State
from tests.factories import make_group
from wbscanner import first_run
from wbscanner.desk.set_up_stages import Stage, where_it_goes_on
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

HOSTILE = '"><img src=x onerror=alert(1)> {{ 7*7 }} \' x-init="alert(1)'


def page(stage: Stage) -> str:
    return reverse(f"desk:set-up-{stage}")


@pytest.fixture
def group(db: None) -> Group:
    return make_group("Coro Aurora", State.OFF)


# Groups


def test_a_ticked_group_is_watched_and_no_other_is_touched(as_owner: Client) -> None:
    chosen, other, objected = (
        make_group("Choir", State.OFF),
        make_group("Other", State.OFF),
        make_group("No", State.PAUSED),
    )
    live, watched = make_group("Live", State.LIVE), make_group("Watched", State.WATCH)

    answer = as_owner.post(
        page(Stage.GROUPS),
        {"group": [chosen.pk, objected.pk, watched.pk, "x", "9" * 40], "ticked": [watched.pk]},
    )

    assert answer.headers["Location"] == page(Stage.BEHAVIOUR)
    states = {group.name: group.state for group in Group.objects.all()}
    assert states == {
        "Choir": State.WATCH, "Other": State.OFF, "No": State.PAUSED, "Live": State.LIVE, "Watched": State.WATCH
    }  # fmt: skip
    assert [entry.group_ids for entry in AuditEntry.objects.filter(action="group.state")] == [[str(chosen.pk)]]
    assert other.pk and live.pk


def test_taking_the_tick_away_ends_the_reading(as_owner: Client) -> None:
    first, second = make_group("Choir", State.WATCH), make_group("Parents", State.WATCH)

    as_owner.post(page(Stage.GROUPS), {"group": [second.pk], "ticked": [first.pk, second.pk]})

    assert [group.state for group in Group.objects.order_by("pk")] == [State.OFF, State.WATCH]


def test_choosing_none_says_so_and_stays(as_owner: Client, group: Group) -> None:
    answer = as_owner.post(page(Stage.GROUPS), {}, follow=True)

    assert "No group is ticked" in answer.text
    assert where_it_goes_on() is Stage.LANGUAGE


def test_the_page_says_where_the_bot_cannot_delete_and_shows_hostile_names_as_text(as_owner: Client) -> None:
    make_group(HOSTILE, State.OFF, bot_is_admin=False)
    make_group("Choir", State.WATCH, bot_is_admin=True)
    make_group("Left", State.OFF, left_at="2026-01-01T00:00:00Z")

    for stage in (Stage.GROUPS, Stage.BEHAVIOUR):
        text = as_owner.get(page(stage)).text
        assert "<img src=x" not in text
        assert "Left" not in text.partition("</legend>")[2]
    text = as_owner.get(page(Stage.GROUPS)).text
    assert text.count("it cannot delete") == 1
    assert "&lt;img src=x" in text


@pytest.mark.parametrize("count", [1, 300])
def test_a_step_asks_the_database_no_more_for_many_groups(
    as_owner: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    Group.objects.bulk_create([Group(jid=f"{number}@g.us", name=f"Group {number}") for number in range(count)])
    as_owner.get("/desk/me/")  # clock and language are looked up once a minute

    with django_assert_max_num_queries(15):
        assert as_owner.get(page(Stage.GROUPS)).text.count('type="checkbox"') == count


# Behaviour


def test_watch_only_stands_ready_and_keeps_groups_silent(as_owner: Client) -> None:
    group = make_group("Choir", State.WATCH)
    text = as_owner.get(page(Stage.BEHAVIOUR)).text
    assert 'value="watch" checked' in text

    as_owner.post(page(Stage.BEHAVIOUR), {"preset": "watch", "group": [group.pk]})

    group.refresh_from_db()
    assert (group.preset, group.state) == (Preset.WATCH, State.WATCH)
    assert Stage.BEHAVIOUR in first_run.read().did


def test_another_policy_answers_at_once_in_the_ticked_groups_only(as_owner: Client) -> None:
    chosen, other, off = (
        make_group("Choir", State.WATCH),
        make_group("Other", State.WATCH),
        make_group("Off", State.OFF),
    )

    as_owner.post(page(Stage.BEHAVIOUR), {"preset": "family", "group": [chosen.pk, off.pk]})

    found = {group.pk: (group.preset, group.state) for group in Group.objects.all()}
    assert found[chosen.pk] == (Preset.FAMILY, State.LIVE)
    assert (found[other.pk][1], found[off.pk][1]) == (State.WATCH, State.OFF)


def test_a_policy_that_is_none_changes_nothing(as_owner: Client) -> None:
    group = make_group("Choir", State.WATCH)

    answer = as_owner.post(page(Stage.BEHAVIOUR), {"preset": "own", "group": [group.pk]})

    assert answer.status_code == 200
    assert Stage.BEHAVIOUR not in first_run.read().did
