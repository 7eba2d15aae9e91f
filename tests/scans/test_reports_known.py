"""Reports: those that arrived count, those that are worth their price are wanted, and none twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone

from scans.asking import answers, consulting
from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link, parse
from scans.engine.providers.provider import Call, Card, Reply
from scans.engine.providers.reporter import Report
from scans.engine.scoring import Assessment, Verdict
from scans.models import PendingReport, ProviderState, ReportState, Scan
from tests.scans.oracles import BAD, card
from tests.scans.scanned import scanned
from tests.sites import Sites

pytestmark = pytest.mark.django_db

SHOP, RISKY = "https://shop.example.com/", "http://192.0.2.1/login.exe"


@dataclass
class Reporter:
    """Wants what is not benign; its reports are kept under the host."""

    card: Card = field(default_factory=lambda: card("report", ceiling=Ceiling.URL))
    first_look: timedelta = timedelta(seconds=10)
    breaks_at: str = ""

    def wants(self, link: Link, assessment: Assessment) -> bool:
        self._break("wants")
        return assessment.verdict is not Verdict.BENIGN

    def subject(self, link: Link) -> str:
        self._break("subject")
        return link.host

    async def submit(self, link: Link, call: Call) -> str:
        raise AssertionError("a scan submits nothing")

    async def collect(self, reference: str, call: Call) -> Report | None:
        raise AssertionError("a scan collects nothing")

    def judge(self, link: Link, facts: Mapping[str, object]) -> list[Finding]:
        self._break("judge")
        return [BAD] if facts.get("bad") else []

    def _break(self, where: str) -> None:
        if self.breaks_at == where:
            raise LookupError(where)


@pytest.fixture
def reporter(monkeypatch: pytest.MonkeyPatch, plain_internet: Sites) -> Reporter:
    installed = Reporter()
    monkeypatch.setattr(consulting, "reporters", lambda: (installed,))
    return installed


def gaps(scan: Scan) -> list[tuple[str, str]]:
    return [(gap.source, gap.reason) for gap in scan.gaps if gap.source.startswith("provider")]


def keep(host: str, *, bad: bool) -> None:
    answers.keep("report", {host: Reply({"bad": bad}, timedelta(days=1))}, timezone.now())


def test_a_report_is_wanted_where_the_reporter_wants_it(reporter: Reporter) -> None:
    clean, risky = scanned(SHOP, Ceiling.URL), scanned(RISKY, Ceiling.URL)

    wish = PendingReport.objects.get()
    assert (wish.scan, wish.provider, wish.state, wish.url_hash) == (
        risky,
        "report",
        ReportState.WANTED,
        risky.url_hash,
    )
    assert (gaps(clean), gaps(risky)) == ([], [])


def test_a_link_is_reported_once_a_day_whatever_became_of_it(reporter: Reporter) -> None:
    scanned(RISKY, Ceiling.URL)
    scanned(RISKY, Ceiling.URL)
    PendingReport.objects.update(state=ReportState.FAILED)
    scanned(RISKY, Ceiling.URL)
    assert PendingReport.objects.count() == 1

    PendingReport.objects.update(asked_at=timezone.now() - timedelta(days=1, seconds=1))
    scanned(RISKY, Ceiling.URL)
    assert PendingReport.objects.count() == 2


@pytest.mark.parametrize(
    ("columns", "ceiling", "reason"),
    [
        ({"is_on": False}, Ceiling.URL, "switched_off"),
        ({}, Ceiling.HOST, "not_allowed"),
        ({"is_on": True}, Ceiling.NOTHING, "not_allowed"),
    ],
)
def test_who_may_not_be_asked_gets_no_link_and_says_why(
    reporter: Reporter, columns: dict[str, bool], ceiling: Ceiling, reason: str
) -> None:
    ProviderState.objects.create(name="report", **columns)

    scan = scanned(RISKY, ceiling)

    assert (PendingReport.objects.count(), gaps(scan)) == (0, [("provider:report", reason)])


def test_a_reporter_without_its_key_gets_no_link_and_says_so(reporter: Reporter) -> None:
    reporter.card = card("report", ceiling=Ceiling.URL, key_name="REPORT_KEY")

    scan = scanned(RISKY, Ceiling.URL)

    assert (PendingReport.objects.count(), gaps(scan)) == (0, [("provider:report", "no_key")])


def test_a_link_that_is_never_opened_is_not_reported_either(reporter: Reporter) -> None:
    scanned("https://paypal-secure.example/reset-password?token=c4n4ryT0k3nZ9x8Y7w6V5u4", Ceiling.URL)
    scanned("https://xn--pypal-4ve.com/reset-password?token=c4n4ryT0k3nZ9x8Y7w6V5u4", Ceiling.URL)

    assert PendingReport.objects.count() == 0


def test_a_report_that_arrived_counts_and_is_not_wanted_again(reporter: Reporter) -> None:
    keep(parse(SHOP).host, bad=True)

    scan = scanned(SHOP, Ceiling.URL)

    assert (scan.verdict, PendingReport.objects.count()) == (Verdict.MALICIOUS, 0)


def test_a_report_counts_where_caches_are_passed_and_nothing_may_be_told(reporter: Reporter) -> None:
    keep(parse(SHOP).host, bad=True)

    scan = scanned(SHOP, Ceiling.NOTHING)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, [])


def test_a_report_of_a_reporter_that_is_switched_off_does_not_count(reporter: Reporter) -> None:
    keep(parse(SHOP).host, bad=True)
    ProviderState.objects.create(name="report", is_on=False)

    assert scanned(SHOP, Ceiling.URL).verdict == Verdict.BENIGN


@pytest.mark.parametrize(("where", "reason"), [("wants", []), ("judge", [("provider:report", "failed")])])
def test_a_reporter_that_breaks_takes_no_scan_along(
    reporter: Reporter, where: str, reason: list[tuple[str, str]]
) -> None:
    keep(parse(SHOP).host, bad=False)
    reporter.breaks_at = where

    scan = scanned(SHOP, Ceiling.URL)

    assert (gaps(scan), scan.status) == (reason, "done")
