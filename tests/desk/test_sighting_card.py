"""Where a link stood and how it was written, as a moderator sees it."""

from __future__ import annotations

import pytest
from django.test import Client

from groups.models import Group
from groups.policy import Silence
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.desk.pages import list_url, row_url
from tests.factories import make_group, make_scan, make_sighting
from waclient import queue
from waclient.admin.links import response
from waclient.models import Action, ActionKind, ActionState, Place, QueueItem, Sighting

pytestmark = pytest.mark.django_db

URL = "https://shop.example.com/offer"
TURNED = "Hidden characters turn the writing of the address shop[.]example[.]com around."


@pytest.fixture
def scan() -> Scan:
    return make_scan(URL, Verdict.BENIGN)


def disguised(group: Group, scan: Scan, **columns: object) -> Sighting:
    """The link of the scan, turned around in one message."""
    written = [Finding.of("bidi_control", 8, host="shop.example.com").as_dict()]
    columns |= {"written": written, "verdict": Verdict.MALICIOUS, "planned_at": scan.finished_at}
    sighting = make_sighting(group, scan, **columns)  # type: ignore[arg-type]
    queue.refresh(sighting.url_hash)
    return sighting


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode().replace("<wbr>", "")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"place": Place.CODE}, "in a QR code or barcode"),
        ({"place": Place.QUOTED}, "in the message it quotes"),
        ({"place": Place.GROUP}, "in the group&#x27;s name or description"),
        ({"is_forwarded_often": True}, "many times"),
        ({}, "not often, as far as is known"),
    ],
)
def test_the_card_of_a_message_says_where_its_link_stood(
    as_moderator: Client, group: Group, scan: Scan, columns: dict[str, object], words: str
) -> None:
    sighting = make_sighting(group, scan, **columns)  # type: ignore[arg-type]

    assert words in text_of(as_moderator, row_url(sighting))


def test_the_card_of_a_message_says_how_its_link_was_written(as_moderator: Client, group: Group, scan: Scan) -> None:
    odd, plain = disguised(group, scan), make_sighting(group, scan)

    assert TURNED in text_of(as_moderator, row_url(odd))
    assert TURNED not in text_of(as_moderator, row_url(plain))


def test_the_queue_says_how_a_link_was_written_and_where_it_stood(
    as_moderator: Client, group: Group, scan: Scan
) -> None:
    disguised(group, scan, place=Place.CODE, is_forwarded_often=True)

    page = text_of(as_moderator, row_url(QueueItem.objects.get()))

    assert TURNED[:40] in text_of(as_moderator, list_url(QueueItem))
    assert all(words in page for words in (TURNED, "in a QR code or barcode", "forwarded many times"))


def test_how_a_link_was_written_elsewhere_is_not_told_to_a_moderator_of_another_group(
    as_moderator: Client, group: Group, scan: Scan
) -> None:
    disguised(make_group(), scan)
    make_sighting(group, scan, verdict=Verdict.BENIGN, planned_at=scan.finished_at)

    assert TURNED not in text_of(as_moderator, row_url(QueueItem.objects.get()))


def test_messages_are_found_by_the_place_of_their_link(as_owner: Client, group: Group, scan: Scan) -> None:
    make_sighting(group, scan, place=Place.CODE)
    make_sighting(group, scan)

    shown = as_owner.get(list_url(Sighting), {"place__exact": Place.CODE}).context["cl"].result_list

    assert [sighting.place for sighting in shown] == [Place.CODE]


def test_the_card_of_a_message_says_why_an_answer_was_not_sent(as_moderator: Client, group: Group, scan: Scan) -> None:
    sighting = make_sighting(group, scan, planned_at=scan.finished_at)
    Action.objects.create(
        group=group, sighting=sighting, kind=ActionKind.REPLY, state=ActionState.SKIPPED, reason="budget"
    )

    assert "reply: not sent (the bot had said enough for now)" in text_of(as_moderator, row_url(sighting))


@pytest.mark.parametrize("silence", list(Silence))
def test_every_reason_to_say_nothing_has_a_sentence(group: Group, scan: Scan, silence: Silence) -> None:
    sighting = make_sighting(group, scan, planned_at=scan.finished_at, facts={"silence": silence})

    assert response(sighting) != "Said nothing"
