"""The moderators' queue as its readers see it, and what the questions about its links say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from overrides.models import Override
from overrides.rules import Kind, Ruling
from scans.engine.scoring import Verdict
from tests.desk.pages import act, list_url, row_url
from tests.factories import make_group, make_scan, make_sighting
from waclient import decisions, queue
from waclient.models import Answer, QueueItem, Sighting
from wbscanner.models import ApiToken, Setting

pytestmark = pytest.mark.django_db


def posted(group: Group, url: str = "https://parcel-fee.example/pay") -> QueueItem:
    """A dangerous link in a group, in the queue."""
    now = timezone.now()
    scan = make_scan(url, Verdict.MALICIOUS)
    sighting = make_sighting(group, scan, verdict=Verdict.MALICIOUS, planned_at=now)
    queue.refresh(sighting.url_hash)
    return QueueItem.objects.get(url_hash=sighting.url_hash)


def rows(client: Client, **query: str) -> set[int]:
    return {row.pk for row in client.get(list_url(QueueItem), query).context["cl"].result_list}


def test_the_queue_shows_what_needs_a_decision_and_the_rest_on_request(as_owner: Client, group: Group) -> None:
    waits, settled = posted(group), posted(group, "https://settled.example/")
    decisions.decide(settled.url_hash, Answer.CONFIRM, by="mira", group=None)

    assert rows(as_owner) == rows(as_owner, decided="no") == {waits.pk}
    assert rows(as_owner, decided="yes") == {settled.pk}
    assert rows(as_owner, decided="all") == {waits.pk, settled.pk}


def test_what_other_groups_still_have_to_decide_keeps_no_link_in_a_moderators_queue(
    as_moderator: Client, as_owner: Client, group: Group
) -> None:
    posted(group)
    item = posted(make_group("Elsewhere"))

    decisions.decide(item.url_hash, Answer.CONFIRM, by="mira", group=group)

    assert rows(as_moderator) == set()
    assert rows(as_moderator, decided="yes") == {item.pk}
    assert rows(as_owner) == {item.pk}


def test_a_decision_in_another_group_is_neither_shown_nor_counted(as_moderator: Client, group: Group) -> None:
    posted(group)
    elsewhere = make_group("Elsewhere")
    item = posted(elsewhere)
    decisions.decide(item.url_hash, Answer.CONFIRM, by="someone", group=elsewhere)

    page = as_moderator.get(row_url(item))

    assert rows(as_moderator) == {item.pk}
    assert "someone" not in page.text
    assert page.context["original"].own_decided_at is None


def test_a_decision_for_all_groups_is_told_to_moderators(as_moderator: Client, group: Group) -> None:
    item = posted(group)
    decisions.decide(item.url_hash, Answer.FINE, by="olga", group=None)

    assert "olga" in as_moderator.get(row_url(item)).text
    assert rows(as_moderator) == set()


def test_a_decided_link_is_decided_again_from_its_page(as_owner: Client, group: Group) -> None:
    item = posted(group)
    decisions.decide(item.url_hash, Answer.CONFIRM, by="mira", group=group)

    act(as_owner, "fine", item, scope="here", kind="url", from_detail="1")

    assert Override.objects.get(kind=Kind.URL).ruling == Ruling.ALLOW


def test_rows_that_left_the_list_meanwhile_are_not_acted_on(as_owner: Client, group: Group) -> None:
    item = posted(group)
    decisions.decide(item.url_hash, Answer.CONFIRM, by="mira", group=group)

    response = act(as_owner, "fine", item, scope="here", kind="url")

    assert "no longer in this list" in as_owner.get(response.headers["Location"]).text
    assert Override.objects.get(kind=Kind.URL).ruling == Ruling.DENY


def test_the_question_names_the_groups_and_what_was_said_before(as_owner: Client, group: Group) -> None:
    item = posted(group)
    decisions.decide(item.url_hash, Answer.CONFIRM, by="mira", group=group)

    text = act(as_owner, "fine", item, confirmed=False, from_detail="1").text

    assert "Posted in: Coro Aurora" in text
    assert "mira said “it is a scam” before (Coro Aurora)" in text
    assert "A rule by" not in text


@pytest.mark.parametrize(("name", "is_told"), [("scam", True), ("fine", True), ("unsure", False)])
def test_the_question_names_a_rule_that_gives_way(as_owner: Client, group: Group, name: str, is_told: bool) -> None:
    item = posted(group)
    Override.objects.create(
        kind=Kind.URL, target=item.url_hash, shown="x", ruling=Ruling.ALLOW, group=group, created_by="jonas"
    )

    text = act(as_owner, name, item, confirmed=False).text

    assert ("A rule by jonas" in text) is is_told


def test_a_question_tells_a_moderator_nothing_of_other_groups(as_moderator: Client, group: Group) -> None:
    posted(group)
    elsewhere = make_group("Elsewhere")
    item = posted(elsewhere)
    Override.objects.create(
        kind=Kind.URL, target=item.url_hash, shown="x", ruling=Ruling.ALLOW, group=elsewhere, created_by="jonas"
    )

    text = act(as_moderator, "scam", item, confirmed=False).text

    assert "Posted in: Coro Aurora" in text
    assert "Elsewhere" not in text
    assert "jonas" not in text


def test_counters_of_requests_are_no_settings(as_owner: Client) -> None:
    Setting.objects.create(key="api_rate:wb1", value=1)
    Setting.objects.create(key="shown", value=1)

    keys = [row.key for row in as_owner.get(list_url(Setting)).context["cl"].result_list]

    assert keys == ["shown"]


def test_an_empty_list_says_what_it_is_for_and_an_empty_search_how_to_leave_it(as_owner: Client) -> None:
    assert "Nothing needs you" in as_owner.get(list_url(QueueItem)).text
    assert "A token lets a program" in as_owner.get(list_url(ApiToken)).text
    assert "Nothing matches" in as_owner.get(list_url(Sighting), {"q": "nowhere"}).text


def test_a_detail_page_offers_only_what_would_change_something(as_owner: Client) -> None:
    def offered(group: Group) -> Any:
        return [name for name, _label in as_owner.get(row_url(group)).context["row_actions"]]

    assert offered(make_group("A", State.LIVE)) == ["watch", "choose_policy", "mute", "switch_off"]
    assert offered(make_group("B", State.OFF)) == ["watch", "go_live", "choose_policy", "mute"]


def test_an_address_that_does_not_exist_leads_back_to_the_desk(as_owner: Client) -> None:
    page = as_owner.get("/admin/waclient/queueitem/999/change/")

    assert page.status_code == 404
    assert 'href="/admin/"' in page.text
