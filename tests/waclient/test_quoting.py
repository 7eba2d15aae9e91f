"""A message that answers one of ours is judged and not answered."""

from __future__ import annotations

import pytest
from django.utils import timezone

from groups.models import Group
from tests.factories import make_group
from tests.waclient.inbound import rosters_of, says
from tests.waclient.planning import told
from waclient.client import InboundMessage
from waclient.ingest import receive
from waclient.models import Action, ActionKind, ActionState, Connection, Sighting
from waclient.quoting import quotes_us

pytestmark = pytest.mark.django_db

US, OUR_LID = "4915100000099@s.whatsapp.net", "99999@lid"
SCAM = "http://192.0.2.1/login.exe"


@pytest.fixture
def ours(group: Group) -> Action:
    Connection.write(jid=US, lid=OUR_LID)
    return Action.objects.create(
        group=group, kind=ActionKind.REPLY, state=ActionState.SENT, wa_message_id="3EB0OURS", sent_at=timezone.now()
    )


def quoting(group: Group, quoted_id: str, quoted_sender: str = "") -> InboundMessage:
    return says(group, SCAM, quoted_id=quoted_id, quoted_sender=quoted_sender)


@pytest.mark.parametrize(
    ("quoted_id", "quoted_sender", "is_ours"),
    [
        ("", "", False),
        ("3EB0OURS", "", True),
        ("3EB0OURS", "5@lid", True),
        ("3EB0OTHER", "5@lid", False),
        ("3EB0OTHER", US, True),
        ("3EB0OTHER", OUR_LID, True),
        ("3EB0OTHER", "99999:7@lid", True),
        ("3EB0OTHER", "@lid", False),
        ("3EB0OTHER", "nonsense", False),
    ],
)
def test_what_is_ours_is_known_by_its_id_or_its_author(
    group: Group, ours: Action, quoted_id: str, quoted_sender: str, is_ours: bool
) -> None:
    assert quotes_us(quoting(group, quoted_id, quoted_sender), group) is is_ours


def test_what_we_said_in_another_group_is_not_ours_here(ours: Action) -> None:
    group = told(make_group())

    assert quotes_us(quoting(group, "3EB0OURS"), group) is False


def test_before_a_phone_is_linked_nothing_is_ours(group: Group) -> None:
    assert quotes_us(quoting(group, "3EB0", ""), group) is False


@pytest.mark.parametrize("quoted_id", ["3EB0OURS", "3EB0OTHER"])
def test_the_link_is_judged_all_the_same(group: Group, ours: Action, quoted_id: str) -> None:
    receive(quoting(group, quoted_id), rosters_of(group))

    sighting = Sighting.objects.get()
    assert (sighting.quotes_us, sighting.scan is not None) == (quoted_id == "3EB0OURS", True)
