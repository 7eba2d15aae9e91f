from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.core import serializers
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from scans.carrying_out import run_next_scan
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Priority, Scan, Status
from scans.services import mark_decided, newest, request_scan, rescan
from tests.factories import make_scan
from tests.postgres.racing import race
from tests.wiring.file_database import database_file

pytestmark = pytest.mark.django_db

LINK = parse("https://shop.example.com/offer?id=7")
SCAM = parse("http://192.0.2.1/login.exe")
HOUR = timedelta(hours=1)
CANARY = "c4n4ryT0k3nZ9x8Y7w6V5u4"


def ask(url: str = LINK.url, ceiling: Ceiling = Ceiling.HOST, **more: object) -> Scan:
    return request_scan(parse(url), ceiling, **more)  # type: ignore[arg-type]


# --- asking


def test_a_new_link_gets_one_queued_scan_and_one_job() -> None:
    scan = ask()

    assert (scan.status, scan.url_hash, scan.fetch_url, scan.url) == (Status.QUEUED, LINK.url_hash, LINK.url, LINK.url)
    assert (scan.host, scan.registrable_domain) == ("shop.example.com", "example.com")
    assert OrmQ.objects.count() == 1


def test_a_link_that_waits_already_is_not_asked_for_again() -> None:
    first = ask()

    assert ask() == first
    assert (Scan.objects.count(), OrmQ.objects.count()) == (1, 1)


def test_a_link_that_is_being_judged_is_not_asked_for_again() -> None:
    first = ask()
    Scan.claim(timezone.now())

    assert ask(reuse=False) == first
    assert (Scan.objects.count(), OrmQ.objects.count()) == (1, 1)


def test_a_fresh_verdict_is_reused_even_by_a_group_that_would_disclose_more() -> None:
    now = timezone.now()
    done = make_scan(LINK.url, at=now - HOUR, ceiling=Ceiling.HASH)

    assert ask(ceiling=Ceiling.URL, now=now) == done
    done.refresh_from_db()
    assert (done.ceiling, done.last_seen_at) == (Ceiling.HASH, now)
    assert OrmQ.objects.count() == 0


@pytest.mark.parametrize(
    ("url", "asked_under", "is_reused"),
    [
        (LINK.url, Ceiling.HASH, False),
        (LINK.url, Ceiling.NOTHING, True),
        (f"https://chat.whatsapp.com/{CANARY}", Ceiling.URL, True),
    ],
)
def test_a_verdict_without_a_visit_is_not_reused_by_a_group_that_lets_the_link_be_opened(
    url: str, asked_under: Ceiling, is_reused: bool
) -> None:
    done = make_scan(url, ceiling=Ceiling.NOTHING)

    assert (ask(url, ceiling=asked_under) == done) is is_reused
    assert OrmQ.objects.count() == (0 if is_reused else 1)


def test_who_wants_no_reuse_gets_a_new_scan() -> None:
    done = make_scan(LINK.url)

    assert ask(reuse=False) != done
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_reused_until_it_expires(verdict: Verdict) -> None:
    at = timezone.now()
    done = make_scan(LINK.url, verdict, at=at)
    end = at + settings.SCAN_EXPIRY[verdict]

    assert ask(now=end - timedelta(seconds=1)) == done
    assert ask(now=end) != done


def test_an_older_benign_verdict_does_not_come_back_when_a_newer_bad_one_has_expired() -> None:
    now = timezone.now()
    make_scan(LINK.url, Verdict.BENIGN, at=now - 3 * HOUR)
    make_scan(LINK.url, Verdict.MALICIOUS, at=now - 2 * HOUR)

    again = ask(now=now)

    assert again.status == Status.QUEUED


def test_a_waiting_scan_takes_the_highest_ceiling_and_priority_of_those_who_ask() -> None:
    ask(ceiling=Ceiling.HASH, priority=Priority.LIVE)
    ask(ceiling=Ceiling.URL, priority=Priority.HISTORY)
    ask(ceiling=Ceiling.NOTHING, priority=Priority.ASKED)

    scan = Scan.objects.get()
    assert (scan.ceiling, scan.priority) == (Ceiling.URL, Priority.ASKED)


def test_a_running_scan_keeps_the_ceiling_it_was_started_with() -> None:
    ask(ceiling=Ceiling.HASH)
    Scan.claim(timezone.now())

    ask(ceiling=Ceiling.URL)

    assert Scan.objects.get().ceiling == Ceiling.HASH


def test_row_and_job_are_written_together_or_not_at_all() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask()
        raise ZeroDivisionError

    assert (Scan.objects.count(), OrmQ.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_threads_that_ask_at_once_get_the_same_scan_and_one_job(tmp_path: Path) -> None:
    with database_file(tmp_path):
        for turn in range(10):
            asked = race(lambda turn=turn: ask(f"https://viral-{turn}.example/").pk, 2)  # type: ignore[misc]

            assert len(set(asked)) == 1
        assert (Scan.objects.count(), OrmQ.objects.count()) == (10, 10)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_starts_the_scan_while_another_asks_for_it_breaks_nothing(tmp_path: Path) -> None:
    """Between the look for a waiting scan and the insert, somebody else asks and a worker takes that scan at once."""

    def others() -> None:
        ask()
        Scan.claim(timezone.now())
        connection.close()

    started: list[Thread] = []

    def just_before_the_insert(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("SELECT") and "scans_scan" in sql and len(looks) == 1 and not started:
            started.append(Thread(target=others))
            started[0].start()
            started[0].join()
        looks.append(sql)
        return execute(sql, params, many, context)

    looks: list[str] = []
    with database_file(tmp_path), connection.execute_wrapper(just_before_the_insert):
        scan = ask()

        assert started
        assert Scan.objects.get() == scan


# --- what is kept of a URL


@pytest.mark.parametrize(
    "url",
    [
        f"https://chat.whatsapp.com/{CANARY}",
        f"https://discord.com/invite/{CANARY}",
        f"https://t.me/+{CANARY}",
        f"https://example.com/reset-password?token={CANARY}",
        f"https://example.com/reset/{CANARY}",
        f"https://anna:{CANARY}@example.com/reset?token={CANARY}",
        f"https://files.example.com/a.pdf?X-Amz-Signature={CANARY}",
        f"https://example.com/login?sig={CANARY}#{CANARY}",
    ],
)
def test_no_secret_of_a_link_that_is_never_opened_is_stored_anywhere(url: str) -> None:
    scan = ask(url)
    run_next_scan()
    rescan(scan)

    rows = [*Scan.objects.all(), *OrmQ.objects.all()]
    assert Scan.objects.filter(fetch_url__isnull=True).count() == 2
    assert CANARY not in serializers.serialize("json", rows)
    assert all(CANARY not in str(job.task) for job in OrmQ.objects.all())


def test_the_url_of_an_ordinary_link_is_kept_without_a_password_in_it() -> None:
    scan = ask("https://anna:pw@shop.example.com/a?id=7&utm_source=x#top")

    assert scan.fetch_url == "https://shop.example.com/a?id=7"
    assert scan.url == "https://shop.example.com/a?id=7"


# --- asking again


def test_a_rescan_passes_every_cache() -> None:
    done = make_scan(LINK.url, Verdict.BENIGN)

    again = rescan(done)

    assert (again.status, again.priority, again.url_hash, again.fetch_url) == (
        Status.QUEUED,
        Priority.ASKED,
        LINK.url_hash,
        LINK.url,
    )
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("is_running", [False, True])
def test_a_rescan_of_what_waits_already_is_that_scan(is_running: bool) -> None:
    scan = ask(priority=Priority.HISTORY)
    if is_running:
        Scan.claim(timezone.now())

    assert rescan(scan) == scan
    assert OrmQ.objects.count() == 1


def test_a_rescan_moves_a_link_that_waits_among_old_ones_to_the_front() -> None:
    scan = ask(priority=Priority.HISTORY)

    rescan(scan)

    scan.refresh_from_db()
    assert scan.priority == Priority.ASKED


def test_a_link_that_is_never_opened_can_be_scanned_again() -> None:
    ask(f"https://chat.whatsapp.com/{CANARY}")
    first = run_next_scan()
    assert first is not None

    rescan(first)
    second = run_next_scan()

    assert second is not None
    assert (second.url_hash, second.fetch_url) == (first.url_hash, None)
    assert newest(first.url_hash) == second


def test_the_newest_finished_scan_is_the_verdict() -> None:
    now = timezone.now()
    make_scan(LINK.url, Verdict.MALICIOUS, at=now - HOUR)
    last = make_scan(LINK.url, Verdict.BENIGN, at=now)
    rescan(last)

    assert newest(LINK.url_hash) == last
    assert newest(SCAM.url_hash) is None


def test_a_decision_is_noted_on_every_scan_of_the_link_and_can_be_taken_back() -> None:
    now = timezone.now()
    make_scan(LINK.url, at=now - HOUR)
    make_scan(LINK.url, at=now)
    other = make_scan(SCAM.url)

    mark_decided(LINK.url_hash, now)
    assert Scan.objects.filter(decided_at=now).count() == 2
    mark_decided(LINK.url_hash, None)

    assert not Scan.objects.filter(decided_at__isnull=False).exists()
    other.refresh_from_db()
    assert other.decided_at is None
