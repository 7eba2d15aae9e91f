"""The queue as its readers see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.utils import timezone

from groups.models import Group, Membership
from groups.policy import State
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.desk.conftest import client_of, with_role
from tests.desk.pages import answer
from tests.desk.queued import QUEUE, posted, rows
from tests.factories import make_group, make_moderator
from waclient import decisions
from waclient.models import Answer, QueueItem, Report, ReportKind, Sighting
from wbscanner.desk.queue import ROWS_A_PAGE

pytestmark = pytest.mark.django_db


def test_the_queue_shows_what_needs_a_decision_and_the_rest_on_request(as_owner: Client, group: Group) -> None:
    waits, settled = posted(group), posted(group, "https://settled.example/")
    decisions.decide(settled.url_hash, Answer.CONFIRM, by="mira", group=None)

    assert rows(as_owner) == [waits.url_hash]
    assert set(rows(as_owner, show="all")) == {waits.url_hash, settled.url_hash}


def test_the_worst_stands_first(as_owner: Client, group: Group) -> None:
    unknown = posted(group, "https://a.example/", Verdict.UNKNOWN)
    bad = posted(group, "https://b.example/", Verdict.MALICIOUS)
    odd = posted(group, "https://c.example/", Verdict.SUSPICIOUS)

    assert rows(as_owner) == [bad.url_hash, odd.url_hash, unknown.url_hash]


@pytest.mark.parametrize(
    ("show", "expected"),
    [("today", {"new", "watched"}), ("changed", {"old"}), ("silent", {"watched"}), ("dangerous", {"new"})],
)
def test_each_filter_shows_its_links_and_counts_them(
    as_owner: Client, group: Group, show: str, expected: set[str]
) -> None:
    items = {
        "new": posted(group, "https://new.example/"),
        "old": posted(group, "https://old.example/", Verdict.SUSPICIOUS),
        "watched": posted(make_group(state=State.WATCH), "https://watched.example/", Verdict.SUSPICIOUS),
    }
    QueueItem.objects.filter(pk=items["old"].pk).update(posted_at=timezone.now() - timedelta(days=2))
    Scan.objects.filter(url_hash=items["old"].url_hash).update(changed_from=Verdict.BENIGN)

    page = as_owner.get(QUEUE, {"show": show})

    assert {row.url_hash for row in page.context["rows"]} == {items[name].url_hash for name in expected}
    assert next(one.count for one in page.context["choices"] if one.is_chosen) == str(len(expected))


def appealed(item: QueueItem, group: Group) -> None:
    Report.objects.create(kind=ReportKind.APPEAL, url_hash=item.url_hash, group=group, by="f" * 32)


def test_appeals_are_a_filter_of_their_own_groups(as_owner: Client, as_moderator: Client, group: Group) -> None:
    mine, elsewhere = posted(group), make_group("Elsewhere")
    foreign, _waits = posted(elsewhere, "https://foreign.example/"), posted(group, "https://nobody-asks.example/")
    for item, where in ((mine, group), (foreign, elsewhere)):
        decisions.decide(item.url_hash, Answer.CONFIRM, by="mira", group=None)
        appealed(item, where)

    assert set(rows(as_owner, show="appeals")) == {mine.url_hash, foreign.url_hash}
    page = as_moderator.get(QUEUE, {"show": "appeals"})
    assert [row.url_hash for row in page.context["rows"]] == [mine.url_hash]
    assert next(one.count for one in page.context["choices"] if one.is_chosen) == "1"


def test_my_groups_are_offered_to_an_owner_who_has_some(as_owner: Client, owner: User, group: Group) -> None:
    mine, _other = posted(group), posted(make_group(), "https://other.example/")
    assert "mine" not in {one.show.value for one in as_owner.get(QUEUE).context["choices"]}
    Membership.objects.create(user=owner, group=group)

    assert rows(as_owner, show="mine") == [mine.url_hash]


def test_a_search_finds_part_of_a_host_however_it_is_written(as_owner: Client, group: Group) -> None:
    item, _other = posted(group), posted(group, "https://other.example/")

    assert rows(as_owner, q="PARCEL-fee[.]exa") == [item.url_hash]
    assert "Nothing matches" in as_owner.get(QUEUE, {"q": "nowhere"}).text


def test_an_empty_queue_says_what_it_is_for(as_owner: Client) -> None:
    assert "Links that look bad" in as_owner.get(QUEUE).text


@pytest.mark.parametrize("show", ["dangerous", "today", "appeals", "changed", "silent"])
def test_an_empty_filter_does_not_say_that_nothing_waits_and_leads_to_what_does(
    as_moderator: Client, group: Group, show: str
) -> None:
    item = posted(group, verdict=Verdict.SUSPICIOUS)
    QueueItem.objects.filter(pk=item.pk).update(posted_at=timezone.now() - timedelta(days=2))
    Sighting.objects.update(posted_at=timezone.now() - timedelta(days=2))

    page = as_moderator.get(QUEUE, {"show": show})

    assert page.context["rows"] == []
    assert "Nothing needs you" not in page.text
    assert 'href="?show=needs">1 link needs you</a>' in page.text


def test_a_page_behind_the_last_shows_the_last(as_owner: Client, group: Group) -> None:
    for number in range(ROWS_A_PAGE + 1):
        posted(group, f"https://host{number}.example/")

    assert as_owner.get(QUEUE, {"page": "9"}).context["page"] == 2
    last = rows(as_owner, page="9")
    assert len(last) == 1
    answer(as_owner, "unsure", QueueItem.objects.get(url_hash=last[0]))
    assert len(rows(as_owner, page="2")) == ROWS_A_PAGE


def test_who_has_no_group_is_told_whom_to_ask(group: Group) -> None:
    posted(group)
    nobody = client_of(with_role(make_moderator(username="nina"), "Moderators"))

    assert "Ask an owner" in nobody.get(QUEUE).text
    assert "Ask an owner" in nobody.get("/admin/groups/group/").text
    assert "spare phone" not in nobody.get("/admin/groups/group/").text


def test_what_waits_stands_before_what_is_settled_over_all_pages(as_moderator: Client, group: Group) -> None:
    count = ROWS_A_PAGE + 4
    items = [posted(group, f"https://host{number}.example/") for number in range(count)]
    QueueItem.objects.filter(verdict=Verdict.MALICIOUS).update(rank=F("pk"))
    settled = {item.url_hash for item in items[2:]} - {items[-2].url_hash}
    for url_hash in settled:
        decisions.decide(url_hash, Answer.CONFIRM, by="mira", group=group)
    appealed(items[-1], group)

    pages = [rows(as_moderator, show="all", page=number) for number in ("1", "2")]

    by_rank = [item.url_hash for item in reversed(items)]
    waiting = [items[-1].url_hash, items[-2].url_hash, items[1].url_hash, items[0].url_hash]
    assert pages[0] + pages[1] == waiting + [one for one in by_rank if one not in waiting]
    assert len(pages[0]) == ROWS_A_PAGE


def test_a_page_of_settled_links_alone_goes_on_where_the_one_before_ended(as_owner: Client, group: Group) -> None:
    items = [posted(group, f"https://host{number}.example/") for number in range(2 * ROWS_A_PAGE)]
    for item in items[1:]:
        decisions.decide(item.url_hash, Answer.CONFIRM, by="mira", group=group)

    pages = rows(as_owner, show="all") + rows(as_owner, show="all", page="2")

    assert pages[0] == items[0].url_hash
    assert len(set(pages)) == len(pages) == len(items)


def test_a_row_says_seven_things(as_owner: Client, group: Group) -> None:
    posted(group)

    (row,) = as_owner.get(QUEUE).context["rows"]

    assert "Dangerous" in row.mark
    assert "parcel-fee" in row.host
    assert "https://" not in row.address
    assert (row.groups, row.stage, row.by) == (("Coro Aurora",), "new", "")
    assert "ago" in row.when


def test_what_other_groups_still_have_to_decide_keeps_no_link_in_a_moderators_queue(
    as_moderator: Client, as_owner: Client, group: Group
) -> None:
    posted(group)
    item = posted(make_group("Elsewhere"))

    decisions.decide(item.url_hash, Answer.CONFIRM, by="mira", group=group)

    assert rows(as_moderator) == []
    assert rows(as_moderator, show="all") == rows(as_owner) == [item.url_hash]


def test_a_decision_in_another_group_is_not_told(as_moderator: Client, group: Group) -> None:
    posted(group)
    elsewhere = make_group("Elsewhere")
    item = posted(elsewhere)
    decisions.decide(item.url_hash, Answer.CONFIRM, by="someone", group=elsewhere)

    assert rows(as_moderator) == [item.url_hash]
    assert "someone" not in as_moderator.get(QUEUE).text
    assert "Elsewhere" not in as_moderator.get(QUEUE).text


def test_a_decision_for_all_groups_is_told_to_moderators(as_moderator: Client, group: Group) -> None:
    item = posted(group)
    decisions.decide(item.url_hash, Answer.FINE, by="olga", group=None)

    assert "olga" in as_moderator.get(QUEUE, {"show": "all"}).text
    assert rows(as_moderator) == []


def test_nobody_without_the_right_sees_it(group: Group) -> None:
    posted(group)
    client = client_of(make_moderator(group))

    assert [client.get(url).status_code for url in (QUEUE, "/desk/queue/fresh/")] == [403, 403]


def test_new_links_are_announced_and_do_not_push_in(as_owner: Client, group: Group) -> None:
    posted(group)
    newest = as_owner.get(QUEUE).context["newest"].isoformat()
    assert as_owner.get("/desk/queue/fresh/", {"since": newest}).status_code == 204

    posted(group, "https://later.example/")

    assert "Show 1 new" in as_owner.get("/desk/queue/fresh/", {"since": newest}).text
    assert as_owner.get("/desk/queue/fresh/", {"since": "yesterday"}).status_code == 200
