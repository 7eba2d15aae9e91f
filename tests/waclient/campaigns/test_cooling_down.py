"""One text an hour about one campaign in a group; the rest is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan
from tests.waclient.campaigns.test_joining import posted
from tests.waclient.planning import plan_all, planned, told
from waclient.models import Action, Sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups() -> list[Group]:
    return [told(make_group(state=State.LIVE)) for _ in range(2)]


def silences() -> list[str]:
    return [sighting.facts["silence"] for sighting in Sighting.objects.order_by("pk")]


def test_a_group_gets_one_text_an_hour_about_a_campaign_of_many_links(groups: list[Group]) -> None:
    for number in range(4):
        posted(groups[0], f"https://evil-post.top/{number}")
    posted(groups[1], "https://evil-post.top/elsewhere")
    plan_all()

    assert [(action.kind, action.group) for action in planned()] == [("reply", groups[0]), ("reply", groups[1])]
    assert silences() == ["", *["campaign_cooldown"] * 3, ""]


def test_after_an_hour_the_group_is_told_again(groups: list[Group]) -> None:
    posted(groups[0], "https://evil-post.top/1")
    plan_all()
    Action.objects.update(created_at=timezone.now() - timedelta(minutes=60, seconds=1))
    posted(groups[0], "https://evil-post.top/2")
    plan_all()

    assert [action.kind for action in planned()] == ["reply", "reply"]


def test_what_was_not_sent_holds_nothing_back(groups: list[Group]) -> None:
    posted(groups[0], "https://evil-post.top/1")
    plan_all()
    Action.objects.update(state="skipped")
    posted(groups[0], "https://evil-post.top/2")
    plan_all()

    assert silences() == ["", ""]


def test_another_campaign_has_its_own_hour(groups: list[Group]) -> None:
    posted(groups[0], "https://evil-post.top/1")
    posted(groups[0], "https://other-scam.top/1")
    plan_all()

    assert silences() == ["", ""]


def test_reactions_and_deletions_go_on(groups: list[Group]) -> None:
    Group.objects.update(on_suspicious="react")
    posted(groups[0], "https://evil-post.top/1")
    posted(groups[0], "https://evil-post.top/2", Verdict.SUSPICIOUS)
    plan_all()

    assert [action.kind for action in planned()] == ["reply", "react"]


def test_late_warnings_about_links_of_one_campaign_are_one_an_hour(groups: list[Group]) -> None:
    urls = [f"https://evil-post.top/{number}" for number in range(3)]
    for url in urls:
        posted(groups[0], url, Verdict.BENIGN)
    plan_all()

    for url in urls:
        make_scan(url, Verdict.MALICIOUS, changed_from=Verdict.BENIGN)
    plan_all()

    assert [action.kind for action in planned()] == ["follow_up"]
    assert Sighting.objects.filter(verdict=Verdict.MALICIOUS).count() == 3
