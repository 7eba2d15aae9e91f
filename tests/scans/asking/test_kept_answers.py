"""Answers of providers are kept for a while, and a kept one tells nobody anything."""

from __future__ import annotations

import pytest
from django.utils import timezone

from scans.carrying_out import run_next_scan
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.providers.provider import Allowance, Span
from scans.engine.scoring import Verdict
from scans.models import ProviderAnswer, Quota, Scan
from scans.services import request_scan
from tests.scans.asking.asked import SHOP, Install, gaps, told
from tests.scans.oracles import calls_bad, oracle
from tests.scans.scanned import scanned
from tests.sites import Sites

pytestmark = pytest.mark.django_db


def test_an_answer_is_kept_and_a_kept_one_is_no_disclosure(install: Install) -> None:
    provider = oracle("oracle", calls_bad("shop.example.com"), Allowance(Span.DAY, 100))
    install(provider)

    first, second = scanned(SHOP, Ceiling.HOST), scanned(SHOP, Ceiling.HOST)

    assert (first.verdict, second.verdict) == (Verdict.MALICIOUS, Verdict.MALICIOUS)
    assert (len(provider.asked), told()) == (1, [("oracle", "host")])
    answer = ProviderAnswer.objects.get()
    assert "shop" not in f"{answer.subject_hash}{answer.facts}"
    assert sum(Quota.objects.get().spent.values()) == 1


def test_a_kept_answer_counts_where_nobody_may_be_asked(install: Install) -> None:
    provider = oracle("oracle", calls_bad("shop.example.com"))
    install(provider)
    scanned(SHOP, Ceiling.HOST)

    again = scanned(SHOP, Ceiling.NOTHING)

    assert (again.verdict, gaps(again), len(provider.asked)) == (Verdict.MALICIOUS, {}, 1)


def test_only_what_is_not_kept_is_asked_for(install: Install, internet: Sites) -> None:
    internet.everywhere()
    provider = oracle()
    install(provider)
    scanned(SHOP, Ceiling.HOST)
    internet.redirect("short.example", "/x", to=SHOP)

    scanned("https://short.example/x", Ceiling.HOST)

    assert provider.asked == [("shop.example.com",), ("short.example",)]


def test_an_answer_is_asked_for_again_when_its_time_is_over_or_a_person_wants_to_know(install: Install) -> None:
    provider = oracle()
    install(provider)
    scanned(SHOP, Ceiling.HOST)

    ProviderAnswer.objects.update(expires_at=timezone.now())
    scanned(SHOP, Ceiling.HOST)
    request_scan(parse(SHOP), Ceiling.HOST, reuse=False)
    Scan.objects.filter(status="queued").update(passes_caches=True)
    run_next_scan()

    assert len(provider.asked) == 3
    assert ProviderAnswer.objects.count() == 1
