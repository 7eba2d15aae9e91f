"""Which links are counted to one campaign when they are decided on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from overrides.rules import Kind, Ruling
from scans.engine.journeys import How
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override, make_scan, make_sighting
from tests.waclient.planning import plan_all, planned, told
from waclient.models import Campaign, CampaignMark, Sighting

pytestmark = pytest.mark.django_db

BAD, DOUBTFUL, GOOD = Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.BENIGN
PARCEL = "correos/paquete-pendiente/pago"


def posted(group: Group, url: str, verdict: Verdict = BAD, *, leads_to: str = "", page_hash: str = "") -> Sighting:
    """A link that was judged and waits to be decided on."""
    scan = Scan.objects.filter(url_hash=parse(url).url_hash).first()
    if scan is None:
        hops = [_hop(url, How.POSTED), _hop(leads_to, How.REDIRECT)] if leads_to else []
        scan = make_scan(url, verdict, hops=hops, page_hash=page_hash)
    return make_sighting(group, scan)


def _hop(url: str, how: How) -> dict[str, object]:
    link = parse(url)
    parts = {"url_hash": link.url_hash, "host": link.host, "registrable_domain": link.registrable_domain}
    return {**parts, "url": link.url, "how": how, "status": 200}


def campaign_ids() -> list[int | None]:
    return list(Sighting.objects.order_by("pk").values_list("campaign_id", flat=True))


def are_one() -> bool:
    plan_all()
    found = campaign_ids()
    return None not in found and len(set(found)) == 1


@pytest.fixture
def groups() -> list[Group]:
    return [told(make_group(state=State.LIVE)) for _ in range(3)]


def test_one_link_in_three_groups_is_one_campaign(groups: list[Group]) -> None:
    for group in groups:
        posted(group, "https://evil-post.top/x")

    assert are_one()
    assert Campaign.objects.get().host == "evil-post.top"


def test_links_of_one_site_are_one_campaign_whatever_stands_before_it(groups: list[Group]) -> None:
    posted(groups[0], "https://a1.evil-post.top/x")
    posted(groups[1], "https://b2.evil-post.top/y", DOUBTFUL)
    posted(groups[2], "https://bit.ly/3abcdef", leads_to="https://c3.evil-post.top/z")

    assert are_one()


def test_copies_of_one_page_are_one_campaign(groups: list[Group]) -> None:
    posted(groups[0], "https://evil-one.top/x", page_hash="5" * 64)
    posted(groups[1], "https://evil-two.top/y", page_hash="5" * 64)

    assert are_one()


def test_the_words_of_a_path_make_a_campaign_for_two_days(groups: list[Group]) -> None:
    posted(groups[0], f"https://evil-one.top/{PARCEL}/1?id=1")
    posted(groups[1], f"https://evil-two.top/{PARCEL}/77?id=2")
    assert are_one()

    Campaign.objects.update(last_seen_at=timezone.now() - timedelta(days=2))
    late = posted(groups[2], f"https://evil-three.top/{PARCEL}/5?id=3")
    plan_all()

    late.refresh_from_db()
    assert late.campaign_id not in campaign_ids()[:2]


def test_a_site_is_remembered_for_a_month_and_then_begins_anew(groups: list[Group]) -> None:
    posted(groups[0], "https://evil-post.top/x")
    plan_all()
    Campaign.objects.update(last_seen_at=timezone.now() - timedelta(days=29))
    posted(groups[1], "https://evil-post.top/y")
    assert are_one()

    Campaign.objects.update(last_seen_at=timezone.now() - timedelta(days=30))
    posted(groups[2], "https://evil-post.top/z")
    posted(groups[0], "https://evil-post.top/w")
    plan_all()

    first, second, third, fourth = campaign_ids()
    assert first == second != third == fourth


def test_what_has_only_the_shape_in_common_tells_nothing_about_its_site(groups: list[Group]) -> None:
    """Otherwise one chance would draw all bad links of a hacked site into a campaign that is about something else."""
    posted(groups[0], f"https://evil-one.top/{PARCEL}/1")
    posted(groups[1], f"https://hacked-choir.example/{PARCEL}/2")
    posted(groups[2], "https://hacked-choir.example/other")
    plan_all()

    first, second, third = campaign_ids()
    assert first == second != third
    assert first is not None
    assert not CampaignMark.objects.filter(campaign_id=first, value="hacked-choir.example").exists()


@pytest.mark.parametrize("verdict", [GOOD, Verdict.UNKNOWN])
def test_a_link_that_is_not_taken_for_bad_belongs_to_none(groups: list[Group], verdict: Verdict) -> None:
    posted(groups[0], "https://evil-post.top/x")
    posted(groups[1], "https://evil-post.top/choir", verdict)
    plan_all()

    first, second = campaign_ids()
    assert first is not None
    assert second is None


def test_strangers_on_common_ground_are_no_campaign(groups: list[Group]) -> None:
    for number, group in enumerate(groups):
        posted(group, f"https://sites.google.com/view/page-{'abc'[number] * 4}")
    plan_all()

    assert len(set(campaign_ids())) == 3


def test_belonging_adds_nothing_against_a_link(groups: list[Group]) -> None:
    posted(groups[0], "https://evil-post.top/x", BAD)
    doubtful = posted(groups[1], "https://evil-post.top/y", DOUBTFUL)
    plan_all()

    doubtful.refresh_from_db()
    assert (doubtful.verdict, doubtful.campaign_id) == (DOUBTFUL, campaign_ids()[0])
    assert [action.kind for action in planned()] == ["reply", "react"]


def test_a_link_that_a_rule_condemns_belongs_to_one_and_one_that_a_rule_allows_does_not(groups: list[Group]) -> None:
    make_override("evil-post.top", Ruling.DENY, kind=Kind.DOMAIN)
    make_override("choir.evil-post.top", Ruling.ALLOW)
    posted(groups[0], "https://evil-post.top/x", GOOD)
    posted(groups[1], "https://choir.evil-post.top/y", BAD)
    plan_all()

    first, second = campaign_ids()
    assert first is not None
    assert second is None


def test_the_facts_of_a_decision_name_its_campaign(groups: list[Group]) -> None:
    sighting = posted(groups[0], "https://evil-post.top/x")
    plan_all()

    sighting.refresh_from_db()
    assert sighting.facts["campaign"] == str(sighting.campaign_id)


def test_a_link_that_turned_bad_belongs_to_one_from_then_on(groups: list[Group]) -> None:
    turned = posted(groups[0], "https://evil-post.top/x", GOOD)
    plan_all()
    assert campaign_ids() == [None]

    make_scan("https://evil-post.top/x", BAD, changed_from=GOOD)
    plan_all()
    posted(groups[1], "https://evil-post.top/y")

    assert are_one()
    turned.refresh_from_db()
    assert turned.verdict == BAD
