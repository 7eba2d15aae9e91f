"""Who joined lately is known where it is to weigh, until the first link, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override, make_scan, make_sighting
from tests.waclient.inbound import BEN, LID, PHONE, edits, rosters_of, says
from tests.waclient.planning import plan_all, planned, told
from waclient import newcomers
from waclient.ingest import receive
from waclient.models import Newcomer, QueueItem, Sighting
from waclient.recording import keys
from waclient.tasks import forget_newcomers

pytestmark = pytest.mark.django_db

SHOP, OTHER = "https://shop.example.com/", "https://other.example.com/"


@pytest.fixture
def group() -> Group:
    return told(make_group(state=State.LIVE, weighs_newcomers=True))


def joins(group: Group, *addresses: str, ago: timedelta = timedelta(hours=1)) -> None:
    newcomers.hear(group.jid, keys(addresses), [], timezone.now() - ago)


def first_links() -> dict[str, bool]:
    return dict(Sighting.objects.order_by("pk").values_list("host", "is_newcomer"))


@pytest.mark.parametrize("address", [LID, PHONE])
def test_the_first_link_of_a_newcomer_is_known_by_either_identity_and_no_later_one(group: Group, address: str) -> None:
    joins(group, address)

    receive(says(group, SHOP), rosters_of(group))
    receive(says(group, OTHER), rosters_of(group))

    assert first_links() == {"shop.example.com": True, "other.example.com": False}
    assert not Newcomer.objects.exists()


def test_others_are_no_newcomers(group: Group) -> None:
    joins(group, LID)

    receive(says(group, SHOP, by=BEN), rosters_of(group))

    assert first_links() == {"shop.example.com": False}
    assert Newcomer.objects.count() == 1


def test_words_use_nothing_up_and_a_link_that_is_written_into_them_later_is_the_first(group: Group) -> None:
    joins(group, LID)
    hello = says(group, "hello all")
    receive(hello, rosters_of(group))

    receive(edits(hello, f"hello {SHOP}"), rosters_of(group))

    assert first_links() == {"shop.example.com": True}


def test_after_a_week_nobody_is_new(group: Group) -> None:
    joins(group, LID, ago=timedelta(days=7))
    receive(says(group, SHOP), rosters_of(group))

    assert first_links() == {"shop.example.com": False}


@pytest.mark.parametrize("columns", [{"weighs_newcomers": False}, {"state": State.OFF}, {"state": State.PAUSED}])
def test_where_it_does_not_weigh_nothing_is_kept(columns: dict[str, object]) -> None:
    joins(make_group(**{"weighs_newcomers": True, **columns}), LID)  # type: ignore[arg-type]

    assert not Newcomer.objects.exists()


def test_who_leaves_is_forgotten_and_what_is_kept_is_a_code_name(group: Group) -> None:
    joins(group, LID, BEN.address)
    kept = serializers.serialize("json", Newcomer.objects.all())
    assert not any(number in kept for number in (LID.partition("@")[0], BEN.address.partition("@")[0]))

    newcomers.hear(group.jid, [], keys([LID]), timezone.now())

    assert [row.member for row in Newcomer.objects.all()] == keys([BEN.address])


def test_rows_go_after_a_week_by_themselves(group: Group) -> None:
    joins(group, LID, ago=timedelta(days=7, seconds=1))
    joins(group, BEN.address, ago=timedelta(days=6))

    assert forget_newcomers() == 1
    assert Newcomer.objects.count() == 1


def posted_by_newcomer(group: Group, scan: Scan) -> Sighting:
    sighting = make_sighting(group, scan, is_newcomer=True)
    plan_all()
    sighting.refresh_from_db()
    return sighting


@pytest.mark.parametrize(
    ("score", "verdict", "becomes"),
    [
        (0, Verdict.BENIGN, Verdict.BENIGN),
        (3, Verdict.BENIGN, Verdict.SUSPICIOUS),
        (5, Verdict.SUSPICIOUS, Verdict.SUSPICIOUS),
        (6, Verdict.SUSPICIOUS, Verdict.MALICIOUS),
        (0, Verdict.UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_it_weighs_two_points(group: Group, score: int, verdict: Verdict, becomes: Verdict) -> None:
    sighting = posted_by_newcomer(group, make_scan(SHOP, verdict, score=score))

    assert sighting.verdict == becomes
    assert sighting.facts["verdict"] == verdict


def test_where_the_group_gave_it_up_it_weighs_nothing(group: Group) -> None:
    Group.objects.update(weighs_newcomers=False)

    assert posted_by_newcomer(group, make_scan(SHOP, Verdict.SUSPICIOUS, score=6)).verdict == Verdict.SUSPICIOUS


def test_a_link_that_a_person_allowed_stays_fine(group: Group) -> None:
    make_override("shop.example.com", "allow")  # type: ignore[arg-type]

    assert posted_by_newcomer(group, make_scan(SHOP, Verdict.SUSPICIOUS, score=6)).verdict == Verdict.BENIGN


def test_the_group_hears_nothing_of_the_person_and_moderators_do(group: Group) -> None:
    sighting = posted_by_newcomer(group, make_scan(SHOP, Verdict.SUSPICIOUS, score=6))

    assert [finding["code"] for finding in sighting.facts["findings"]] == ["newcomer"]
    assert [finding.code for finding in sighting.remarks] == ["newcomer"]
    reply = planned()[0]
    assert (reply.kind, "shop" in reply.text) == ("reply", True)
    assert not any(word in reply.text.lower() for word in ("joined", "member", "new ", "first"))


def test_what_a_newcomers_link_is_taken_for_says_nothing_about_it_elsewhere(group: Group) -> None:
    scan = make_scan(SHOP, Verdict.SUSPICIOUS, score=6)
    make_sighting(told(make_group(state=State.LIVE)), scan)
    posted_by_newcomer(group, scan)

    make_sighting(told(make_group(state=State.LIVE)), scan)
    plan_all()

    item = QueueItem.objects.get()
    assert (item.reach, item.verdict) == (3, Verdict.MALICIOUS)
    assert Sighting.objects.filter(verdict=Verdict.SUSPICIOUS).count() == 2
