from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from tests.factories import make_group
from waclient.client import GroupFacts, Person
from waclient.models import PendingWork, WorkKind
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db
NOW, SOON = timezone.now(), timedelta(seconds=1)
LID, PHONE, OTHER = "1@lid", "1@s.whatsapp.net", "2@lid"


def facts(
    jid: str = "7@g.us", *, admins: frozenset[str] = frozenset({LID, PHONE}), name: str = "Parents", version: int = 0
) -> GroupFacts:
    return GroupFacts(jid, name, 30, admins, bot_is_admin=True, members_version=version)


def test_a_new_group_is_made_off_with_its_facts() -> None:
    Rosters().learn(facts(), NOW)

    group = Group.objects.get()
    assert (group.jid, group.name, group.size, group.bot_is_admin) == ("7@g.us", "Parents", 30, True)
    assert (group.state, group.seen_at) == (State.OFF, NOW)


def test_a_known_group_keeps_its_policy_and_is_not_left_any_more() -> None:
    group = make_group(jid="7@g.us", state=State.LIVE, muted_until=NOW, left_at=NOW - SOON)

    Rosters().learn(facts(name="x" * 500), NOW)

    group.refresh_from_db()
    assert (group.state, group.muted_until, group.left_at) == (State.LIVE, NOW, None)
    assert len(group.name) == 200


def test_groups_that_are_not_in_the_list_any_more_were_left() -> None:
    gone = make_group(seen_at=NOW - SOON)
    never_seen = make_group(seen_at=None)

    Rosters().learn_all([facts()], NOW)

    gone.refresh_from_db()
    never_seen.refresh_from_db()
    assert (gone.left_at, never_seen.left_at) == (NOW, None)
    assert Group.objects.get(jid="7@g.us").left_at is None


def test_a_group_that_was_joined_while_the_list_was_on_its_way_was_not_left() -> None:
    rosters, asked = Rosters(), timezone.now()
    rosters.learn(facts("8@g.us"), asked + SOON)

    rosters.learn_all([facts()], asked)

    assert Group.objects.get(jid="8@g.us").left_at is None


def test_a_group_that_was_left_while_its_facts_were_on_their_way_stays_left() -> None:
    make_group(jid="7@g.us", name="As it was", seen_at=NOW, left_at=NOW + SOON)

    Rosters().learn_all([facts()], NOW)

    group = Group.objects.get()
    assert (group.left_at, group.name) == (NOW + SOON, "As it was")


def test_facts_that_a_promotion_overtook_do_not_take_it_back_and_are_asked_for_again() -> None:
    rosters = Rosters()
    rosters.learn(facts(admins=frozenset({LID}), version=1), NOW)
    assert rosters.is_news("7@g.us", 2)
    rosters.change("7@g.us", promoted=[OTHER], demoted=[LID])

    rosters.learn(facts(admins=frozenset({LID}), version=1), NOW)

    assert rosters.admins("7@g.us") == {OTHER}
    assert PendingWork.objects.get(kind=WorkKind.GROUP_INFO).ref == "7@g.us"


def test_facts_whose_count_of_changes_began_anew_are_believed_the_second_time() -> None:
    rosters = Rosters()
    rosters.learn(facts(admins=frozenset({LID}), version=9), NOW)

    for _answer in range(2):
        rosters.learn(facts(admins=frozenset({OTHER}), version=1), NOW)

    assert rosters.admins("7@g.us") == {OTHER}


def test_who_is_admin_is_stored_nowhere() -> None:
    Rosters().learn(facts(), NOW)

    stored = serializers.serialize("json", Group.objects.all())
    assert LID not in stored
    assert PHONE not in stored


@pytest.mark.parametrize(
    ("person", "is_admin"),
    [
        (Person(LID), True),
        (Person(PHONE), True),
        (Person(OTHER, PHONE), True),
        (Person(LID, "3@s.whatsapp.net"), True),
        (Person(OTHER), False),
        (Person(""), False),
    ],
)
def test_an_admin_is_known_under_either_address(person: Person, is_admin: bool) -> None:
    rosters = Rosters()
    rosters.learn(facts(), NOW)

    assert rosters.is_admin("7@g.us", person) is is_admin
    assert not rosters.is_admin("8@g.us", person)


def test_promotions_and_demotions_change_a_list_that_is_known_and_make_none_up() -> None:
    rosters = Rosters()
    rosters.learn(facts(), NOW)

    rosters.change("7@g.us", promoted=iter([OTHER]), demoted=iter([LID, PHONE]))
    rosters.change("8@g.us", promoted=[OTHER], demoted=[])

    assert rosters.is_admin("7@g.us", Person(OTHER))
    assert not rosters.is_admin("7@g.us", Person(LID))
    assert not rosters.is_admin("8@g.us", Person(OTHER))


def test_an_empty_address_in_an_event_makes_nobody_an_admin() -> None:
    rosters = Rosters()
    rosters.learn(facts(), NOW)

    rosters.change("7@g.us", promoted=[""], demoted=[])

    assert not rosters.is_admin("7@g.us", Person(OTHER))
