"""Reports that are wanted are asked for once, looked for until they are there, and end in a new scan of the link."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import respx
from django.utils import timezone

from scans import visiting
from scans.asking import consulting
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.providers.crtsh import CrtSh
from scans.engine.providers.urlscan import RESULT, SEARCH, SITE
from scans.engine.providers.urlscan_report import MAX_FILE, SUBMIT, UrlscanReport
from scans.engine.scoring import Verdict
from scans.models import (
    Artifact,
    Cause,
    Disclosure,
    Lease,
    PendingReport,
    ProviderAnswer,
    ProviderState,
    ReportState,
    Scan,
)
from scans.reporting import steps as reports
from tests.factories import make_scan

pytestmark = pytest.mark.django_db

URL = "https://shop.example.com/pay"
NUMBER = "0196d976-07f6-7aae-8a57-aa019145f31c"
PNG = b"\x89PNG\r\n\x1a\n picture"
MALICIOUS = {
    "task": {"url": URL},
    "page": {"apexDomain": "example.com", "tlsAgeDays": 2, "apexDomainAgeDays": 3},
    "verdicts": {"overall": {"malicious": True, "score": 100, "brands": ["PayPal"]}},
}


@pytest.fixture(autouse=True)
def urlscan(monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.MockRouter]:
    """urlscan.io that knows nothing yet and takes what it is given."""
    monkeypatch.setattr(consulting, "reporters", lambda: (UrlscanReport(),))
    monkeypatch.setattr(visiting, "open_client", httpx.AsyncClient)
    monkeypatch.setenv("URLSCAN_KEY", "0196d976-07f6-7aae-8a57-aa019145f3aa")
    with respx.mock(assert_all_called=False) as router:
        router.get(SEARCH).respond(json={"results": []})
        router.post(SUBMIT).respond(json={"uuid": NUMBER})
        router.get(f"{RESULT}{NUMBER}/").respond(404)
        router.get(f"{SITE}/screenshots/{NUMBER}.png").respond(content=PNG)
        router.get(f"{SITE}/dom/{NUMBER}/").respond(text="<html>")
        yield router


def wanted(provider: str = "urlscan_report", **columns: Any) -> PendingReport:
    scan = make_scan(URL, Verdict.SUSPICIOUS, ceiling=Ceiling.URL)
    return PendingReport.objects.create(scan=scan, url_hash=scan.url_hash, provider=provider, **columns)


def stepped(report: PendingReport, at: datetime | None = None) -> PendingReport:
    reports.step(at or timezone.now())
    report.refresh_from_db()
    return report


def later(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def test_a_report_is_submitted_privately_collected_and_ends_in_a_new_scan(urlscan: respx.MockRouter) -> None:
    report = stepped(wanted())
    submitted = urlscan.post(SUBMIT).calls.last.request.content
    not_ready = stepped(report, later(11)).state
    urlscan.get(f"{RESULT}{NUMBER}/").respond(json=MALICIOUS)

    stepped(report, later(30))

    assert b'"visibility":"private"' in submitted.replace(b" ", b"")
    assert (not_ready, report.state, report.reference) == (ReportState.WAITING, ReportState.DONE, NUMBER)
    assert set(Artifact.objects.values_list("kind", flat=True)) == {"screenshot", "dom"}
    assert Scan.objects.get(status="queued").cause == Cause.REPORT
    assert ProviderAnswer.objects.get().facts["is_malicious"] is True
    assert Disclosure.objects.get().provider == "urlscan_report"


def test_what_is_found_in_sending_is_uncertain_and_never_repeated(urlscan: respx.MockRouter) -> None:
    report = stepped(wanted(state=ReportState.SENDING))

    assert report.state == ReportState.UNCERTAIN
    assert not urlscan.post(SUBMIT).called


def test_while_one_process_is_at_it_another_does_nothing(urlscan: respx.MockRouter) -> None:
    Lease.objects.create(job=reports.LEASE, until=later(30))

    assert stepped(wanted()).state == ReportState.WANTED
    assert not urlscan.post(SUBMIT).called


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx.Response(400, json={"message": "prevented"}), ReportState.FAILED),
        (httpx.Response(401), ReportState.FAILED),
        (httpx.Response(429, headers={"X-Rate-Limit-Reset-After": "600"}), ReportState.WANTED),
        (httpx.Response(502), ReportState.UNCERTAIN),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example/"}), ReportState.UNCERTAIN),
        (httpx.Response(200, json={"uuid": "../../etc"}), ReportState.UNCERTAIN),
        (httpx.Response(200, text="garbage"), ReportState.UNCERTAIN),
    ],
)
def test_a_submission_that_fails_is_repeated_only_when_it_was_not_taken(
    urlscan: respx.MockRouter, answer: httpx.Response, state: ReportState
) -> None:
    urlscan.post(SUBMIT).mock(return_value=answer)

    assert stepped(wanted()).state == state


def test_a_search_that_fails_leaves_the_report_wanted(urlscan: respx.MockRouter) -> None:
    urlscan.get(SEARCH).respond(502)

    assert stepped(wanted()).state == ReportState.WANTED
    assert not urlscan.post(SUBMIT).called


def test_it_is_unlisted_only_where_the_account_refuses_private_and_never_public(urlscan: respx.MockRouter) -> None:
    route = urlscan.post(SUBMIT)
    route.side_effect = [
        httpx.Response(400, json={"message": "private scans are not part of your plan"}),
        httpx.Response(200, json={"uuid": NUMBER}),
    ]

    assert stepped(wanted()).state == ReportState.WAITING
    assert b"unlisted" in route.calls.last.request.content
    assert all(b"public" not in call.request.content for call in route.calls)


def test_a_huge_picture_and_one_that_is_none_are_left_out(urlscan: respx.MockRouter) -> None:
    report = wanted(state=ReportState.WAITING, reference=NUMBER, submitted_at=timezone.now())
    urlscan.get(f"{RESULT}{NUMBER}/").respond(json=MALICIOUS)
    urlscan.get(f"{SITE}/screenshots/{NUMBER}.png").respond(text="<script>")
    urlscan.get(f"{SITE}/dom/{NUMBER}/").respond(content=b"x" * (MAX_FILE + 1))

    assert stepped(report).state == ReportState.DONE
    assert not Artifact.objects.exists()


def test_a_key_that_is_none_is_not_sent(urlscan: respx.MockRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URLSCAN_KEY", "my key")

    assert stepped(wanted()).state == ReportState.FAILED
    assert not any(route.called for route in urlscan.routes)


def test_a_service_that_was_switched_off_since_is_told_nothing(urlscan: respx.MockRouter) -> None:
    ProviderState.objects.create(name="urlscan_report", is_on=False)

    assert stepped(wanted()).state == ReportState.FAILED
    assert not any(route.called for route in urlscan.routes)


def test_it_is_given_up_after_the_last_look() -> None:
    looks = len(reports.LOOK_EVERY)
    report = wanted(state=ReportState.WAITING, reference=NUMBER, submitted_at=timezone.now(), attempts=looks)

    assert stepped(report).state == ReportState.FAILED


def test_the_first_certificate_is_looked_up_in_the_background(
    urlscan: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consulting, "reporters", lambda: (CrtSh(),))
    begins = (timezone.now() - timedelta(days=2)).replace(tzinfo=None).isoformat()
    urlscan.get("https://crt.sh/").respond(json=[{"not_before": begins}])
    report = stepped(wanted("crtsh"))

    assert stepped(report, later(1)).state == ReportState.DONE
    facts = ProviderAnswer.objects.get().facts
    assert [finding.code for finding in CrtSh().judge(parse(URL), facts)] == ["new_certificate"]


def test_files_are_forgotten_after_their_time() -> None:
    report, now = wanted(state=ReportState.DONE), timezone.now()
    Artifact.objects.create(report=report, kind="dom", content=b"old", size=3, made_at=now - timedelta(days=31))
    Artifact.objects.create(report=report, kind="screenshot", content=b"new", size=3, made_at=now)

    assert reports.forget_artifacts(now - timedelta(days=30)) == 1
    assert Artifact.objects.get().kind == "screenshot"
