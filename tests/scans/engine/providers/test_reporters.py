"""urlscan.io, submissions to VirusTotal, crt.sh: documented answers, and whatever else a server may say."""

from __future__ import annotations

import asyncio
import base64

import httpx
import pytest
import respx
from hypothesis import given, settings
from hypothesis import strategies as st

from scans.engine.links import parse
from scans.engine.providers import REPORTERS
from scans.engine.providers.provider import Call, ProviderError
from scans.engine.providers.reporter import Report, Reporter
from scans.engine.providers.submitted import may_be_submitted, submitted_url
from scans.engine.providers.urlscan import RESULT, SEARCH, UrlscanSearch
from scans.engine.providers.virustotal_submission import ANALYSIS, VirusTotalSubmission
from tests.scans.engine.providers.asked import NOW, ask, judge

KEY = "0196d976-07f6-7aae-8a57-aa019145f3aa"
NUMBER = "0196d976-07f6-7aae-8a57-aa019145f31c"
PAGE = "https://shop.example.com/pay"
REFERENCES = {"urlscan_report": NUMBER, "virustotal_submission": f"u-{'a' * 64}-1700000000", "crtsh": "example.com"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["data", "attributes", "status", "results", "verdicts", "overall", "malicious", "brands", "page"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def collect(reporter: Reporter, body: object) -> Report | None:
    async def collecting() -> Report | None:
        transport = httpx.MockTransport(lambda _request: httpx.Response(200, json=body))
        async with httpx.AsyncClient(transport=transport) as client:
            return await reporter.collect(REFERENCES[reporter.card.name], Call(client, KEY, NOW))

    return asyncio.run(collecting())


@pytest.mark.parametrize("reporter", REPORTERS, ids=lambda each: each.card.name)
@settings(max_examples=100, deadline=None)
@given(body=JSON)
def test_whatever_it_answers_only_a_report_or_a_provider_error_comes_out(reporter: Reporter, body: object) -> None:
    try:
        report = collect(reporter, body)
    except ProviderError:
        return
    facts = report.reply.facts if report else {}
    assert all(finding.code for finding in reporter.judge(parse(PAGE), facts))


@pytest.mark.parametrize(("seen", "points"), [(PAGE, 8), ("https://shop.example.com/other", 5)])
def test_an_earlier_report_weighs_by_the_page_it_is_about(seen: str, points: int) -> None:
    found = {"_id": NUMBER, "task": {"domain": "shop.example.com", "url": seen}}
    with respx.mock:
        asked = respx.get(SEARCH).respond(json={"results": [found]})
        overall = {"malicious": True, "score": 100, "brands": []}
        respx.get(f"{RESULT}{NUMBER}/").respond(json={"task": {"url": seen}, "verdicts": {"overall": overall}})
        findings = judge(UrlscanSearch(), ask(UrlscanSearch(), PAGE, key=KEY), PAGE)

    assert [(finding.code, finding.points) for finding in findings] == [("urlscan", points)]
    assert "pay" not in str(asked.calls.last.request.url)


def test_a_page_that_was_only_led_to_the_host_is_none_of_its_pages() -> None:
    found = {"_id": NUMBER, "task": {"domain": "elsewhere.example"}, "page": {"domain": "shop.example.com"}}
    with respx.mock:
        respx.get(SEARCH).respond(json={"results": [found]})
        assert judge(UrlscanSearch(), ask(UrlscanSearch(), PAGE, key=KEY), PAGE) == []


@pytest.mark.parametrize(("status", "is_there"), [("queued", False), ("in-progress", False), ("completed", True)])
def test_an_analysis_is_there_when_it_is_completed(status: str, is_there: bool) -> None:
    warning = {"category": "malicious"}
    results = {"Kaspersky": warning, "Sophos": warning, "ESET": warning, "Nobody": warning}
    reporter = VirusTotalSubmission()

    report = collect(reporter, {"data": {"attributes": {"status": status, "results": results}}})

    assert (report is not None) == is_there
    assert not reporter.card.is_on
    assert ANALYSIS.startswith("https://www.virustotal.com/")
    if report is not None:
        assert [(each.code, each.points) for each in reporter.judge(parse(PAGE), report.reply.facts)] == [
            ("virustotal", 8)
        ]


@pytest.mark.parametrize(
    "place",
    [
        "?e=anna%40mail.example",
        "?e=anna@mail.example&x=1",
        "anna@mail.example/x",
        "?e=" + base64.b64encode(b"anna@mail.example").decode(),
        base64.urlsafe_b64encode(b"anna.b@mail.example").decode().rstrip("="),
    ],
)
def test_nobodys_e_mail_address_is_told(place: str) -> None:
    told = submitted_url(parse(f"https://shop.example.com/{place}"))

    assert "anna" not in told
    assert base64.b64encode(b"anna")[:4].decode() not in told


def test_a_link_with_a_key_is_not_submitted() -> None:
    assert not may_be_submitted(parse("https://example.com/reset-password?token=c4n4ryT0k3nZ9x8Y7w6V5u4"))
