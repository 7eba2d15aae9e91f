"""WhatsApp is asked about groups no more often than needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from groups.models import Group
from tests.factories import make_group
from waclient import group_facts
from waclient.client import GroupFacts
from waclient.models import Connection, PendingWork, WorkKind
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

JID = "120363777@g.us"
HOUR = timedelta(hours=1)
FACTS = GroupFacts(JID, "Parents", 30, frozenset({"1@lid"}), bot_is_admin=False)


@pytest.fixture
def rosters() -> Rosters:
    rosters = Rosters()
    rosters.learn_all([FACTS], timezone.now())
    return rosters


def due_in() -> timedelta:
    """When the one waiting question is to be asked, from now, in whole seconds."""
    return timedelta(seconds=round((PendingWork.objects.get().due_at - timezone.now()).total_seconds()))


def test_a_reconnect_asks_nothing_while_the_list_is_young(rosters: Rosters) -> None:
    group_facts.want_all(rosters, timezone.now() + 5.9 * HOUR)

    assert not PendingWork.objects.exists()


def test_a_reconnect_reads_a_list_that_is_old(rosters: Rosters) -> None:
    group_facts.want_all(rosters, timezone.now() + 6 * HOUR)

    assert PendingWork.objects.get().kind == WorkKind.ALL_GROUPS


def test_a_process_that_knows_nothing_reads_the_list_at_once() -> None:
    Connection.write(groups_listed_at=timezone.now() - HOUR)

    group_facts.want_all(Rosters(), timezone.now())

    assert due_in() == timedelta(0)


def test_a_process_that_starts_again_and_again_waits_a_little(settings: Settings) -> None:
    settings.GROUP_FETCH_GAP = 5
    Connection.write(groups_listed_at=timezone.now())

    group_facts.want_all(Rosters(), timezone.now())

    assert due_in() == timedelta(minutes=1)


def test_members_who_come_and_go_are_counted_without_asking(rosters: Rosters) -> None:
    group_facts.count_members(JID, ["a", "b"], [])
    group_facts.want(JID, rosters, timezone.now())
    for _ in range(50):
        group_facts.count_members(JID, [], ["a"])
        group_facts.want(JID, rosters, timezone.now())

    assert Group.objects.get().size == 0
    assert due_in() == 6 * HOUR


def test_a_change_in_a_group_whose_admins_are_not_known_is_read_at_once(rosters: Rosters) -> None:
    group = make_group(seen_at=timezone.now())

    group_facts.want(group.jid, rosters, timezone.now())

    assert due_in() == timedelta(0)


def test_who_needs_it_sooner_gets_it_sooner() -> None:
    now = timezone.now()
    PendingWork.want(WorkKind.GROUP_INFO, JID, now + 6 * HOUR)
    PendingWork.want(WorkKind.GROUP_INFO, JID, now)
    PendingWork.want(WorkKind.GROUP_INFO, JID, now + HOUR)

    assert due_in() == timedelta(0)
