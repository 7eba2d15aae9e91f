from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from scans.engine.findings import Finding, NotChecked
from scans.engine.scoring import Assessment, Verdict
from scans.models import Scan, Status
from tests.factories import make_scan

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
def test_one_link_waits_at_most_once(status: Status) -> None:
    make_scan(verdict=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_scan(verdict=None, status=status)


def test_finished_scans_of_a_link_are_kept_as_history() -> None:
    make_scan(at=NOW - timedelta(hours=2))
    make_scan(at=NOW - timedelta(hours=1))
    make_scan(verdict=None)

    assert Scan.objects.count() == 3


@pytest.mark.parametrize("verdict", Verdict)
def test_the_outcome_is_stored_with_the_expiry_of_its_verdict(verdict: Verdict) -> None:
    make_scan(verdict=None)
    scan = Scan.claim(NOW)
    assert scan is not None
    finding = Finding.of("brand_host", 9, conclusive=True, brand="Example Bank")
    gap = NotChecked("providers", "none_configured")

    assert scan.finish(Assessment(verdict, 9, 0.5, (finding,), (gap,)), NOW)

    scan.refresh_from_db()
    assert (scan.status, scan.verdict, scan.score, scan.risk) == (Status.DONE, verdict, 9, 0.5)
    assert (scan.reasons, scan.gaps, scan.is_conclusive) == ([finding], [gap], True)
    assert scan.expires_at == NOW + settings.SCAN_EXPIRY[verdict]


def test_a_result_is_written_once() -> None:
    make_scan(verdict=None)
    scan = Scan.claim(NOW)
    assert scan is not None
    benign = Assessment(Verdict.BENIGN, 0, None, (), ())

    assert scan.finish(benign, NOW)
    assert not scan.finish(Assessment(Verdict.MALICIOUS, 15, None, (), ()), NOW)

    scan.refresh_from_db()
    assert scan.verdict == Verdict.BENIGN


def test_a_scan_without_a_conclusive_finding_is_not_conclusive() -> None:
    assert not make_scan(findings=[Finding.of("ip_host", 15)]).is_conclusive


def test_a_scan_is_named_by_its_defanged_host() -> None:
    assert str(make_scan("https://shop.example.com/x")) == "shop[.]example[.]com"
