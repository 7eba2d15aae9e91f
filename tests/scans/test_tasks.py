from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Scan, Status
from scans.services import request_scan
from scans.tasks import OVERDUE, forget_fetch_urls, run_scan, sweep
from tests.factories import make_scan

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def queued(url: str, age: timedelta = timedelta(0)) -> Scan:
    return request_scan(parse(url), Ceiling.HOST, now=timezone.now() - age)


def test_a_wake_up_performs_everything_that_waits() -> None:
    rang, other = queued("http://192.0.2.1/login.exe"), queued("https://other.example/")

    said = run_scan(rang.pk)

    assert said == f"scan {rang.pk} rang, 2 done"
    assert set(Scan.objects.values_list("pk", "status")) == {(rang.pk, Status.DONE), (other.pk, Status.DONE)}


def test_running_the_same_task_twice_changes_nothing() -> None:
    scan = queued("http://192.0.2.1/login.exe")
    run_scan(scan.pk)
    before = Scan.objects.values().get()

    run_scan(scan.pk)

    assert Scan.objects.values().get() == before


def test_a_wake_up_for_a_scan_that_is_gone_is_harmless() -> None:
    assert run_scan(4711) == "scan 4711 rang, 0 done"


def test_the_sweep_rings_for_lost_jobs_and_dead_workers_only() -> None:
    now = timezone.now()
    lost = queued("https://lost.example/", OVERDUE + SECOND)
    queued("https://fresh.example/")
    for host, lease in (("dead", now - SECOND), ("busy", now + SECOND * 60)):
        make_scan(f"https://{host}.example/", None, status=Status.RUNNING, lease_until=lease)
    make_scan("https://done.example/", at=now - timedelta(days=2))
    OrmQ.objects.all().delete()

    assert sweep() == 2

    dead = Scan.objects.get(host="dead.example")
    assert {job.task["args"] for job in OrmQ.objects.all()} == {(lost.pk,), (dead.pk,)}


def test_what_the_sweep_rang_for_is_judged() -> None:
    dead = make_scan("http://192.0.2.1/login.exe", None, status=Status.RUNNING, lease_until=timezone.now() - SECOND)
    sweep()
    job = OrmQ.objects.get().task

    run_scan(*job["args"])

    dead.refresh_from_db()
    assert (dead.status, dead.verdict) == (Status.DONE, Verdict.MALICIOUS)


def test_the_sweep_has_nothing_to_do_when_nothing_is_stuck() -> None:
    make_scan()

    assert sweep() == 0
    assert OrmQ.objects.count() == 0


@pytest.mark.parametrize(("age", "is_kept"), [(timedelta(days=8), False), (timedelta(days=8) - SECOND * 60, True)])
def test_the_exact_url_is_forgotten_8_days_after_the_link_was_last_seen(age: timedelta, is_kept: bool) -> None:
    now = timezone.now()
    scan = make_scan("https://anna@shop.example.com/", at=now - timedelta(days=20), last_seen_at=now - age)

    assert forget_fetch_urls() == (0 if is_kept else 1)

    scan.refresh_from_db()
    assert (scan.fetch_url is not None) is is_kept
    assert scan.url == "https://shop.example.com/"


def test_a_link_whose_exact_url_is_forgotten_can_still_be_judged() -> None:
    scan = make_scan("http://192.0.2.1/login.exe", None, fetch_url=None)

    run_scan(scan.pk)

    scan.refresh_from_db()
    assert scan.verdict == Verdict.MALICIOUS
