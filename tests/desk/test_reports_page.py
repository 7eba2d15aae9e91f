"""The owner's pages of reports, and what they brought as downloads."""

from __future__ import annotations

import pytest
from django.test import Client

from scans.models import Artifact, PendingReport, ReportState
from tests.desk.pages import list_url, row_url
from tests.factories import make_scan
from wbscanner.models import AuditEntry

pytestmark = pytest.mark.django_db

HOSTILE = b"<script>alert(1)</script>"


@pytest.fixture
def file() -> Artifact:
    scan = make_scan("https://shop.example.com/")
    report = PendingReport.objects.create(
        scan=scan, url_hash=scan.url_hash, provider="urlscan_report", state=ReportState.DONE
    )
    return Artifact.objects.create(report=report, kind="dom", content=HOSTILE, size=len(HOSTILE), sha256="0" * 64)


def address(file: Artifact) -> str:
    return f"/admin/scans/pendingreport/{file.report.pk}/file/{file.kind}/"


def test_a_file_is_a_download_that_nothing_opens(as_owner: Client, file: Artifact) -> None:
    answer = as_owner.get(address(file))

    assert answer.content == HOSTILE
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert AuditEntry.objects.filter(action="pendingreport.download").count() == 1


def test_the_pages_name_host_and_state_and_offer_the_file(as_owner: Client, file: Artifact) -> None:
    assert "arrived" in as_owner.get(list_url(PendingReport)).text
    assert address(file) in as_owner.get(row_url(file.report)).text


def test_a_moderator_gets_neither_pages_nor_files(as_moderator: Client, file: Artifact) -> None:
    assert as_moderator.get(address(file)).status_code == 403
    assert as_moderator.get(list_url(PendingReport)).status_code == 403


def test_a_file_that_is_not_there_is_not_found(as_owner: Client, file: Artifact) -> None:
    assert as_owner.get(address(file).replace("dom", "screenshot")).status_code == 404
