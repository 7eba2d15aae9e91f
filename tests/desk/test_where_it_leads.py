"""Deciding about a link that leads elsewhere: the question says which address the answer is about."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.journeys import Hop, How
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.hops import rows_of
from tests.desk.pages import act, list_url, row_url
from tests.factories import make_override, make_scan, make_sighting
from tests.scans.test_shown import words
from waclient import queue
from waclient.models import Decision, Place, QueueItem, Sighting

pytestmark = pytest.mark.django_db

SHORT, END = "https://bit.ly/3xYz", "https://shop.example.com/offer?id=7"


def posted(group: Group, *urls: str, **columns: Any) -> Sighting:
    """The first address, posted in a group and led to the others."""
    hops = [Hop(parse(url), How.REDIRECT if at else How.POSTED, 302) for at, url in enumerate(urls)]
    scan = make_scan(urls[0], Verdict.SUSPICIOUS, hops=[row.as_dict() for row in rows_of(hops)])
    sighting = make_sighting(group, scan, verdict=scan.verdict, planned_at=scan.finished_at, **columns)
    queue.refresh(sighting.url_hash)
    return sighting


@pytest.mark.parametrize("kind", [Sighting, QueueItem])
def test_it_is_fine_says_that_it_is_about_where_the_link_leads(
    as_moderator: Client, group: Group, kind: type[Sighting] | type[QueueItem]
) -> None:
    posted(group, SHORT, END)
    row = kind.objects.get()

    is_card = isinstance(row, QueueItem)
    question = as_moderator.get(row_url(row)) if is_card else act(as_moderator, "fine", row, confirmed=False)

    said = "leads to hxxps://shop[.]example[.]com/offer?id=7 . Your answer is about that address, not about bit[.]ly"
    assert said in words(question.text)
    assert "It's fine : bit[.]ly leads to hxxps" in unescape(words(question.text))
    assert "https://shop" not in question.text


def test_it_is_a_scam_warns_that_the_host_serves_others_too(as_moderator: Client, group: Group) -> None:
    sighting = posted(group, SHORT, END)

    question = act(as_moderator, "scam", sighting, confirmed=False)

    assert "the whole host is every link of bit[.]ly" in words(question.text)


def test_the_card_says_which_answer_is_about_which_address(as_moderator: Client, group: Group) -> None:
    posted(group, SHORT, END)

    card = unescape(words(as_moderator.get(row_url(QueueItem.objects.get())).text))

    about = r"(It's fine|It is a scam) : bit\[\.\]ly leads to \S+ \. Your answer is about (that address|the link)"
    assert re.findall(about, card) == [("It's fine", "that address"), ("It is a scam", "the link")]


@pytest.mark.parametrize("name", ["scam", "fine"])
def test_a_link_that_stays_where_it_is_needs_no_such_words(as_moderator: Client, group: Group, name: str) -> None:
    question = act(as_moderator, name, posted(group, END), confirmed=False)

    assert "Your answer is about" not in question.text


def test_the_rule_that_gives_way_is_the_one_for_where_it_leads(as_moderator: Client, group: Group) -> None:
    sighting = posted(group, SHORT, END)
    make_override("shop.example.com", Ruling.DENY, group=group, kind=Kind.HOST)
    make_override("bit.ly", Ruling.ALLOW, group=group, kind=Kind.HOST)

    question = words(act(as_moderator, "fine", sighting, confirmed=False).text)

    assert question.count("gives way to your answer") == 1
    assert Override.objects.get(ruling=Ruling.DENY).get_ruling_display() in question


def test_a_decision_says_which_address_it_made_a_rule_for(as_moderator: Client, group: Group) -> None:
    act(as_moderator, "fine", posted(group, SHORT, END), scope="here", kind="url")

    page = as_moderator.get(row_url(Decision.objects.get())).text

    assert "hxxps://shop[.]example[.]com/offer?id=7" in page
    assert "hxxps://bit[.]ly/3xYz" in page


@pytest.mark.parametrize("kind", [Sighting, QueueItem])
def test_the_list_says_where_a_link_leads(
    as_moderator: Client, group: Group, kind: type[Sighting] | type[QueueItem]
) -> None:
    posted(group, SHORT, END)

    assert "leads to shop[.]example[.]com" in words(as_moderator.get(list_url(kind)).text)


def test_the_list_of_messages_says_where_a_link_stood(as_moderator: Client, group: Group) -> None:
    posted(group, SHORT, place=Place.CODE, is_forwarded_often=True)

    assert "in a QR code or barcode · forwarded many times" in words(as_moderator.get(list_url(Sighting)).text)
