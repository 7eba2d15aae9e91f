from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from overrides.rules import Ruling
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import make_group, make_override, make_scan, make_sighting
from waclient import decisions, queue
from waclient.models import Answer, QueueItem, Sighting

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)
HALF_LIFE = timedelta(seconds=queue.HALF_LIFE_SECONDS)
URL = "https://evil.example/pay"


def judged(verdict: Verdict, *, minutes: int = 0, **columns: object) -> Sighting:
    """URL in a group of its own, decided on so many minutes after NOW."""
    at = NOW + timedelta(minutes=minutes)
    scan = Scan.objects.first() or make_scan(URL, verdict)
    columns.setdefault("posted_at", at)
    group = columns.pop("group", None) or make_group()
    return make_sighting(group, scan, url=URL, verdict=verdict, planned_at=at, **columns)  # type: ignore[arg-type]


def refreshed() -> QueueItem | None:
    queue.refresh(Sighting.objects.values_list("url_hash", flat=True)[0])
    return QueueItem.objects.first()


# --- the rank


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        ((Verdict.MALICIOUS, 1, NOW), (Verdict.SUSPICIOUS, 1, NOW)),
        ((Verdict.SUSPICIOUS, 1, NOW), (Verdict.UNKNOWN, 1, NOW)),
        ((Verdict.UNKNOWN, 1, NOW), (Verdict.BENIGN, 1, NOW)),
        ((Verdict.SUSPICIOUS, 5, NOW), (Verdict.SUSPICIOUS, 4, NOW)),
        ((Verdict.SUSPICIOUS, 1, NOW), (Verdict.SUSPICIOUS, 1, NOW - timedelta(minutes=1))),
        ((Verdict.MALICIOUS, 1, NOW - 4 * DAY), (Verdict.SUSPICIOUS, 1, NOW)),
        ((Verdict.SUSPICIOUS, 1, NOW), (Verdict.MALICIOUS, 1, NOW - 15 * DAY)),
    ],
)
def test_worse_wider_and_newer_links_stand_higher(
    higher: tuple[Verdict, int, object], lower: tuple[Verdict, int, object]
) -> None:
    assert queue.rank(*higher) > queue.rank(*lower)  # type: ignore[arg-type]


def test_one_half_life_weighs_as_much_as_one_point_of_severity() -> None:
    later, earlier = (queue.rank(Verdict.UNKNOWN, 1, at) for at in (NOW, NOW - HALF_LIFE))

    assert later - earlier == pytest.approx(1.0)


def test_the_order_of_two_links_does_not_depend_on_when_they_are_looked_at() -> None:
    QueueItem.objects.bulk_create(
        QueueItem(
            url_hash=str(at), url=URL, host=f"h{at}", posted_at=NOW, rank=queue.rank(Verdict.UNKNOWN, at + 1, NOW)
        )
        for at in range(3)
    )

    assert list(QueueItem.objects.values_list("host", flat=True)) == ["h2", "h1", "h0"]


# --- the row


@pytest.mark.parametrize("verdict", [Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.UNKNOWN])
def test_a_link_to_decide_has_one_row_over_all_groups(verdict: Verdict) -> None:
    for minutes in range(3):
        judged(verdict, minutes=minutes)

    item = refreshed()

    assert item is not None
    assert (item.verdict, item.reach, item.posted_at) == (verdict, 3, NOW + timedelta(minutes=2))
    assert item.rank == pytest.approx(queue.rank(verdict, 3, item.posted_at))
    assert QueueItem.objects.count() == 1


def test_a_link_posted_often_in_one_group_reaches_one_group() -> None:
    group = make_group()
    for minutes in range(3):
        judged(Verdict.MALICIOUS, minutes=minutes, group=group)

    item = refreshed()

    assert item is not None
    assert item.reach == 1


def test_a_link_with_nothing_found_has_no_row_and_loses_the_one_it_had() -> None:
    judged(Verdict.SUSPICIOUS)
    assert refreshed() is not None

    judged(Verdict.BENIGN, minutes=1)

    assert refreshed() is None


def test_a_sighting_that_was_not_decided_on_yet_has_no_say() -> None:
    judged(Verdict.SUSPICIOUS)
    make_sighting(make_group(), Scan.objects.get(), url=URL, posted_at=NOW)

    item = refreshed()

    assert item is not None
    assert item.verdict == Verdict.SUSPICIOUS


def test_one_groups_own_allow_does_not_take_a_link_off_everybody_elses_queue() -> None:
    judged(Verdict.MALICIOUS)
    group = make_group()
    allow = make_override("evil.example", Ruling.ALLOW, group=group)
    judged(Verdict.BENIGN, minutes=1, group=group, override=allow)

    item = refreshed()

    assert item is not None
    assert (item.verdict, item.reach) == (Verdict.MALICIOUS, 2)


def test_a_global_allow_takes_it_off() -> None:
    judged(Verdict.MALICIOUS)
    assert refreshed() is not None
    judged(Verdict.BENIGN, minutes=1, override=make_override("evil.example", Ruling.ALLOW))

    assert refreshed() is None


def test_a_decided_link_stays_decided_when_it_is_posted_again() -> None:
    sighting = judged(Verdict.MALICIOUS)
    decision = decisions.decide(sighting.url_hash, Answer.CONFIRM, by="ana", group=None)
    judged(Verdict.MALICIOUS, minutes=1)

    item = refreshed()

    assert item is not None
    assert item.decided_at == decision.at


# --- how it was written

HIDDEN = [Finding.of("bidi_control", 8, host="evil.example").as_dict()]


@pytest.mark.parametrize("is_same_group", [True, False])
def test_a_link_that_was_disguised_once_stays_on_the_queue_though_others_post_it_plainly(is_same_group: bool) -> None:
    disguised = judged(Verdict.MALICIOUS, written=HIDDEN)
    plain = judged(Verdict.BENIGN, minutes=1, **({"group": disguised.group} if is_same_group else {}))

    item = refreshed()

    assert item is not None
    assert (item.verdict, item.reach) == (Verdict.MALICIOUS, 1 if is_same_group else 2)
    assert queue._latest(plain.url_hash)[0].verdict == Verdict.BENIGN


def test_the_worst_of_plain_and_disguised_is_shown() -> None:
    judged(Verdict.MALICIOUS, written=HIDDEN)
    judged(Verdict.SUSPICIOUS, minutes=1)

    item = refreshed()

    assert item is not None
    assert item.verdict == Verdict.MALICIOUS
