"""A number on a page leads to as many rows."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from groups.models import Group
from overrides.models import Override
from scans.engine.scoring import Verdict
from tests.desk.pages import rows_behind
from tests.desk.queued import posted
from tests.factories import make_group, make_sighting
from waclient import decisions
from waclient.models import Answer
from waclient.retention import classes

pytestmark = pytest.mark.django_db

PRIVACY = "/desk/privacy/"
BELONGS = ("codes", "files")  # their links show what the rows belong to


def test_each_number_of_rows_leads_to_these_rows(as_owner: Client, group: Group) -> None:
    for number, undo in enumerate((True, False, False)):
        where = group if number == 1 else make_group()
        made = decisions.decide(posted(where).url_hash, Answer.CONFIRM, by="mira", group=where)
        if undo:
            decisions.undo(made, by="mira")
        elif number == 1:
            Override.objects.filter(decisions=made).update(expires_at=timezone.now())
    posted(group, "https://waits.example/")

    page = as_owner.get(PRIVACY).context

    elsewhere = {one.label for one in classes.table() if one.name in BELONGS}
    kept = [one for one in page["kept"] if one["link"] and one["label"] not in elsewhere and is_list(one["link"])]
    assert len(kept) >= 10
    found = {one["label"]: rows_behind(as_owner, one["link"]) for one in kept}
    assert found == {one["label"]: one["count"] for one in kept}


def is_list(url: str) -> bool:
    return "/people/" not in url and "/audit/" not in url


def test_how_often_a_link_was_seen_leads_to_its_messages(as_moderator: Client, as_owner: Client, group: Group) -> None:
    item = posted(group)
    elsewhere = make_group()
    for where, hours in ((group, 3), (group, 50), (elsewhere, 4)):
        make_sighting(where, url=item.url, verdict=Verdict.MALICIOUS, posted_at=timezone.now() - timedelta(hours=hours))
    make_sighting(group, url="https://other.example/", verdict=Verdict.MALICIOUS)

    for client, seen, of_groups in ((as_moderator, 3, [3]), (as_owner, 4, [3, 1])):
        page = client.get(f"/desk/link/{item.url_hash}/").text
        [whole] = re.findall(r'<a href="([^"]+)">Seen ', page)
        lanes = re.findall(r'<a class="what row-link" href="([^"]+)">(\d+) message', page)
        assert rows_behind(client, whole) == seen
        assert [int(number) for _url, number in lanes] == of_groups
        assert [rows_behind(client, unescape(url)) for url, _number in lanes] == of_groups
