"""Trouble with a provider is said, costs its own answer and nobody else's, and is never innocence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from scans.carrying_out import perform_scan
from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding, NotChecked
from scans.engine.links import Link, parse
from scans.engine.providers.provider import Facts, ProviderError, Trouble
from scans.engine.scoring import Verdict
from scans.models import Disclosure, ProviderState, Scan
from scans.services import request_scan
from tests.scans.asking.asked import SHOP, Install, gaps, told
from tests.scans.oracles import Oracle, after, calls_bad, card, oracle, raises
from tests.scans.scanned import scanned

pytestmark = pytest.mark.django_db


class Confused(Oracle):
    """Cannot even tell what to ask."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        raise LookupError(links)


def test_who_breaks_before_being_asked_is_a_gap_and_takes_nobody_along(install: Install) -> None:
    install(Confused(), oracle("two", calls_bad("shop.example.com")))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, {"provider:oracle": "failed"})


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (ProviderError("status 500"), Verdict.UNKNOWN, "failed"),
        (ProviderError("429", Trouble.QUOTA), Verdict.BENIGN, "quota"),
        (KeyError("matches"), Verdict.UNKNOWN, "failed"),
    ],
    ids=repr,
)
def test_trouble_with_a_provider_is_said_and_noted(
    install: Install, error: Exception, verdict: Verdict, reason: str
) -> None:
    install(oracle("oracle", raises(error, error)))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (verdict, {"provider:oracle": reason})
    assert ProviderState.objects.get().last_failure_at is not None
    assert told() == [("oracle", "host")]


def test_who_hangs_is_left_alone_by_the_next_scan_and_that_is_no_innocence(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scans.engine.consult.ASK_SECONDS", 1.1)
    hanging = oracle("hanging", after(60))
    install(hanging, oracle("quick"))

    first = scanned(SHOP, Ceiling.HOST)
    began = time.monotonic()
    second = scanned(SHOP, Ceiling.HOST)

    assert time.monotonic() - began < 0.5
    assert (first.verdict, gaps(first)) == (Verdict.UNKNOWN, {"provider:hanging": "failed"})
    assert (second.verdict, gaps(second)) == (Verdict.UNKNOWN, {"provider:hanging": "paused"})
    assert len(hanging.asked) == 1


def test_who_said_when_to_come_back_is_not_asked_before(install: Install) -> None:
    busy = oracle("busy", raises(ProviderError("503", Trouble.FAILED, 300.0)))
    spent = oracle("spent", raises(ProviderError("429", Trouble.QUOTA, 300.0)))
    install(busy, spent)
    scanned(SHOP, Ceiling.HOST)

    assert gaps(scanned(SHOP, Ceiling.HOST)) == {"provider:busy": "paused", "provider:spent": "quota"}
    ProviderState.objects.update(open_until=timezone.now())
    assert gaps(scanned(SHOP, Ceiling.HOST)) == {}


class Broken(Oracle):
    """Breaks with something unusual at one place."""

    def __init__(self, place: str, error: BaseException) -> None:
        super().__init__(card("broken"), raises(error, error) if place == "ask" else raises())
        self.place, self.error = place, error

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        if self.place == "subjects":
            raise self.error
        return super().subjects(links)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        if self.place == "judge":
            raise self.error
        return super().judge(links, facts)


@pytest.mark.parametrize("place", ["subjects", "ask", "judge"])
@pytest.mark.parametrize("error", [AssertionError(), OSError(5, "x"), EOFError(), MemoryError()], ids=repr)
def test_whatever_a_provider_raises_the_others_still_count(install: Install, place: str, error: Exception) -> None:
    install(Broken(place, error), oracle("two", calls_bad("shop.example.com")))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, {"provider:broken": "failed"})


def test_a_library_that_loses_its_way_in_cancelling_is_a_failure_and_stops_no_worker(install: Install) -> None:
    install(Broken("ask", asyncio.CancelledError()), oracle("two", calls_bad("shop.example.com")))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, {"provider:broken": "failed"})


def test_a_worker_that_was_given_up_still_tells_what_it_learnt_of_providers(install: Install) -> None:
    install(oracle("vt", raises(ProviderError("status 500")), is_safe_to_repeat=False))
    request_scan(parse(SHOP), Ceiling.HOST)
    slow = Scan.claim(timezone.now())
    assert slow is not None
    Scan.objects.update(lease_until=timezone.now() - timedelta(seconds=1), fence=slow.fence + 1)

    perform_scan(slow)

    assert ProviderState.objects.get().failures == 1
    assert (told(), Disclosure.objects.count()) == ([("vt", "host")], 1)
    assert NotChecked("provider:vt", "failed") not in Scan.objects.get().gaps
