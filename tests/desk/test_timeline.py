"""All checks of one link, on the page of each of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from scans.admin.timeline import MOST_SHOWN
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.scoring import Verdict
from scans.models import Artifact, ArtifactKind, Cause, PendingReport, ReportState, Scan
from tests.desk.pages import row_url
from tests.factories import make_scan

pytestmark = pytest.mark.django_db

URL = "https://evil.example/pay"
HOUR = timedelta(hours=1)
ODD, ZIP = Finding.of("ip_host", 5, host="evil.example"), Finding.of("risky_tld", 2, tld="zip")


def check(verdict: Verdict | None, hours: float, *findings: Finding, **columns: object) -> Scan:
    return make_scan(URL, verdict, findings=findings, at=timezone.now() - hours * HOUR, **columns)  # type: ignore[arg-type]


def story(client: Client, scan: Scan) -> str:
    """The timeline's part of a scan's page."""
    page = client.get(row_url(scan)).content.decode()
    return page[page.index('<ol class="plain timeline">') :].split("</ol>")[0]


def test_all_checks_of_a_link_and_of_no_other_stand_there_oldest_first(as_owner: Client) -> None:
    later = check(Verdict.MALICIOUS, 1, cause=Cause.LISTS, changed_from=Verdict.BENIGN)
    first = check(Verdict.BENIGN, 3)
    make_scan("https://other.example/")

    text = story(as_owner, later)

    assert text.count("<li") == 3
    assert text.index("the link was posted") < text.index("a list of known links changed")
    assert f'href="{row_url(first)}"' in text
    assert f'href="{row_url(later)}"' not in text
    assert text.count("aria-current") == 1


def test_a_change_says_what_was_before_and_whether_the_groups_know(as_owner: Client) -> None:
    told = check(Verdict.MALICIOUS, 2, changed_from=Verdict.UNKNOWN, told_at=timezone.now() - HOUR)
    assert "Acted on where needed" in story(as_owner, told)

    Scan.objects.update(told_at=None)

    text = story(as_owner, told)
    assert "Not acted on yet." in text
    assert text.index("Dangerous") < text.index("Before:") < text.index("Not checked")


def test_a_check_says_its_best_reason_and_what_came_and_went(as_owner: Client) -> None:
    check(Verdict.SUSPICIOUS, 3, ODD)
    last = check(Verdict.MALICIOUS, 2, ZIP, Finding.of("apk_path", 4, extension=".apk"))

    before, _, after = story(as_owner, last).partition("aria-current")

    assert "The address is a bare number" in before
    assert "Newly found" not in before
    assert "The link downloads an Android app" in after
    assert "Newly found: The ending of the address (zip)" in after
    assert "No longer found: The address is a bare number" in after


def test_a_check_that_failed_says_what_failed(as_owner: Client) -> None:
    gaps = [NotChecked("providers", "none_configured"), NotChecked("redirects", NotCheckedReason.FAILED)]
    scan = make_scan(URL, Verdict.UNKNOWN, not_checked=gaps)

    text = story(as_owner, scan)

    assert "opening it failed" in text
    assert "Outside services" not in text


def test_reports_stand_by_the_check_that_asked_for_them(as_owner: Client) -> None:
    scan = check(Verdict.BENIGN, 1)
    report = PendingReport.objects.create(
        scan=scan, url_hash=scan.url_hash, provider="urlscan", state=ReportState.DONE, error='<b>"odd"</b>'
    )
    Artifact.objects.create(report=report, kind=ArtifactKind.SCREENSHOT, content=b"x", size=1, sha256="0" * 64)

    text = story(as_owner, scan)

    assert "Report of urlscan: arrived (picture of the page) · &lt;b&gt;" in text


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"look_again_at": timezone.now() + 2 * HOUR}, "The next look is due"),
        ({}, "No further look is planned."),
        ({"decided_at": timezone.now()}, "A person has decided"),
    ],
)
def test_it_ends_with_what_comes_next(as_owner: Client, columns: dict[str, object], words: str) -> None:
    assert words in story(as_owner, check(Verdict.BENIGN, 1, **columns))


def test_a_check_that_waits_stands_there_too(as_owner: Client) -> None:
    first = check(Verdict.BENIGN, 1)
    check(None, 0, cause=Cause.ASKED)

    text = story(as_owner, first)

    assert "Not checked yet" in text
    assert "A check is waiting or under way." in text


def test_a_very_long_story_is_cut_at_its_beginning(as_owner: Client) -> None:
    scans = [check(Verdict.BENIGN, 100 - number) for number in range(MOST_SHOWN + 2)]

    text = story(as_owner, scans[-1])

    assert "2 earlier checks are not shown." in text
    assert text.count("<li") == MOST_SHOWN + 2
    assert row_url(scans[1]) not in text


def test_a_long_story_takes_no_more_queries_than_a_short_one(as_owner: Client) -> None:
    scan = check(Verdict.BENIGN, 100)
    as_owner.get(row_url(scan))
    with CaptureQueriesContext(connection) as short:
        as_owner.get(row_url(scan))
    for hours in range(MOST_SHOWN - 1):
        check(Verdict.BENIGN, hours)

    with CaptureQueriesContext(connection) as long:
        as_owner.get(row_url(scan))

    assert len(long) == len(short)
