"""The promises of the scan queue that rest on constraints and conditional updates, kept by PostgreSQL too."""

from __future__ import annotations

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from scans.carrying_out import run_next_scan
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Scan, Status
from scans.services import request_scan
from scans.tasks import run_scan
from tests.postgres.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

RUNNERS = 6
ROUNDS = 10


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_link_asked_for_by_many_at_once_is_queued_once(turn: int) -> None:
    link = parse(f"https://viral-{turn}.example/")

    scans = race(lambda: request_scan(link, Ceiling.HOST).pk, RUNNERS)

    assert len(set(scans)) == 1
    assert Scan.objects.count() == 1
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_workers_that_claim_at_the_same_moment_never_get_the_same_scan(turn: int) -> None:
    for number in range(RUNNERS - 2):
        request_scan(parse(f"https://claim-{turn}-{number}.example/"), Ceiling.HOST)

    claimed = [scan.pk for scan in race(lambda: Scan.claim(timezone.now()), RUNNERS) if scan]

    assert claimed
    assert len(claimed) == len(set(claimed))
    assert set(Scan.objects.filter(status=Status.RUNNING).values_list("pk", flat=True)) == set(claimed)


def test_a_scan_that_is_run_twice_is_judged_once() -> None:
    scan = request_scan(parse("http://192.0.2.1/login.exe"), Ceiling.NOTHING)

    race(lambda: run_scan(scan.pk), 2)
    run_scan(scan.pk)

    scan.refresh_from_db()
    assert scan.status == Status.DONE
    assert scan.verdict in {Verdict.SUSPICIOUS, Verdict.MALICIOUS}
    assert scan.attempts == 1


def test_a_worker_that_was_given_up_cannot_write_its_result() -> None:
    request_scan(parse("https://slow.example/"), Ceiling.HOST)
    slow = Scan.claim(timezone.now())
    assert slow is not None
    Scan.objects.filter(pk=slow.pk).update(lease_until=timezone.now())

    other = run_next_scan()

    assert other is not None
    slow.refresh_from_db(fields=["status", "verdict", "finished_at"])
    assert slow.status == Status.DONE
    assert other.fence > slow.fence
