"""Where in a message a link stands, and what that means for the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan
from tests.waclient.inbound import ADMIN, ANNA, edits, passages_of, placed, revokes, rosters_of, says
from tests.waclient.planning import plan_all, planned, seen
from waclient.client import Passage
from waclient.ingest import receive
from waclient.models import Action, ActionState, Place, QueueItem, Sighting
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
HIDDEN = "https://shop.exam\u202eple.com/offer?id=7"
NOBODY = Rosters()


# --- what is stored


@pytest.mark.parametrize("place", [Place.TEXT, Place.QUOTED, Place.CODE, Place.DOCUMENT])
def test_a_sighting_knows_where_its_link_stood(group: Group, place: Place) -> None:
    receive(placed(group, f"see {URL}", place, is_forwarded_often=place is Place.CODE), NOBODY)

    sighting = Sighting.objects.get()
    assert (sighting.place, sighting.is_forwarded_often) == (place, place is Place.CODE)


# --- what is answered


@pytest.mark.parametrize(
    ("place", "silence", "names"),
    [
        (Place.TEXT, "", "link"),
        (Place.CODE, "", "code"),
        (Place.DOCUMENT, "", "document"),
        (Place.QUOTED, "quoted", ""),
        (Place.GROUP, "group_text", ""),
    ],
)
def test_what_is_quoted_or_stands_in_the_groups_texts_is_judged_and_not_answered(
    group: Group, place: Place, silence: str, names: str
) -> None:
    sighting = seen(group, Verdict.MALICIOUS, place=place)

    plan_all()

    sighting.refresh_from_db()
    assert (sighting.verdict, sighting.facts["silence"]) == (Verdict.MALICIOUS, silence)
    assert sighting.facts["place"] == place
    assert [names in action.text for action in planned()] == ([True] if names else [])
    assert QueueItem.objects.count() == 1


def test_a_link_that_is_quoted_and_said_is_answered(group: Group) -> None:
    make_scan(OTHER, Verdict.MALICIOUS)
    receive(says(group, passages=(Passage(OTHER, Place.QUOTED), Passage(OTHER, Place.TEXT))), NOBODY)

    plan_all()

    assert Sighting.objects.get().place == Place.TEXT
    assert len(planned()) == 1


def test_a_quoted_scam_does_not_keep_the_answer_from_what_the_message_says(group: Group) -> None:
    make_scan(OTHER, Verdict.MALICIOUS)
    make_scan(URL, Verdict.SUSPICIOUS)
    receive(says(group, passages=(Passage(OTHER, Place.QUOTED), Passage(URL, Place.TEXT))), NOBODY)

    plan_all()

    assert [action.sighting.url for action in planned() if action.sighting] == [URL]


# --- edits and deletions


def test_an_edit_that_says_what_was_only_quoted_is_answered_once(group: Group) -> None:
    make_scan(OTHER, Verdict.MALICIOUS)
    first = placed(group, OTHER, Place.QUOTED)
    receive(first, NOBODY)
    plan_all()

    receive(edits(first, f"look {OTHER}"), NOBODY)
    plan_all()
    receive(edits(first, f"look again {OTHER}"), NOBODY)
    plan_all()

    assert Sighting.objects.get().place == Place.TEXT
    assert len(planned()) == 1


def test_an_edit_of_a_caption_leaves_the_code_in_the_picture(group: Group) -> None:
    first = says(group, URL)
    receive(first, NOBODY)
    receive(says(group, passages=passages_of(OTHER, place=Place.CODE), message_id=first.message_id), NOBODY)

    receive(edits(first, "never mind"), NOBODY)

    standing = Sighting.objects.filter(withdrawn_at__isnull=True)
    assert [sighting.place for sighting in standing] == [Place.CODE]


@pytest.mark.parametrize("place", [Place.TEXT, Place.QUOTED, Place.CODE, Place.DOCUMENT])
def test_a_deleted_message_is_withdrawn_wherever_its_link_stood(group: Group, place: Place) -> None:
    message = placed(group, OTHER, place)
    receive(message, NOBODY)
    sighting = Sighting.objects.get()
    Action.objects.create(group=group, sighting=sighting, kind="reply")

    receive(revokes(message, by=ANNA), NOBODY)

    sighting.refresh_from_db()
    assert sighting.withdrawn_at is not None
    assert Action.objects.get(sighting=sighting).state == ActionState.SKIPPED


def test_a_code_found_after_the_text_was_answered_is_answered_only_if_it_is_worse(group: Group) -> None:
    make_scan(URL, Verdict.SUSPICIOUS)
    make_scan(OTHER, Verdict.MALICIOUS)
    first = says(group, URL)
    receive(first, NOBODY)
    plan_all()
    later = says(group, passages=passages_of(URL, OTHER, place=Place.CODE), message_id=first.message_id)

    assert receive(later, NOBODY) == 1
    plan_all()

    assert [action.kind for action in planned()] == ["react", "reply"]


# --- consent


@pytest.mark.parametrize("place", [Place.QUOTED, Place.CODE, Place.DOCUMENT, Place.GROUP])
def test_only_an_admins_own_words_are_consent(place: Place) -> None:
    group = make_group(state=State.OFF)
    message = placed(group, "!scanner consent", place, by=ADMIN, age=timedelta(0))

    receive(message, rosters_of(group))

    group.refresh_from_db()
    assert group.state == State.OFF
    assert timezone.now() - message.posted_at < timedelta(minutes=1)
