"""What happens to a group is known from its events."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.engine.links import parse
from tests.factories import make_group
from tests.waclient.heard import ADMIN, JID, SCAM, US, client, events, group_event, jid, listening, message
from waclient.client import GroupFacts, Person
from waclient.invitations import is_own
from waclient.listening import Listening
from waclient.models import Newcomer, PendingWork, Place, Sighting, WorkKind

pytestmark = pytest.mark.django_db
__all__ = ["client", "listening"]  # fixtures


def test_promotions_and_demotions_count_at_once_and_are_checked_later(listening: Listening) -> None:
    make_group(jid=JID)
    listening.rosters.learn(GroupFacts(JID, "Parents", 3, frozenset({"2@lid"}), bot_is_admin=False), timezone.now())

    listening.on_group_info(group_event(Promote=[jid(ADMIN)], Demote=[jid("2@lid")]))

    assert listening.rosters.is_admin(JID, Person(ADMIN))
    assert not listening.rosters.is_admin(JID, Person("2@lid"))
    assert PendingWork.objects.get().ref == JID


def test_a_new_name_is_kept(listening: Listening) -> None:
    make_group(jid=JID, name="Old")

    listening.on_group_info(group_event(Name=events.GroupName(Name="New" * 100)))

    assert Group.objects.get().name == ("New" * 100)[:200]
    assert not PendingWork.objects.exists()


def new_name(text: str) -> Any:
    return events.GroupName(Name=text, NameSetAt=0, NameSetBy=jid(ADMIN))


def new_topic(text: str) -> Any:
    return events.GroupTopic(Topic=text, TopicID="1", TopicSetAt=0, TopicSetBy=jid(ADMIN), TopicDeleted=not text)


def test_links_in_a_new_name_or_description_are_judged_and_go_with_them(listening: Listening) -> None:
    make_group(jid=JID)

    listening.on_group_info(group_event(Name=new_name(f"Win {SCAM}"), Sender=jid(ADMIN)))
    listening.on_group_info(group_event(Topic=new_topic("see shop.example.com/offer")))

    said = Sighting.objects.filter(withdrawn_at__isnull=True)
    assert set(said.values_list("place", "host")) == {(Place.GROUP, "192.0.2.1"), (Place.GROUP, "shop.example.com")}

    listening.on_group_info(group_event(Name=new_name("Parents"), Topic=new_topic("")))

    assert not said.all().exists()


@pytest.mark.parametrize(("who", "is_left"), [(US, True), ("5@lid", False)])
def test_a_group_that_we_left_is_marked_as_left(listening: Listening, who: str, is_left: bool) -> None:
    make_group(jid=JID)

    listening.on_group_info(group_event(Leave=[jid(who)]))

    assert (Group.objects.get().left_at is not None) is is_left
    assert PendingWork.objects.exists() is not is_left


def test_a_message_from_a_group_never_heard_of_is_not_read(listening: Listening) -> None:
    listening.on_message(message())

    assert Group.objects.get().state == State.OFF
    assert not Sighting.objects.exists()
    assert PendingWork.objects.get().kind == WorkKind.GROUP_INFO


def test_the_timer_of_a_group_is_known_from_its_events(listening: Listening) -> None:
    make_group(jid=JID)

    listening.on_group_info(group_event(Ephemeral=events.GroupEphemeral(IsEphemeral=True, DisappearingTimer=604800)))
    assert Group.objects.get().disappears_after == 604800

    listening.on_group_info(group_event(Ephemeral=events.GroupEphemeral(IsEphemeral=False, DisappearingTimer=604800)))
    assert Group.objects.get().disappears_after == 0


def test_our_own_rights_are_known_from_events_without_asking(listening: Listening) -> None:
    make_group(jid=JID)
    listening.rosters.learn(GroupFacts(JID, "Parents", 30, frozenset({ADMIN}), bot_is_admin=False), timezone.now())

    listening.on_group_info(group_event(Promote=[jid(US)]))
    assert Group.objects.get().bot_is_admin
    listening.on_group_info(group_event(Demote=[jid(US)]))

    assert not Group.objects.get().bot_is_admin
    assert not PendingWork.objects.filter(due_at__lte=timezone.now()).exists()


def test_members_who_join_are_counted_once_however_often_it_is_told(listening: Listening) -> None:
    make_group(jid=JID, size=30)
    listening.rosters.learn(
        GroupFacts(JID, "Parents", 30, frozenset({ADMIN}), bot_is_admin=False, members_version=6), timezone.now()
    )

    for version in ("5", "7", "8", "7", "8", "not a number"):
        listening.on_group_info(group_event(Join=[jid("5@lid")], ParticipantVersionID=version))

    assert Group.objects.get().size == 33


def test_who_joins_and_leaves_a_group_that_weighs_it_is_noted_and_forgotten(listening: Listening) -> None:
    make_group(jid=JID, weighs_newcomers=True)

    listening.on_group_info(group_event(Join=[jid("5@lid"), jid("6@lid")], Timestamp=1_780_000_000))
    assert {row.joined_at.timestamp() for row in Newcomer.objects.all()} == {1_780_000_000}
    listening.on_group_info(group_event(Leave=[jid("5@lid")]))

    assert Newcomer.objects.count() == 1


def test_a_new_invitation_of_a_group_is_known_from_the_event(listening: Listening) -> None:
    group = make_group(jid=JID)

    listening.on_group_info(group_event(NewInviteLink="https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"))

    group.refresh_from_db()
    assert is_own(parse("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv?x=1"), group)
