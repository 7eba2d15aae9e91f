"""The audit trail as a page: sentences for people, codes as facts behind them, never more than its reader may see."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from groups.models import Group, Membership
from tests.desk.conftest import client_of, with_role
from tests.factories import make_group, make_moderator
from wbscanner import audit
from wbscanner.models import AuditEntry

PAGE = "/desk/audit/"
MOST_QUERIES = 15


def says(client: Client, **asked: str) -> list[str]:
    """The sentences of the list, as they are read."""
    lines = re.findall(r'<p class="says">(.*?)</p>', client.get(PAGE, asked).text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", line)) for line in lines]


def put_back(entry: AuditEntry, **ago: int) -> AuditEntry:
    """The entry, as if it had been written so long ago."""
    AuditEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(**ago))
    return entry


@pytest.fixture
def foreign(db: None) -> Group:
    return make_group("Stranger group")


def test_an_entry_is_a_sentence_and_its_code_a_fact_behind_it(as_owner: Client, group: Group) -> None:
    audit.record("ana", "link.confirm", "evil[.]example", group_ids=[str(group.pk)], details={"covers": "host"})

    page = as_owner.get(PAGE).text

    assert says(as_owner) == ["ana confirmed evil[.]example as a scam"]
    assert "<summary><code>link.confirm</code></summary>" in page
    assert "&quot;covers&quot;: &quot;host&quot;" in page
    assert "Coro Aurora" in page


def test_a_code_of_another_version_is_shown_as_it_is(as_owner: Client) -> None:
    audit.record("ana", "group.sing", "Coro")

    assert says(as_owner) == ["ana: group.sing Coro"]
    assert as_owner.get(PAGE, {"what": "group.sing"}).text.count("group.sing") >= 3


def test_days_are_named_and_the_newest_stand_first(as_owner: Client) -> None:
    put_back(audit.record("ana", "setup.end"), days=40)
    put_back(audit.record("bo", "setup.end"), days=1)
    audit.record("cy", "setup.end")

    heads = re.findall(r'<h2 id="day-\d+">(.*?)</h2>', as_owner.get(PAGE).text)

    assert [head.partition(",")[0] for head in heads[:2]] == ["Today", "Yesterday"]
    assert len(heads) == 3
    assert [line.split()[0] for line in says(as_owner)] == ["cy", "bo", "ana"]


def test_an_empty_trail_says_what_will_stand_there(as_owner: Client) -> None:
    assert "Nothing here yet" in as_owner.get(PAGE).text
    assert "Nothing matches" in as_owner.get(PAGE, {"q": "nobody"}).text


def test_it_is_read_page_by_page_and_nothing_is_left_out_or_told_twice(as_owner: Client) -> None:
    now = timezone.now()
    for number in range(120):  # many in one moment, in an order that is not that of their numbers
        entry = audit.record("ana", "setup.note", f"step{number}")
        AuditEntry.objects.filter(pk=entry.pk).update(at=now - timedelta(seconds=number % 3))
    seen, place = [], ""

    while True:
        page = as_owner.get(f"{PAGE}?{place}").text
        seen += re.findall(r"<bdi class=\"named\">(step\d+)</bdi>", page)
        older = re.search(r'href="\?([^"]*)" rel="next"', page)
        if older is None:
            break
        place = older[1].replace("&amp;", "&")
        AuditEntry.objects.filter(target=seen[-1]).delete()  # where the next page goes on need not be there any more

    assert sorted(seen) == sorted(f"step{number}" for number in range(120))


def test_the_next_page_keeps_the_filter(as_owner: Client) -> None:
    for number in range(51):
        audit.record("ana", "setup.note", f"step{number}")

    page = as_owner.get(PAGE, {"who": "ana", "span": "7"}).text

    assert re.search(r'href="\?who=ana&amp;span=7&amp;before=\d+-\d+" rel="next"', page)
    assert re.search(r'href="/desk/audit/\d+/\?who=ana&amp;span=7"', page)


@pytest.mark.parametrize("place", ["x", "1-", "-1", "²-3", "9" * 39, f"{'9' * 30}-1", f"1-{'9' * 30}", "1-1-1"])
def test_a_place_that_makes_no_sense_is_no_error(as_owner: Client, place: str) -> None:
    assert as_owner.get(PAGE, {"before": place}).status_code == 200


def test_more_entries_than_are_counted_are_called_more(as_owner: Client) -> None:
    AuditEntry.objects.bulk_create(AuditEntry(actor="ana", action="setup.end") for _number in range(1001))

    assert "More than 1000 entries" in as_owner.get(PAGE).text


def test_one_entry_has_a_page_of_its_own_with_the_way_back(as_owner: Client) -> None:
    entry = audit.record("ana", "link.fine", "a[.]example")

    page = as_owner.get(reverse("desk:audit-entry", args=[entry.pk]), {"who": "ana"}).text

    assert "<code>link.fine</code>" in page
    assert f'href="{PAGE}?who=ana"' in page


@pytest.mark.parametrize("key", [999999, 2**63, 10**30])
def test_an_entry_that_is_not_there_is_not_found(as_owner: Client, key: int) -> None:
    assert as_owner.get(f"{PAGE}{key}/").status_code == 404


@pytest.mark.parametrize("role", ["Moderators", "Viewers"])
def test_people_see_what_concerns_their_groups_only(group: Group, foreign: Group, role: str) -> None:
    client = client_of(with_role(make_moderator(group), role))
    audit.record("ana", "group.unmute", "own", group_ids=[str(group.pk)])
    audit.record("ana", "group.unmute", "strange", group_ids=[str(foreign.pk)])
    audit.record("ana", "setup.end")

    assert says(client) == ["ana let the bot speak in own again"]
    assert foreign.name not in client.get(PAGE).text


def test_of_an_entry_about_foreign_groups_too_only_what_was_done_is_told(
    as_moderator: Client, as_owner: Client, group: Group, foreign: Group
) -> None:
    both = [str(group.pk), str(foreign.pk)]
    entry = audit.record("ana", "chat.code", "Strangers' chat", group_ids=both, details={"secretive": "fact"})

    for page in (as_moderator.get(PAGE).text, as_moderator.get(reverse("desk:audit-entry", args=[entry.pk])).text):
        assert "Coro Aurora" in page
        assert "and groups that you do not see" in page
        assert not re.search("Strangers|Stranger group|secretive", page)
        assert f"&quot;{foreign.pk}&quot;" not in page
    assert says(as_moderator) == ["ana had a code made that binds the moderators' chat …"]
    assert "secretive" in as_owner.get(PAGE).text


def test_of_many_groups_the_first_are_named(as_owner: Client) -> None:
    groups = [make_group(f"Choir {number}") for number in range(8)]
    audit.record("ana", "override.export", "CSV", group_ids=[str(group.pk) for group in groups])

    page = as_owner.get(PAGE).text.partition('<p class="meta">')[2].partition("</p>")[0]

    assert re.findall(r"Choir \d", page) == [f"Choir {number}" for number in range(5)]
    assert "and 3 more" in page


def test_somebody_with_a_role_and_no_group_sees_nothing(group: Group) -> None:
    client = client_of(with_role(make_moderator(), "Moderators"))
    audit.record("ana", "group.unmute", "own", group_ids=[str(group.pk)])

    assert says(client) == []


def test_without_the_right_to_see_it_every_page_and_file_is_refused(group: Group) -> None:
    client, entry = client_of(make_moderator(group)), audit.record("ana", "setup.end", group_ids=[str(group.pk)])

    pages = [PAGE, f"{PAGE}{entry.pk}/", f"{PAGE}audit.csv", f"{PAGE}audit.jsonl"]

    assert [client.get(page).status_code for page in pages] == [403] * 4
    assert [Client().get(page).status_code for page in pages] == [302] * 4


def test_the_page_asks_few_questions_however_many_entries_and_groups_there_are(
    as_owner: Client, moderator: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_moderator = client_of(moderator)
    for number in range(60):
        other = make_group()
        Membership.objects.create(user=moderator, group=other)
        audit.record(f"person{number}", "group.unmute", str(other), group_ids=[str(other.pk)])
    asked: dict[str, Any] = {"who": "person3", "what": "all:groups", "q": "group", "span": "30"}
    for client in (as_owner, as_moderator):
        client.get("/desk/me/")  # the first page of a login also writes when it began
        for filters in ({}, asked):
            with django_assert_max_num_queries(MOST_QUERIES):
                assert client.get(PAGE, filters).status_code == 200
