"""Quotas of providers: what is spent, saved for riskier links, and given back."""

from __future__ import annotations

import pytest

from scans.carrying_out import run_next_scan
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.providers.provider import Allowance, Span
from scans.engine.scoring import Verdict
from scans.models import Cause, Quota, Scan
from scans.services import request_scan
from tests.scans.asking.asked import SHOP, Install, gaps
from tests.scans.oracles import oracle, raises
from tests.scans.scanned import scanned

pytestmark = pytest.mark.django_db


def test_a_spent_quota_is_said_and_leaves_a_clean_link_benign(install: Install) -> None:
    provider = oracle("vt", raises(), Allowance(Span.MINUTE, 2))
    install(provider)

    ended = [scanned(f"https://shop{number}.example/", Ceiling.HOST) for number in range(3)]

    assert [gaps(scan) for scan in ended] == [{}, {}, {"provider:vt": "quota"}]
    assert (ended[2].verdict, len(provider.asked)) == (Verdict.BENIGN, 2)


def test_a_quota_near_its_end_is_spent_on_the_riskier_links_and_on_what_people_ask(install: Install) -> None:
    provider = oracle("vt", raises(), Allowance(Span.DAY, 100))
    install(provider)
    scanned("https://first.example/", Ceiling.HOST)
    Quota.objects.update(spent=dict.fromkeys(Quota.objects.get().spent, 85))

    clean, risky = scanned(SHOP, Ceiling.HOST), scanned("http://192.0.2.1/login.exe", Ceiling.HOST)
    request_scan(parse(SHOP), Ceiling.HOST, reuse=False)
    Scan.objects.filter(status="queued").update(cause=Cause.ASKED)
    asked_for = run_next_scan()

    assert asked_for is not None
    asked_for.refresh_from_db()
    assert (clean.verdict, gaps(clean)) == (Verdict.BENIGN, {"provider:vt": "saved"})
    assert (gaps(risky), gaps(asked_for)) == ({}, {})


def test_what_was_reserved_and_not_sent_is_given_back(install: Install) -> None:
    install(oracle("vt", raises(), Allowance(Span.DAY, 1000), max_requests=3))

    scanned(SHOP, Ceiling.HOST)

    assert sum(Quota.objects.get().spent.values()) == 1
