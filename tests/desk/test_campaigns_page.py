"""The page of campaigns: members, groups and times as far as its reader may see; one answer for all, with undo."""

from __future__ import annotations

import pytest
from django.test import Client

from groups.models import Group
from groups.policy import State
from overrides.models import Override
from scans.engine.scoring import Verdict
from tests.desk.pages import act, list_url, row_url
from tests.factories import make_group
from tests.waclient.campaigns.test_joining import posted
from tests.waclient.planning import plan_all, told
from waclient.models import Campaign, Decision, QueueItem
from wbscanner.models import AuditEntry

BAD = Verdict.MALICIOUS


@pytest.fixture
def other(group: Group) -> Group:
    told(group)
    return told(make_group("Foreign choir", state=State.LIVE))


@pytest.fixture
def campaign(group: Group, other: Group) -> Campaign:
    """Two links of one site in the reader's group, a third in another one, where it began."""
    posted(other, "https://quokka.evil-post.top/correos/paquete-pendiente/1", BAD)
    posted(group, "https://evil-post.top/x?track=1", BAD)
    posted(group, "https://evil-post.top/y", BAD)
    plan_all()
    return Campaign.objects.get()


def test_the_list_counts_links_groups_and_messages(as_owner: Client, campaign: Campaign) -> None:
    row = as_owner.get(list_url(Campaign)).context["cl"].result_list[0]

    assert (row.own_links, row.own_groups, row.own_posts) == (3, 2, 3)


def test_a_moderator_counts_and_reads_what_their_groups_saw(as_moderator: Client, campaign: Campaign) -> None:
    listed, page = as_moderator.get(list_url(Campaign)), as_moderator.get(row_url(campaign)).text

    row = listed.context["cl"].result_list[0]
    assert (row.own_links, row.own_groups) == (2, 1)
    for text in (listed.text, page):
        assert "Foreign choir" not in text
        assert "quokka" not in text
    assert "hxxps://evil-post[.]top/x?track=1" in page


def test_a_single_link_in_a_single_group_is_listed_only_on_request(as_owner: Client, group: Group) -> None:
    posted(told(group), "https://evil-post.top/x", BAD)
    plan_all()

    assert list(as_owner.get(list_url(Campaign)).context["cl"].result_list) == []
    assert len(as_owner.get(list_url(Campaign), {"reach": "all"}).context["cl"].result_list) == 1


def test_the_page_says_what_its_links_have_in_common_and_how_often_nothing_was_said(
    as_owner: Client, campaign: Campaign
) -> None:
    page = as_owner.get(row_url(campaign)).text

    assert "the site it leads to" in page
    assert "the words of the path" not in page
    assert as_owner.get(row_url(campaign)).context["original"].held_back_count == 1


@pytest.mark.parametrize(("name", "ruling"), [("scam", "deny"), ("fine", "allow")])
def test_the_owner_answers_for_all_groups_at_once_and_takes_it_back(
    as_owner: Client, campaign: Campaign, name: str, ruling: str
) -> None:
    act(as_owner, name, campaign, scope="everywhere")

    assert [(override.ruling, override.group) for override in Override.objects.all()] == [(ruling, None)] * 3
    assert not QueueItem.objects.filter(decided_at__isnull=True).exists()

    act(as_owner, "undo", campaign)

    assert not Override.objects.exists()
    assert AuditEntry.objects.filter(action="campaign.undo").count() == 1


def test_a_moderator_answers_for_their_groups_only(as_moderator: Client, campaign: Campaign, group: Group) -> None:
    act(as_moderator, "scam", campaign, scope="here")
    act(as_moderator, "fine", campaign, scope="everywhere")

    assert {decision.group for decision in Decision.objects.all()} == {group}
    assert Decision.objects.count() == 2
    assert {override.ruling for override in Override.objects.all()} == {"deny"}


def test_a_moderator_cannot_take_back_what_the_owner_said_for_all(
    as_moderator: Client, as_owner: Client, campaign: Campaign
) -> None:
    act(as_owner, "scam", campaign, scope="everywhere")

    act(as_moderator, "undo", campaign)

    assert Override.objects.count() == 3


def test_the_question_comes_before_the_answer(as_owner: Client, campaign: Campaign) -> None:
    page = act(as_owner, "scam", campaign, confirmed=False)

    assert "join later" in page.text
    assert not Decision.objects.exists()
