"""What Google said of a link may be repeated for a while only (terms of Safe Browsing: 30 minutes)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from scans.engine.findings import Finding
from scans.engine.providers.google import ANSWER_KEPT, SCAN_USED
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan, make_sighting
from waclient.verdicts import outcome

pytestmark = pytest.mark.django_db

GOOGLE = Finding.of("safe_browsing", 10, host="evil.example", threat="phishing")
OURS = Finding.of("risky_tld", 4, tld="top")


@pytest.mark.parametrize(
    ("age", "codes", "verdict"),
    [
        (timedelta(minutes=14), ["safe_browsing", "risky_tld"], Verdict.MALICIOUS),
        (timedelta(minutes=16), ["risky_tld"], Verdict.SUSPICIOUS),
    ],
)
def test_googles_word_counts_for_a_while_and_the_rest_stays(age: timedelta, codes: list[str], verdict: Verdict) -> None:
    now = timezone.now()
    scan = make_scan("http://evil.example/", Verdict.MALICIOUS, findings=[GOOGLE, OURS])
    scan.finished_at = now - age
    sighting = make_sighting(make_group(), scan)

    found, _score, findings = outcome(sighting, None, now)

    assert ([finding.code for finding in findings], found) == (codes, verdict)


def test_what_others_said_does_not_age() -> None:
    now = timezone.now()
    scan = make_scan("http://evil.example/", Verdict.SUSPICIOUS, findings=[OURS])
    scan.finished_at = now - timedelta(days=1)

    assert outcome(make_sighting(make_group(), scan), None, now)[0] == Verdict.SUSPICIOUS


def test_keeping_reusing_and_waiting_together_take_no_more_than_half_an_hour() -> None:
    assert timedelta(minutes=30) >= ANSWER_KEPT + SCAN_USED + settings.REPLY_MAX_AGE
