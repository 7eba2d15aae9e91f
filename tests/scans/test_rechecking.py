"""Second looks: when they are planned, who asks for them, and what a look that changes the verdict leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from scans import tasks
from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.scoring import Assessment, Verdict
from scans.looks import LOOKS, WATCHED_FOR
from scans.models import Cause, Priority, Scan, Status
from scans.rechecking import STEP, look_again_due
from scans.services import look_again, mark_decided, request_scan, rescan
from tests.factories import make_scan
from tests.postgres.racing import race
from tests.wiring.file_database import database_file

pytestmark = pytest.mark.django_db

URL = "https://shop.example.com/offer"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = timezone.now()


def finished(verdict: Verdict = Verdict.BENIGN, at: datetime = NOW, url: str = URL, **columns: object) -> Scan:
    """A scan that was asked for and finished at that moment, by way of finish()."""
    if not Scan.objects.filter(url_hash=parse(url).url_hash, status=Status.QUEUED).exists():
        make_scan(url, None, at=at, **columns)  # type: ignore[arg-type]
    scan = Scan.claim(at)
    assert scan is not None
    assert scan.finish(Assessment(verdict, 0, None, (), ()), at)
    scan.refresh_from_db()
    return scan


# --- planning


def test_the_first_scan_of_a_posting_plans_the_first_look() -> None:
    scan = finished()

    assert (scan.looked_from, scan.look_again_at) == (NOW, NOW + LOOKS[0])
    assert scan.changed_from is None


def test_a_posting_that_nobody_repeats_is_looked_at_four_times() -> None:
    at, looks = NOW, []
    scan = finished()

    while scan.look_again_at is not None:
        at = scan.look_again_at
        looks.append(at - NOW)
        assert look_again_due(at) == 1
        scan = finished(at=at)

    assert looks == list(LOOKS)


def test_a_late_look_is_followed_by_the_next_one_that_is_ahead() -> None:
    finished()

    look_again_due(NOW + 5 * HOUR)

    assert finished(at=NOW + 5 * HOUR).look_again_at == NOW + DAY


def test_only_the_newest_scan_of_a_link_plans_a_look() -> None:
    first = finished()

    second = finished(at=NOW + MINUTE)

    first.refresh_from_db()
    assert (first.look_again_at, second.look_again_at) == (None, NOW + MINUTE + LOOKS[0])


def test_a_link_that_a_person_decided_about_plans_no_look() -> None:
    assert finished(decided_at=NOW).look_again_at is None


def test_a_scan_that_was_taken_over_plans_nothing() -> None:
    first = finished()
    make_scan(URL, None, at=NOW)
    stale = Scan.claim(NOW)
    assert stale is not None
    Scan.objects.filter(pk=stale.pk).update(fence=stale.fence + 1)

    assert not stale.finish(Assessment(Verdict.MALICIOUS, 9, None, (), ()), NOW)

    first.refresh_from_db()
    assert first.look_again_at is not None


def test_a_link_posted_again_after_its_last_look_has_all_looks_ahead() -> None:
    scan = finished()
    Scan.objects.update(look_again_at=None, looked_from=NOW - 8 * DAY)

    assert request_scan(parse(URL), Ceiling.HOST, now=NOW + HOUR) == scan

    scan.refresh_from_db()
    assert (scan.looked_from, scan.look_again_at) == (NOW + HOUR, NOW + HOUR + LOOKS[0])


def test_a_link_posted_again_before_its_next_look_keeps_that_look() -> None:
    scan = finished()

    request_scan(parse(URL), Ceiling.HOST, now=NOW + MINUTE)

    scan.refresh_from_db()
    assert scan.look_again_at == NOW + LOOKS[0]


# --- what changed


@pytest.mark.parametrize("before", Verdict)
@pytest.mark.parametrize("after", Verdict)
def test_a_verdict_other_than_the_one_before_is_noted(before: Verdict, after: Verdict) -> None:
    finished(before)

    scan = finished(after, NOW + MINUTE)

    assert scan.changed_from == (None if before is after else before)
    assert scan.told_at is None


def test_another_links_verdict_is_no_change() -> None:
    finished(Verdict.MALICIOUS, url="https://other.example/")

    assert finished(Verdict.BENIGN).changed_from is None


def test_a_verdict_is_compared_with_the_newest_one_before() -> None:
    finished(Verdict.BENIGN, NOW - 2 * HOUR)
    finished(Verdict.MALICIOUS, NOW - HOUR)

    assert finished(Verdict.MALICIOUS).changed_from is None


# --- asking again


@pytest.mark.parametrize("cause", [Cause.SCHEDULE, Cause.LISTS, Cause.REPORT])
def test_a_second_look_waits_behind_what_is_posted_now(cause: Cause) -> None:
    again = look_again(finished(), cause)
    live = request_scan(parse("https://live.example/"), Ceiling.HOST)

    assert (again.cause, again.priority, again.passes_caches) == (cause, Priority.AGAIN, False)
    claimed = Scan.claim(timezone.now())
    assert claimed == live


def test_a_second_look_is_about_the_same_link_with_the_same_limits() -> None:
    kept = Finding.of("ip_host", 5, host="x").as_dict()
    first = finished(ceiling=Ceiling.NOTHING, seen_findings=[kept], fetch_url=None)

    again = look_again(first, Cause.LISTS)

    same = ("url_hash", "url", "fetch_url", "host", "registrable_domain", "ceiling", "seen_findings", "looked_from")
    assert [getattr(again, name) for name in same] == [getattr(first, name) for name in same]
    assert again.last_seen_at == first.last_seen_at
    assert OrmQ.objects.count() == 1


def test_a_second_look_at_what_waits_already_is_that_scan() -> None:
    first = finished()
    waiting = look_again(first, Cause.SCHEDULE)

    assert look_again(first, Cause.LISTS) == waiting
    assert OrmQ.objects.count() == 1


def test_a_person_who_asks_passes_every_cache_and_goes_first() -> None:
    again = rescan(finished())

    assert (again.cause, again.priority, again.passes_caches) == (Cause.ASKED, Priority.ASKED, True)


def test_a_person_who_asks_for_what_waits_gets_it_at_once_and_past_every_cache() -> None:
    first = finished()
    waiting = look_again(first, Cause.SCHEDULE)

    again = rescan(first)

    assert (again, again.priority, again.passes_caches) == (waiting, Priority.ASKED, True)


def test_a_scan_under_way_is_not_said_to_pass_caches_that_it_read() -> None:
    first = finished()
    look_again(first, Cause.SCHEDULE)
    Scan.claim(timezone.now())

    assert rescan(first).passes_caches is False


@pytest.mark.parametrize(
    ("priority", "cause"),
    [(Priority.LIVE, Cause.POSTED), (Priority.HISTORY, Cause.POSTED), (Priority.ASKED, Cause.ASKED)],
)
def test_a_new_scan_says_why_it_was_made(priority: Priority, cause: Cause) -> None:
    assert request_scan(parse(URL), Ceiling.HOST, priority=priority).cause == cause


def test_a_link_posted_while_its_second_look_waits_is_judged_as_urgently_as_any() -> None:
    again = look_again(finished(), Cause.SCHEDULE)

    request_scan(parse(URL), Ceiling.HOST, priority=Priority.LIVE)

    again.refresh_from_db()
    assert again.priority == Priority.LIVE


# --- the periodic step


def test_nothing_is_asked_for_before_its_time_and_nothing_twice() -> None:
    finished()

    assert look_again_due(NOW + LOOKS[0] - MINUTE) == 0
    assert look_again_due(NOW + LOOKS[0]) == 1
    assert look_again_due(NOW + LOOKS[0]) == 0

    again = Scan.objects.get(status=Status.QUEUED)
    assert (again.cause, again.priority) == (Cause.SCHEDULE, Priority.AGAIN)


def test_a_link_decided_about_in_between_waits_until_that_is_undone() -> None:
    scan = finished()
    mark_decided(scan.url_hash, NOW)
    assert look_again_due(NOW + HOUR) == 0

    mark_decided(scan.url_hash, None)

    assert look_again_due(NOW + HOUR) == 1


def test_a_link_out_of_sight_is_let_go() -> None:
    finished(last_seen_at=NOW)

    assert look_again_due(NOW + WATCHED_FOR) == 0

    assert not Scan.objects.filter(look_again_at__isnull=False).exists()


def test_a_step_takes_the_longest_due_and_leaves_the_rest_for_the_next() -> None:
    for number in range(STEP + 3):
        make_scan(f"https://shop{number}.example/", look_again_at=NOW - number * MINUTE, last_seen_at=NOW)

    assert [look_again_due(NOW), look_again_due(NOW), look_again_due(NOW)] == [STEP, 3, 0]
    assert Scan.objects.filter(status=Status.QUEUED).earliest("pk").host == f"shop{STEP + 2}.example"


def test_the_worker_looks_again() -> None:
    finished(at=NOW - HOUR)

    assert tasks.look_again() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_for_each_link_once(tmp_path: Path) -> None:
    with database_file(tmp_path):
        for number in range(20):
            make_scan(f"https://shop{number}.example/", look_again_at=NOW - MINUTE, last_seen_at=NOW)

        asked = race(lambda: look_again_due(NOW), 2)

        assert sum(asked) == 20
        assert Scan.objects.filter(status=Status.QUEUED).count() == OrmQ.objects.count() == 20
