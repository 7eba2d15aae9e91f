from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from scans import carrying_out
from scans.carrying_out import run_next_scan
from scans.engine.ceiling import Ceiling
from scans.engine.findings import NotChecked
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import LEASE, MAX_ATTEMPTS, DisclosureKind, Priority, Scan, Status
from scans.services import request_scan
from tests.postgres.racing import race
from tests.wiring.file_database import database_file

pytestmark = pytest.mark.django_db

SCAM = parse("http://192.0.2.1/login.exe")


def ask(url: str = "https://shop.example.com/", **more: object) -> Scan:
    return request_scan(parse(url), Ceiling.HOST, **more)  # type: ignore[arg-type]


def test_a_scan_ends_with_verdict_reasons_gaps_and_expiry() -> None:
    ask(SCAM.url)

    done = run_next_scan()

    assert done is not None
    done.refresh_from_db()
    assert (done.status, done.verdict, done.lease_until, done.attempts) == (Status.DONE, Verdict.MALICIOUS, None, 1)
    assert {reason.code for reason in done.reasons} >= {"ip_host", "executable_path"}
    assert {gap.source for gap in done.gaps} >= {"feeds", "redirects", "providers"}
    assert done.finished_at is not None
    assert done.expires_at == done.finished_at + settings.SCAN_EXPIRY["malicious"]


def test_nothing_happens_when_nothing_waits() -> None:
    assert run_next_scan() is None


def test_the_most_urgent_scan_is_taken_first_then_the_oldest() -> None:
    now = timezone.now()
    wanted = []
    for number, (priority, age) in enumerate(
        [(Priority.ASKED, 1), (Priority.LIVE, 3), (Priority.LIVE, 2), (Priority.HISTORY, 9)]
    ):
        wanted.append(ask(f"https://a{number}.example/", priority=priority, now=now - timedelta(minutes=age)).pk)

    taken = [scan.pk for scan in iter(run_next_scan, None)]

    assert taken == wanted


def test_a_scan_whose_stored_url_cannot_be_read_ends_as_unknown(caplog: pytest.LogCaptureFixture) -> None:
    scan = ask()
    Scan.objects.update(fetch_url="http://[broken/", url="also broken")

    with caplog.at_level(logging.WARNING):
        run_next_scan()

    scan.refresh_from_db()
    assert (scan.status, scan.verdict, scan.gaps) == (
        Status.DONE,
        Verdict.UNKNOWN,
        [NotChecked("local_checks", "unreadable")],
    )
    assert "cannot be read" in caplog.text


def test_a_scan_that_kills_its_worker_again_and_again_ends_as_unknown_never_as_benign() -> None:
    scan, now = ask(), timezone.now()
    for attempt in range(MAX_ATTEMPTS):
        died = Scan.claim(now + attempt * 2 * LEASE)
        assert died is not None

    run_next_scan(now + MAX_ATTEMPTS * 2 * LEASE)

    scan.refresh_from_db()
    assert (scan.status, scan.verdict, scan.attempts) == (Status.DONE, Verdict.UNKNOWN, MAX_ATTEMPTS + 1)
    assert scan.gaps == [NotChecked("local_checks", "gave_up")]


@pytest.mark.parametrize(
    ("url", "ceiling", "visits"),
    [
        ("https://shop.example.com/", Ceiling.HASH, 1),
        ("https://shop.example.com/", Ceiling.NOTHING, 0),
        ("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv", Ceiling.URL, 0),
        ("https://wa.me/4915112345678", Ceiling.URL, 0),
    ],
)
def test_a_link_that_was_given_up_on_counts_as_opened_where_it_may_have_been(
    url: str, ceiling: Ceiling, visits: int
) -> None:
    scan = request_scan(parse(url), ceiling)
    Scan.objects.update(attempts=MAX_ATTEMPTS)

    run_next_scan()

    scan.refresh_from_db()
    assert (scan.verdict, scan.disclosures.filter(kind=DisclosureKind.VISIT).count()) == (Verdict.UNKNOWN, visits)


def test_a_scan_is_left_to_its_worker_for_the_length_of_its_lease() -> None:
    ask()
    now = timezone.now()
    first = Scan.claim(now)
    assert first is not None

    assert Scan.claim(now + LEASE) is None
    second = Scan.claim(now + LEASE + timedelta(seconds=1))
    assert second is not None
    assert (second.pk, second.fence, second.attempts) == (first.pk, first.fence + 1, 2)


def test_a_lease_given_by_a_clock_that_was_ahead_holds_up_no_link() -> None:
    scan, now = ask(), timezone.now()
    assert Scan.claim(now + timedelta(days=400)) is not None

    again = Scan.claim(now)

    assert again is not None
    assert (again.pk, again.attempts) == (scan.pk, 2)


def test_a_worker_that_was_given_up_cannot_overwrite_its_successors_result(caplog: pytest.LogCaptureFixture) -> None:
    ask(SCAM.url)
    now = timezone.now()
    slow = Scan.claim(now)
    assert slow is not None
    Scan.objects.update(lease_until=now)
    run_next_scan(now + timedelta(seconds=1))
    finished_at = Scan.objects.get().finished_at

    with caplog.at_level(logging.WARNING):
        carrying_out.perform_scan(slow)

    assert "taken over" in caplog.text
    assert Scan.objects.get().finished_at == finished_at


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_the_same_moment_never_get_the_same_scan(tmp_path: Path) -> None:
    with database_file(tmp_path):
        for turn in range(5):
            for number in range(3):
                ask(f"https://claim-{turn}-{number}.example/")

            claimed = [scan.pk for scan in race(lambda: Scan.claim(timezone.now()), 4) if scan]

            assert len(claimed) == len(set(claimed)) == 3
