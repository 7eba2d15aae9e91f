"""Pictures and documents of watched groups wait for the second thread, until their message is deleted."""

from __future__ import annotations

import pytest

from groups.models import Group
from groups.policy import State
from tests.factories import make_group
from tests.waclient.inbound import ADMIN, ANNA, BEN, revokes, rosters_of, says
from waclient.client import Person
from waclient.ingest import receive
from waclient.media import Media, MediaKind
from waclient.models import PendingWork, Sighting, WorkKind
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

URL, OTHER = "https://shop.example.com/offer?id=7", "http://192.0.2.1/login.exe"
HIDDEN = "https://shop.exam\u202eple.com/offer?id=7"
NOBODY = Rosters()


KEY = bytes(range(32))
PICTURE = Media(MediaKind.IMAGE, "image/jpeg", 20_000, "/v/t62.7118-24/1_n.enc", KEY, KEY, KEY)


def waiting() -> list[str]:
    return [work.ref for work in PendingWork.objects.filter(kind=WorkKind.MEDIA)]


def test_a_picture_of_a_watched_group_is_put_off_and_nothing_else_is_written(group: Group) -> None:
    message = says(group, "look at this", media=(PICTURE,))

    assert receive(message, NOBODY) == 0
    assert receive(message, NOBODY) == 0

    assert waiting() == [f"{group.jid} {message.message_id} 0"]
    assert not Sighting.objects.exists()


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_a_picture_of_any_other_group_is_not(state: State) -> None:
    receive(says(make_group(state=state), "look", media=(PICTURE,)), NOBODY)

    assert waiting() == []


@pytest.mark.parametrize(("by", "is_forgotten"), [(ANNA, True), (ADMIN, True), (BEN, False)])
def test_a_deleted_picture_is_forgotten_when_its_author_or_an_admin_says_so(
    group: Group, by: Person, is_forgotten: bool
) -> None:
    message = says(group, "look", media=(PICTURE,))
    receive(message, NOBODY)

    receive(revokes(message, by=by), rosters_of(group))

    assert (waiting() == []) is is_forgotten
