from __future__ import annotations

import pytest

from tests.factories import make_group
from tests.waclient.inbound import ADMIN, ANNA, BEN, LID, PHONE, edits, revokes, rosters_of, says
from waclient.client import Person
from waclient.ingest import receive
from waclient.models import Action, ActionKind, ActionState, Sighting
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
TEXT = f"Look at {URL} before tonight"
NOBODY = Rosters()


def hosts(**filters: object) -> set[str]:
    return set(Sighting.objects.filter(**filters).values_list("host", flat=True))


# --- edits


def test_an_edit_adds_new_links_and_withdraws_those_it_takes_away() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)

    assert receive(edits(message, f"now {OTHER}"), NOBODY) == 1

    assert hosts(withdrawn_at__isnull=True) == {"192.0.2.1"}
    assert hosts(withdrawn_at__isnull=False) == {"shop.example.com"}


def test_an_edit_that_keeps_its_links_changes_nothing() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)
    before = Sighting.objects.values().get()

    assert receive(edits(message, f"corrected {URL}"), NOBODY) == 0

    assert Sighting.objects.values().get() == before


def test_an_edit_without_links_cancels_what_was_about_to_be_said() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)
    sighting = Sighting.objects.get()
    Action.objects.create(group=sighting.group, sighting=sighting, kind=ActionKind.REPLY)

    receive(edits(message, "never mind"), NOBODY)

    action = Action.objects.get()
    assert (action.state, action.reason) == (ActionState.SKIPPED, "withdrawn")


def test_the_author_is_known_under_his_other_address_when_he_edits() -> None:
    message = says(make_group(), TEXT, by=Person(PHONE))
    receive(message, NOBODY)

    receive(edits(message, "never mind", by=Person(LID, PHONE)), NOBODY)

    assert hosts(withdrawn_at__isnull=True) == set()


def test_a_strangers_edit_withdraws_nothing() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)

    receive(edits(message, "never mind", by=BEN), NOBODY)

    assert hosts(withdrawn_at__isnull=True) == {"shop.example.com"}


def test_a_link_that_is_edited_out_and_in_again_is_judged_again() -> None:
    message = says(make_group(), f"{TEXT} {OTHER}")
    receive(message, NOBODY)
    sighting = Sighting.objects.get(host="192.0.2.1")
    Action.objects.create(group=sighting.group, sighting=sighting, kind=ActionKind.REPLY)
    receive(edits(message, TEXT), NOBODY)
    Sighting.objects.update(planned_at=message.posted_at)

    receive(edits(message, f"{TEXT} {OTHER}"), NOBODY)

    back = Sighting.objects.get(host="192.0.2.1")
    assert (back.withdrawn_at, back.planned_at) == (None, None)
    assert not Action.objects.filter(state=ActionState.SKIPPED).exists()
    assert Sighting.objects.get(host="shop.example.com").planned_at is not None


def test_a_message_that_was_deleted_does_not_come_back_when_it_is_delivered_again() -> None:
    message = says(make_group(), TEXT)
    receive(message, NOBODY)
    receive(revokes(message, by=ANNA), NOBODY)

    receive(message, NOBODY)

    assert hosts(withdrawn_at__isnull=True) == set()


# --- deletions


@pytest.mark.parametrize(
    ("posted_by", "deleted_by", "is_believed"),
    [
        (ANNA, ANNA, True),
        (Person(LID), Person(LID, PHONE), True),
        (Person(PHONE), Person(LID, PHONE), True),
        (Person(LID, PHONE), Person(PHONE), True),
        (ANNA, ADMIN, True),
        (ANNA, Person(ADMIN.other), True),
        (ANNA, BEN, False),
        (Person(PHONE), Person(LID), False),
    ],
)
def test_a_deletion_is_believed_of_the_author_and_of_admins(
    posted_by: Person, deleted_by: Person, is_believed: bool
) -> None:
    group = make_group()
    message = says(group, TEXT, by=posted_by)
    receive(message, NOBODY)
    sighting = Sighting.objects.get()
    Action.objects.create(group=group, sighting=sighting, kind=ActionKind.REPLY)
    Action.objects.create(group=group, sighting=sighting, kind=ActionKind.REACT, state=ActionState.SENT)

    receive(revokes(message, by=deleted_by), rosters_of(group))

    sighting.refresh_from_db()
    assert (sighting.withdrawn_at is not None) is is_believed
    assert Action.objects.get(kind=ActionKind.REPLY).state == (
        ActionState.SKIPPED if is_believed else ActionState.PENDING
    )
    assert Action.objects.get(kind=ActionKind.REACT).state == ActionState.SENT


def test_a_deletion_in_one_group_touches_no_other() -> None:
    here, there = make_group(), make_group()
    message = says(here, TEXT)
    receive(message, NOBODY)
    receive(says(there, TEXT, message_id=message.message_id), NOBODY)

    receive(revokes(message, by=ANNA), NOBODY)

    assert set(Sighting.objects.filter(withdrawn_at__isnull=True).values_list("group", flat=True)) == {there.pk}
