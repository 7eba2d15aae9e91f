"""A callback says that a report is there: it is a hint to look, and nothing more."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from scans.models import PendingReport, ReportState, Scan
from tests.factories import make_scan

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-this-installation"
NUMBER = "0196d976-07f6-7aae-8a57-aa019145f31c"
PATH = "/api/v1/urlscan/callback"


@pytest.fixture(autouse=True)
def reached_from_outside(settings: Any) -> None:
    settings.URLSCAN_CALLBACK_SECRET = SECRET
    settings.BASE_URL = "https://desk.example.org"


@pytest.fixture
def report() -> PendingReport:
    scan, later = make_scan(), timezone.now() + timedelta(hours=1)
    return PendingReport.objects.create(
        scan=scan,
        url_hash=scan.url_hash,
        provider="urlscan_report",
        state=ReportState.WAITING,
        reference=NUMBER,
        due_at=later,
    )


def call(body: str, path: str = f"{PATH}/{SECRET}", **headers: str) -> int:
    return Client().post(path, body, content_type="application/json", headers=headers).status_code


def is_due(report: PendingReport) -> bool:
    report.refresh_from_db()
    return report.due_at <= timezone.now()


@pytest.mark.parametrize("body", [{"uuid": NUMBER}, {"task": {"uuid": NUMBER}, "verdicts": {"malicious": False}}])
def test_an_awaited_report_is_looked_for_at_once_and_nothing_is_believed(report: PendingReport, body: object) -> None:
    assert call(json.dumps(body)) == 202
    assert is_due(report)
    assert OrmQ.objects.count() == 1
    assert Scan.objects.count() == 1


def test_the_secret_may_stand_in_the_header(report: PendingReport) -> None:
    assert call(json.dumps({"uuid": NUMBER}), PATH, **{"X-Urlscan-Secret": SECRET}) == 202
    assert is_due(report)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/wrong", f"{PATH}/{SECRET}x"])
def test_without_the_secret_there_is_nothing(report: PendingReport, path: str) -> None:
    assert call(json.dumps({"uuid": NUMBER}), path) == 404
    assert not is_due(report)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "garbage",
        "[]",
        "null",
        '{"uuid": 7}',
        '{"uuid": "../../x"}',
        '{"uuid": "00000000-0000-0000-0000-000000000000"}',
        json.dumps({"uuid": NUMBER, "more": "x" * 70_000}),
    ],
)
def test_whatever_else_it_says_has_no_effect(report: PendingReport, body: str) -> None:
    assert call(body) == 202
    assert not is_due(report)
    assert OrmQ.objects.count() == 0


@pytest.mark.parametrize(("secret", "base_url"), [("", "https://desk.example.org"), (SECRET, "http://127.0.0.1:8000")])
def test_it_is_closed_without_a_secret_and_at_a_local_address(
    report: PendingReport, settings: Any, secret: str, base_url: str
) -> None:
    settings.URLSCAN_CALLBACK_SECRET, settings.BASE_URL = secret, base_url

    assert call(json.dumps({"uuid": NUMBER}), PATH, **{"X-Urlscan-Secret": secret}) == 404
    assert not is_due(report)
