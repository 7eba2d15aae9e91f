"""One link looked at from all sides, and what happens when a side breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from scans.engine.analyze import Analysis, Inspection, analyze, conclude, inspect
from scans.engine.consult import Outcome
from scans.engine.feeds.feed import FeedError
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.heuristics import HEURISTICS, WRITING
from scans.engine.journeys import How
from scans.engine.links import Link, parse
from scans.engine.local import analyze_locally
from scans.engine.scoring import Verdict
from tests.sites import Sites

CLEAN = parse("https://en.wikipedia.org/wiki/Foo_(bar)")
FORGED = parse("http://192.0x00A80001/login.exe")
FORGED_NAME = "https://xn--pypal-4ve.com/login"
WRAPPED = parse(f"https://www.google.com/url?q={FORGED_NAME}")
SHORT = parse("https://bit.ly/3xYz")
FILTERED = parse("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fen.wikipedia.org%2Fwiki%2FFoo")
LISTED = Finding.of("listed", 10, conclusive=True)


@dataclass
class ListFeed:
    """A feed that lists whole hosts."""

    hosts: frozenset[str] = frozenset()
    error: FeedError | None = None
    name: str = "list"
    knows_bad: bool = True

    def lookup(self, link: Link) -> Sequence[Finding]:
        if self.error:
            raise self.error
        return [LISTED] if link.host in self.hosts else []


def broken_heuristic(link: Link) -> Finding | None:
    raise IndexError(link.host)


def test_a_clean_link_is_benign_and_says_what_was_not_checked() -> None:
    assessment = analyze_locally(CLEAN)

    assert (assessment.verdict, assessment.score, assessment.findings) == (Verdict.BENIGN, 0, ())
    assert assessment.not_checked == (
        NotChecked("feeds", "none_loaded"),
        NotChecked("redirects", "not_followed"),
        NotChecked("providers", "not_asked"),
    )


def test_without_network_the_reason_is_that_it_was_switched_off() -> None:
    gaps = analyze_locally(CLEAN, network=False).not_checked

    assert NotChecked("redirects", "switched_off") in gaps
    assert NotChecked("providers", "switched_off") in gaps


def test_a_forged_link_is_malicious_without_asking_anybody() -> None:
    assert analyze_locally(FORGED).verdict is Verdict.MALICIOUS


@pytest.mark.parametrize(("link", "verdict"), [(CLEAN, Verdict.UNKNOWN), (FORGED, Verdict.MALICIOUS)])
def test_a_broken_heuristic_never_means_benign(link: Link, verdict: Verdict) -> None:
    from_all = analyze_locally(link)

    assessment = analyze_locally(link, heuristics=[broken_heuristic, *HEURISTICS, *WRITING])

    assert assessment.verdict is verdict
    assert assessment.findings == from_all.findings
    assert NotChecked("heuristic:broken_heuristic", "failed") in assessment.not_checked


def test_a_feed_that_lists_the_link_decides() -> None:
    assessment = analyze_locally(CLEAN, feeds=[ListFeed(frozenset({CLEAN.host}))])

    assert assessment.verdict is Verdict.MALICIOUS
    assert NotChecked("feeds", "none_loaded") not in assessment.not_checked


def test_a_feed_that_cannot_be_read_never_means_benign() -> None:
    assessment = analyze_locally(CLEAN, feeds=[ListFeed(error=FeedError("truncated"))])

    assert assessment.verdict is Verdict.UNKNOWN
    assert NotChecked("feed:list", "failed") in assessment.not_checked


def analyzed(link: Link, sites: Sites, **more: Any) -> Analysis:
    async def run() -> Analysis:
        async with sites.client() as client:
            return await analyze(link, client=client, **more)

    return asyncio.run(run())


def inspected(link: Link, sites: Sites, **more: Any) -> Inspection:
    async def run() -> Inspection:
        async with sites.client() as client:
            return await inspect(link, client=client, **more)

    return asyncio.run(run())


# --- what those say who are asked


@pytest.mark.parametrize("gap", [NotCheckedReason.FAILED, NotCheckedReason.PAUSED])
def test_a_failing_provider_never_means_benign(plain_internet: Sites, gap: NotCheckedReason) -> None:
    assessment = conclude(inspected(CLEAN, plain_internet), [Outcome("provider:one", gap=gap)]).assessment

    assert assessment.verdict is Verdict.UNKNOWN
    assert NotChecked("provider:one", gap) in assessment.not_checked


@pytest.mark.parametrize("gap", ["quota", "saved", "no_key", "not_allowed", "switched_off", "none_configured"])
def test_who_was_not_asked_on_purpose_is_said_and_leaves_a_clean_link_benign(plain_internet: Sites, gap: str) -> None:
    outcome = Outcome("provider:one", gap=NotCheckedReason(gap))

    assessment = conclude(inspected(CLEAN, plain_internet), [outcome]).assessment

    assert assessment.verdict is Verdict.BENIGN
    assert NotChecked("provider:one", gap) in assessment.not_checked


def test_a_failing_provider_does_not_silence_another(plain_internet: Sites) -> None:
    failed = Outcome("provider:one", gap=NotCheckedReason.FAILED)

    assessment = conclude(inspected(CLEAN, plain_internet), [failed, Outcome("provider:two", (LISTED,))]).assessment

    assert assessment.verdict is Verdict.MALICIOUS
    assert NotChecked("provider:one", "failed") in assessment.not_checked


def test_providers_that_know_nothing_leave_a_clean_link_benign(plain_internet: Sites) -> None:
    assessment = conclude(inspected(CLEAN, plain_internet), [Outcome("provider:one")]).assessment

    assert (assessment.verdict, assessment.findings) == (Verdict.BENIGN, ())


def test_others_are_asked_about_the_first_and_the_last_address(internet: Sites) -> None:
    internet.redirect("bit.ly", "/3xYz", to="https://middle.example/")
    internet.redirect("middle.example", to="https://last.example/")
    internet.page("last.example", body="<title>Hello</title>")

    assert [link.host for link in inspected(SHORT, internet).ends] == ["bit.ly", "last.example"]
    assert [link.host for link in inspected(CLEAN, internet).ends] == [CLEAN.host]


def test_nobody_is_asked_about_what_a_mail_filter_put_around_a_link(internet: Sites) -> None:
    internet.page("en.wikipedia.org", "/wiki/Foo", body="<title>Foo</title>")

    assert [link.url for link in inspected(FILTERED, internet).ends] == ["https://en.wikipedia.org/wiki/Foo"]


def test_scarce_questions_are_spent_on_links_that_look_bad_hide_where_they_lead_or_were_not_seen(
    internet: Sites,
) -> None:
    internet.everywhere()
    internet.nowhere("gone.example")

    risky = {
        link.host: inspected(link, internet).is_risky for link in (CLEAN, SHORT, FORGED, parse("https://gone.example/"))
    }

    assert risky == {CLEAN.host: False, SHORT.host: True, FORGED.host: True, "gone.example": True}


# --- the addresses on the way


def codes(analysis: Analysis) -> list[str]:
    return [finding.code for finding in analysis.assessment.findings]


def test_the_verdict_is_that_of_the_worst_address_on_the_way(internet: Sites) -> None:
    internet.redirect("bit.ly", "/3xYz", to=FORGED_NAME)
    internet.page("xn--pypal-4ve.com", "/login", body="<title>Hello</title>")

    analysis = analyzed(SHORT, internet)

    assert analysis.assessment.verdict is Verdict.MALICIOUS
    assert "brand_homoglyph" in codes(analysis)
    assert [(hop.link.host, hop.status) for hop in analysis.hops] == [("bit.ly", 302), ("xn--pypal-4ve.com", 200)]


def test_harmless_signs_of_several_addresses_do_not_add_up(internet: Sites) -> None:
    internet.redirect("a.top", to="https://b.top/")
    internet.redirect("b.top", to="https://c.top/")
    internet.page("c.top", body="<title>Hello</title>")

    assessment = analyzed(parse("https://a.top/"), internet).assessment

    assert [finding.code for finding in assessment.findings if finding.points].count("risky_tld") == 1
    assert assessment.verdict is Verdict.BENIGN


def test_what_is_good_to_know_of_the_posted_link_stays_when_another_address_is_worse(internet: Sites) -> None:
    internet.redirect("bit.ly", "/3xYz", to=FORGED_NAME)
    internet.page("xn--pypal-4ve.com", "/login", body="<title>Hello</title>")

    assert codes(analyzed(SHORT, internet))[0] == "shortener"


def test_an_address_inside_the_link_is_judged_and_the_one_around_it_is_not_opened(internet: Sites) -> None:
    internet.page("xn--pypal-4ve.com", "/login", body="<title>Hello</title>")

    analysis = analyzed(WRAPPED, internet)

    assert analysis.assessment.verdict is Verdict.MALICIOUS
    assert [(hop.how, hop.status) for hop in analysis.hops] == [(How.POSTED, None), (How.WRAPPED, 200)]
    assert internet.urls() == [FORGED_NAME]


def test_an_address_inside_the_link_is_judged_without_network_too() -> None:
    analysis = asyncio.run(analyze(WRAPPED, client=None))

    assert analysis.assessment.verdict is Verdict.MALICIOUS
    assert not analysis.was_opened
    assert NotChecked("redirects", "switched_off") in analysis.assessment.not_checked


def test_what_a_mail_filter_put_around_a_clean_link_speaks_neither_for_nor_against_it(internet: Sites) -> None:
    internet.page("en.wikipedia.org", "/wiki/Foo", body="<title>Foo</title>")

    assessment = analyzed(FILTERED, internet).assessment

    assert (assessment.verdict, assessment.score) == (Verdict.BENIGN, 0)


def test_a_reason_in_place_of_a_visit_leaves_the_link_unopened(internet: Sites) -> None:
    analysis = analyzed(CLEAN, internet, visit=NotCheckedReason.LOOK_ONLY)

    assert NotChecked("redirects", "look_only") in analysis.assessment.not_checked
    assert (internet.connections, analysis.was_opened, len(analysis.hops)) == (0, False, 1)


def test_a_link_that_cannot_be_opened_is_never_benign(internet: Sites) -> None:
    internet.nowhere(CLEAN.host)

    analysis = analyzed(CLEAN, internet)

    assert analysis.assessment.verdict is Verdict.UNKNOWN
    assert NotChecked("redirects", "failed") in analysis.assessment.not_checked


@pytest.mark.parametrize("error", [AssertionError("a library's own"), OSError("too many open files"), Exception("?")])
def test_whatever_a_server_makes_a_library_raise_is_never_benign(error: Exception) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    async def analyze_clean() -> Analysis:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            return await analyze(CLEAN, client=client)

    analysis = asyncio.run(analyze_clean())

    assert analysis.assessment.verdict is Verdict.UNKNOWN
    assert NotChecked("redirects", NotCheckedReason.FAILED) in analysis.assessment.not_checked


def test_a_link_that_cannot_be_opened_stays_as_bad_as_it_looks(internet: Sites) -> None:
    internet.nowhere("xn--pypal-4ve.com")

    assert analyzed(parse(FORGED_NAME), internet).assessment.verdict is Verdict.MALICIOUS


def test_what_was_found_in_the_exact_link_counts_in_place_of_looking_again(plain_internet: Sites) -> None:
    seen = [Finding.of("userinfo_host", 8, conclusive=True, claimed="bank.example", host="evil.example")]

    inspection = inspected(parse("http://192.0.2.1/login.exe"), plain_internet, seen=seen)

    assert [finding for finding in inspection.findings if finding.points] == seen
