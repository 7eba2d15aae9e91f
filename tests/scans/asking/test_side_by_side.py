"""Slow providers are asked side by side, by one scan and by many."""

from __future__ import annotations

import time

import pytest

from scans.carrying_out import run_next_scan, run_waiting_scans
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.providers.provider import Allowance, Span
from scans.engine.scoring import Verdict
from scans.models import Scan
from scans.services import request_scan
from tests.scans.asking.asked import Install, gaps
from tests.scans.oracles import after, oracle
from tests.scans.scanned import scanned

pytestmark = pytest.mark.django_db


def test_scans_at_once_ask_side_by_side(install: Install) -> None:
    install(*(oracle(f"oracle{number}", after(0.3)) for number in range(14)))
    for number in range(8):
        request_scan(parse(f"https://shop{number}.example/"), Ceiling.HOST)
    began = time.monotonic()

    assert run_waiting_scans(20) == 8

    assert time.monotonic() - began < 2.4
    assert set(Scan.objects.values_list("verdict", flat=True)) == {Verdict.BENIGN}


def test_one_scan_with_all_providers_slow_takes_less_than_600_ms(install: Install) -> None:
    scanned("https://warm.example/", Ceiling.HOST)
    install(*(oracle(f"oracle{number}", after(0.3), Allowance(Span.DAY, 1000)) for number in range(14)))
    took = []
    for number in range(3):  # a machine with other work on it stands still now and then
        request_scan(parse(f"https://slow{number}.example/"), Ceiling.HOST)
        began = time.monotonic()
        run_next_scan()
        took.append(time.monotonic() - began)
        assert gaps(Scan.objects.latest("pk")) == {}

    assert min(took) < 0.6
