"""What people write to the bot alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django_q.models import OrmQ

from groups.models import Group
from scans.models import Scan
from tests.waclient.inbound import ANNA, BEN, edits, revokes, says
from waclient.client import MessageKind, Person
from waclient.ingest import receive
from waclient.models import Action, PendingWork, Sighting
from waclient.rosters import Rosters

pytestmark = pytest.mark.django_db

URL = "https://shop.example.com/offer?id=7"


def rows() -> int:
    return sum(model.objects.count() for model in (Group, Sighting, Scan, OrmQ, Action, PendingWork))


@pytest.mark.parametrize("text", [f"look {URL}", "hello", "!!!", "!scanner consent", "!scanner pause", "! ", ""])
@pytest.mark.parametrize("by", [ANNA, BEN])
def test_of_a_one_to_one_chat_nothing_is_stored(text: str, by: Person) -> None:
    message = says(by.address, text, by=by, is_direct=True)

    for one in (message, edits(message, URL), revokes(message, by=by)):
        assert receive(one, Rosters()) == 0

    assert rows() == 0


def test_a_reaction_in_a_one_to_one_chat_is_nobodys() -> None:
    reaction = says(BEN.address, by=BEN, is_direct=True, kind=MessageKind.REACTION, quoted_id="X", reaction="!")

    receive(reaction, Rosters())

    assert rows() == 0


def test_old_one_to_one_messages_are_nobodys() -> None:
    receive(says(BEN.address, "!help", by=BEN, is_direct=True, age=timedelta(days=1), is_history=True), Rosters())

    assert rows() == 0
