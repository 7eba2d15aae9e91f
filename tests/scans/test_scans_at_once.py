"""Scans that a worker carries out side by side: one that is slow, broken or given up costs the others nothing."""

from __future__ import annotations

import errno
import logging
import threading
import time
from datetime import timedelta
from typing import NoReturn

import pytest
from django.utils import timezone

from scans import carrying_out, visiting
from scans.carrying_out import AT_ONCE, run_next_scan, run_waiting_scans
from scans.engine import netguard
from scans.engine.analyze import SCAN_SECONDS, Visit
from scans.engine.ceiling import Ceiling
from scans.engine.findings import NotChecked, NotCheckedReason
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.models import Disclosure, Scan, Status
from scans.services import request_scan
from scans.tasks import run_scan
from scans.visiting import ordinary_visit
from tests.scans.scanned import gap, scanned
from tests.sites import Sites, hostile

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example.com/"
FORGED = "https://xn--pypal-4ve.com/login"


def never_opened() -> NoReturn:
    raise OSError(errno.EMFILE, "Too many open files")


def test_a_worker_that_was_given_up_leaves_no_second_way_behind(
    plain_internet: Sites, caplog: pytest.LogCaptureFixture
) -> None:
    request_scan(parse(SHOP), Ceiling.HOST)
    now = timezone.now()
    slow = Scan.claim(now)
    assert slow is not None
    Scan.objects.update(lease_until=now)
    run_next_scan(now + timedelta(seconds=1))

    with caplog.at_level(logging.WARNING):
        carrying_out.perform_scan(slow)

    assert "taken over" in caplog.text
    assert Disclosure.objects.count() == 1


def test_links_whose_servers_keep_silent_do_not_hold_up_the_others(internet: Sites) -> None:
    internet.everywhere()
    for number in range(AT_ONCE - 1):
        internet.behave(f"slow{number}.example", "/", hostile.silence)
        request_scan(parse(f"https://slow{number}.example/"), Ceiling.HOST)
    for number in range(AT_ONCE):
        request_scan(parse(f"https://quick{number}.example/"), Ceiling.HOST)

    assert run_waiting_scans(20) == 2 * AT_ONCE - 1

    order = list(Scan.objects.order_by("finished_at").values_list("verdict", flat=True))
    assert order == [Verdict.BENIGN] * AT_ONCE + [Verdict.UNKNOWN] * (AT_ONCE - 1)
    began = min(scan.started_at for scan in Scan.objects.all() if scan.started_at)
    ended = max(scan.finished_at for scan in Scan.objects.all() if scan.finished_at)
    assert ended - began < timedelta(seconds=2 * 3)


def test_after_its_time_a_worker_begins_nothing_more(plain_internet: Sites) -> None:
    request_scan(parse(SHOP), Ceiling.HOST)

    assert run_waiting_scans(0) == 0

    assert Scan.objects.get().status == Status.QUEUED


def test_unreadable_and_readable_links_are_all_ended_by_one_wake_up(plain_internet: Sites) -> None:
    broken = request_scan(parse("https://broken.example/"), Ceiling.HOST)
    Scan.objects.update(fetch_url="http://[broken/", url="also broken")
    request_scan(parse(SHOP), Ceiling.HOST)

    assert run_scan(broken.pk) == f"scan {broken.pk} rang, 2 done"

    assert list(Scan.objects.order_by("pk").values_list("verdict", flat=True)) == [Verdict.UNKNOWN, Verdict.BENIGN]
    assert NotChecked("local_checks", "unreadable") in Scan.objects.get(pk=broken.pk).gaps


def test_a_name_server_that_keeps_silent_costs_no_more_than_a_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def never_answers(_host: str) -> list[str]:
        ended.wait(20)
        return []

    monkeypatch.setattr(visiting, "open_client", lambda: netguard.client(resolve=never_answers))
    began = time.monotonic()

    scan = scanned(SHOP)

    took = time.monotonic() - began
    ended.set()
    assert (scan.verdict, gap(scan)) == (Verdict.UNKNOWN, "failed")
    assert took < SCAN_SECONDS


def test_without_a_client_links_are_judged_by_what_is_on_this_machine_and_none_is_benign(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visiting, "open_client", never_opened)

    clean, forged = scanned(SHOP), scanned(FORGED)

    assert (clean.status, clean.verdict, gap(clean)) == (Status.DONE, Verdict.UNKNOWN, "failed")
    assert forged.verdict == Verdict.MALICIOUS
    assert Disclosure.objects.count() == 0


def test_a_link_that_breaks_its_own_judging_takes_no_other_along(
    internet: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Poison(Exception):
        """Nothing that anybody expects."""

    def visit_of(scan: Scan) -> Visit | NotCheckedReason:
        if scan.host == "poison.example":
            raise Poison
        return ordinary_visit()

    monkeypatch.setattr(visiting, "visit_of", visit_of)
    internet.everywhere()
    for host in ("a.example", "poison.example", "b.example"):
        request_scan(parse(f"https://{host}/"), Ceiling.HASH)

    run_waiting_scans(20)

    ended = {scan.host: (scan.status, scan.verdict) for scan in Scan.objects.all()}
    assert ended == {
        "a.example": (Status.DONE, Verdict.BENIGN),
        "poison.example": (Status.RUNNING, None),
        "b.example": (Status.DONE, Verdict.BENIGN),
    }
