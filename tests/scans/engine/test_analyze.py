"""One link looked at from all sides, and what happens when a side breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from scans.engine.analyze import analyze
from scans.engine.ceiling import Ceiling
from scans.engine.feeds.feed import FeedError
from scans.engine.findings import Finding, NotChecked
from scans.engine.heuristics import HEURISTICS, WRITING
from scans.engine.links import Link, parse
from scans.engine.local import analyze_locally
from scans.engine.providers.provider import ProviderError
from scans.engine.scoring import Verdict

CLEAN = parse("https://en.wikipedia.org/wiki/Foo_(bar)")
FORGED = parse("http://192.0x00A80001/login.exe")
LISTED = Finding.of("listed", 10, conclusive=True)


@dataclass
class AnsweringProvider:
    """A provider that answers from a table."""

    answers: dict[str, list[Finding]] = field(default_factory=dict)
    name: str = "answering"
    ceiling: Ceiling = Ceiling.HASH
    max_requests: int = 1

    async def check(self, links: Sequence[Link], client: httpx.AsyncClient) -> list[Finding]:
        return [finding for link in links for finding in self.answers.get(link.host, [])]


@dataclass
class BreakingProvider(AnsweringProvider):
    """A provider whose every call ends in the same error."""

    error: Exception = field(default_factory=lambda: ProviderError("quota"))

    async def check(self, links: Sequence[Link], client: httpx.AsyncClient) -> list[Finding]:
        raise self.error


@dataclass
class ListFeed:
    """A feed that lists whole hosts."""

    hosts: frozenset[str] = frozenset()
    error: FeedError | None = None
    name: str = "list"

    def lookup(self, link: Link) -> Finding | None:
        if self.error:
            raise self.error
        return LISTED if link.host in self.hosts else None


def broken_heuristic(link: Link) -> Finding | None:
    raise IndexError(link.host)


def test_a_clean_link_is_benign_and_says_what_was_not_checked() -> None:
    assessment = analyze_locally(CLEAN)

    assert (assessment.verdict, assessment.score, assessment.findings) == (Verdict.BENIGN, 0, ())
    assert assessment.not_checked == (
        NotChecked("feeds", "none_loaded"),
        NotChecked("redirects", "not_followed"),
        NotChecked("providers", "none_configured"),
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


async def _analyzed(link: Link, *providers: AnsweringProvider) -> tuple[Verdict, tuple[NotChecked, ...]]:
    async with httpx.AsyncClient() as client:
        assessment = await analyze(link, client=client, providers=providers)
    return assessment.verdict, assessment.not_checked


@pytest.mark.parametrize("error", [ProviderError("quota"), httpx.ConnectTimeout("slow"), KeyError("matches")], ids=repr)
def test_a_failing_provider_never_means_benign(error: Exception) -> None:
    verdict, gaps = asyncio.run(_analyzed(CLEAN, BreakingProvider(error=error)))

    assert verdict is Verdict.UNKNOWN
    assert NotChecked("provider:answering", "failed") in gaps


def test_a_failing_provider_does_not_silence_another() -> None:
    warning = AnsweringProvider({CLEAN.host: [LISTED]}, name="other")

    verdict, gaps = asyncio.run(_analyzed(CLEAN, BreakingProvider(), warning))

    assert verdict is Verdict.MALICIOUS
    assert NotChecked("provider:answering", "failed") in gaps


def test_providers_that_know_nothing_leave_a_clean_link_benign() -> None:
    verdict, _ = asyncio.run(_analyzed(CLEAN, AnsweringProvider()))

    assert verdict is Verdict.BENIGN
