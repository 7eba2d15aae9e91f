"""A link that is judged but never opened loses its secrets, not its verdict."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone

from scans.engine.ceiling import Ceiling
from scans.engine.heuristics import HEURISTICS
from scans.engine.links import parse
from scans.engine.local import analyze_locally
from scans.models import Scan
from scans.services import request_scan, rescan
from scans.tasks import forget_fetch_urls
from tests.scans.scanned import next_ended

pytestmark = pytest.mark.django_db

CANARY = "c4n4ryT0k3nZ9x8Y7w6V5u4"


@pytest.mark.parametrize(
    "url",
    [
        "https://paypal.com@evil.example.top/login?token=abcdef12345",
        "http://0x7f.1/verify/3f2b8c9d1e4a5b6c7d8e9f0a1b2c3d4e",
        "https://www.example.org/reset?token=abcdef12345",
    ],
)
def test_a_one_time_link_gets_the_verdict_of_what_was_posted(url: str) -> None:
    link = parse(url)

    request_scan(link, Ceiling.HOST)
    scan = next_ended()

    wanted = analyze_locally(link, heuristics=HEURISTICS)
    assert scan.fetch_url is None
    assert (scan.verdict, scan.score) == (wanted.verdict, wanted.score)


def test_a_link_whose_exact_url_was_forgotten_keeps_its_verdict_when_judged_again() -> None:
    request_scan(parse("https://paypal.com@evil.example.top/pay"), Ceiling.HOST)
    first = next_ended()
    Scan.objects.update(last_seen_at=timezone.now() - timedelta(days=9))
    assert forget_fetch_urls() == 1
    first.refresh_from_db()

    rescan(first)
    again = next_ended()

    assert (again.verdict, again.score) == (first.verdict, first.score)
    assert again.verdict == "malicious"


@pytest.mark.parametrize("url", ["https://someone:{}@evil.example.top/pay?id=7", "https://{}@evil.example.top/pay"])
def test_a_password_inside_a_link_is_kept_nowhere_and_the_link_is_judged_with_it(url: str) -> None:
    link = parse(url.format(CANARY))
    wanted = analyze_locally(link, heuristics=HEURISTICS)
    request_scan(link, Ceiling.HOST)

    scan = next_ended()
    rescan(scan)
    again = next_ended()

    for row in (scan, again):
        assert row.fetch_url == link.url.replace(f"{link.url.split('//')[1].split('@')[0]}@", "")
        assert {finding.as_dict()["code"] for finding in wanted.findings} <= {one["code"] for one in row.findings}
        assert (row.url_hash, row.verdict) == (link.url_hash, wanted.verdict)
    assert CANARY not in serializers.serialize("json", Scan.objects.all())


def test_a_host_that_is_only_a_user_name_is_still_called_so_when_it_is_judged_again() -> None:
    request_scan(parse("https://paypal.com@evil.example.top/pay"), Ceiling.HOST)
    first = next_ended()

    rescan(first)
    again = next_ended()

    assert first.fetch_url == "https://evil.example.top/pay"
    assert (again.verdict, again.score, first.verdict) == (first.verdict, first.score, "malicious")
