"""One decision about a campaign: for all its links, for those that join later, in its scope, until it is undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from overrides.models import Override
from scans.engine.scoring import Verdict
from tests.factories import make_group
from tests.waclient.campaigns.test_joining import BAD, DOUBTFUL, PARCEL, posted
from tests.waclient.planning import plan_all, planned, told
from waclient import acting, campaign_decisions, decisions
from waclient.models import Answer, Campaign, Decision, QueueItem, Sighting
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups() -> list[Group]:
    return [told(make_group(state=State.LIVE, bot_is_admin=True, on_malicious="delete")) for _ in range(3)]


@pytest.fixture
def campaign(groups: list[Group]) -> Campaign:
    """Two doubtful links of one site, each in a group of its own."""
    posted(groups[0], "https://evil-post.top/1", DOUBTFUL)
    posted(groups[1], "https://evil-post.top/2", DOUBTFUL)
    plan_all()
    return Campaign.objects.get()


def confirm(campaign: Campaign, *scope: Group | None) -> int:
    return len(campaign_decisions.decide(campaign, Answer.CONFIRM, by="mira", scope=scope))


def fine(campaign: Campaign, *scope: Group | None) -> int:
    return len(campaign_decisions.decide(campaign, Answer.FINE, by="mira", scope=scope))


def joins(group: Group, url: str = "https://evil-post.top/late", verdict: Verdict = DOUBTFUL) -> Sighting:
    """A link that is posted after what was said of the campaign."""
    sighting = posted(group, url, verdict)
    plan_all()
    sighting.refresh_from_db()
    return sighting


def test_one_decision_takes_every_link_off_the_queue(campaign: Campaign) -> None:
    assert QueueItem.objects.filter(decided_at__isnull=True).count() == 2

    assert confirm(campaign, None) == 2

    assert not QueueItem.objects.filter(decided_at__isnull=True).exists()
    assert {override.ruling for override in Override.objects.all()} == {"deny"}
    assert AuditEntry.objects.filter(action="campaign.confirm", actor="mira").count() == 1


def test_a_scam_stays_one_under_a_link_that_joins_later(campaign: Campaign, groups: list[Group]) -> None:
    confirm(campaign, None)

    late = joins(groups[2])

    assert (late.verdict, late.campaign) == (BAD, campaign)
    assert late.facts["responses"] == ["delete", "reply"]
    assert Decision.objects.get(url_hash=late.url_hash).by == "mira"
    assert QueueItem.objects.get(url_hash=late.url_hash).decided_at is not None


def test_what_is_fine_stays_fine_under_a_link_that_joins_later(campaign: Campaign, groups: list[Group]) -> None:
    fine(campaign, None)

    late = joins(groups[2], verdict=BAD)

    assert (late.verdict, late.facts["responses"]) == (Verdict.BENIGN, [])


def test_a_decision_of_one_group_says_nothing_in_another(campaign: Campaign, groups: list[Group]) -> None:
    """What others found may flag a link and never punishes it."""
    assert confirm(campaign, groups[0]) == 1

    assert joins(groups[0]).verdict == BAD
    elsewhere = joins(groups[1], "https://evil-post.top/1")
    assert (elsewhere.verdict, elsewhere.campaign) == (DOUBTFUL, campaign)


def test_whoever_copies_a_page_or_a_path_is_not_let_through(groups: list[Group]) -> None:
    posted(groups[0], f"https://choir.example/{PARCEL}/1", DOUBTFUL, page_hash="5" * 64)
    plan_all()
    fine(Campaign.objects.get(), None)

    same_path = joins(groups[1], f"https://evil-post.top/{PARCEL}/2", BAD)
    copy = posted(groups[2], "https://evil-two.top/x", BAD, page_hash="5" * 64)
    plan_all()

    copy.refresh_from_db()
    assert (same_path.verdict, copy.verdict) == (BAD, BAD)
    assert same_path.campaign == copy.campaign == Campaign.objects.get()


def test_a_path_alone_condemns_only_what_is_taken_for_dangerous_without_it(groups: list[Group]) -> None:
    posted(groups[0], f"https://evil-one.top/{PARCEL}/1", BAD)
    plan_all()
    confirm(Campaign.objects.get(), None)

    doubtful = joins(groups[1], f"https://choir.example/{PARCEL}/2", DOUBTFUL)
    dangerous = joins(groups[2], f"https://evil-two.top/{PARCEL}/3", BAD)

    assert (doubtful.verdict, doubtful.override) == (DOUBTFUL, None)
    assert dangerous.override is not None
    assert doubtful.campaign == dangerous.campaign


def test_undoing_takes_back_every_rule_and_ends_it_for_later_links(campaign: Campaign, groups: list[Group]) -> None:
    confirm(campaign, None)
    joins(groups[2])

    assert campaign_decisions.undo(campaign, by="mira", scope=[None]) == 3

    assert not Override.objects.exists()
    assert QueueItem.objects.filter(decided_at__isnull=True).count() == 3
    assert joins(groups[0], "https://evil-post.top/later").verdict == DOUBTFUL


def test_the_opposite_answer_takes_the_place_of_the_first(campaign: Campaign) -> None:
    confirm(campaign, None)
    fine(campaign, None)

    assert {override.ruling for override in Override.objects.all()} == {"allow"}
    assert Decision.objects.filter(undone_at__isnull=True).count() == 2


def test_the_same_answer_again_reaches_only_what_is_new(campaign: Campaign, groups: list[Group]) -> None:
    confirm(campaign, None)

    assert confirm(campaign, None) == 0
    assert Decision.objects.count() == 2


def test_what_a_person_said_of_one_link_stands(campaign: Campaign, groups: list[Group]) -> None:
    confirm(campaign, groups[0])
    own = joins(groups[0], "https://evil-post.top/choir")
    decisions.undo(Decision.objects.get(url_hash=own.url_hash), by="mira")

    again = joins(groups[0], "https://evil-post.top/choir")

    assert again.verdict == DOUBTFUL


def test_a_moderators_decision_reaches_no_link_that_their_group_has_not_seen(
    campaign: Campaign, groups: list[Group]
) -> None:
    confirm(campaign, groups[0])

    seen = Sighting.objects.filter(group=groups[0]).values_list("url_hash", flat=True)
    assert set(Decision.objects.values_list("url_hash", flat=True)) == set(seen)


def test_a_decision_about_many_links_makes_the_bot_write_once_a_group(groups: list[Group]) -> None:
    Group.objects.update(bot_is_admin=False)
    for number in range(5):
        posted(groups[0], f"https://evil-post.top/{number}", DOUBTFUL)
    plan_all()
    confirm(Campaign.objects.get(), None)

    now = timezone.now() + decisions.UNDO_WINDOW + timedelta(seconds=1)
    while acting.plan_next(now):
        pass

    assert [action.kind for action in planned() if action.kind == "reply"] == ["reply"]
