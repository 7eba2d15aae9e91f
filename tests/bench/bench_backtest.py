"""A month of 100,000 links replayed: `python -m pytest -q -s -m bench tests/bench/bench_backtest.py`."""

from __future__ import annotations

import random
import resource
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Group
from groups.policy import Response, State
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import SCORES, make_group, make_scan, make_sighting
from tests.waclient.planning import plan_all, told
from waclient.models import Sighting
from wbscanner.desk import replays

pytestmark = [pytest.mark.bench, pytest.mark.django_db, pytest.mark.timeout(600)]

LINKS = 100_000


def _links(share: float) -> dict[Verdict, float]:
    return {Verdict.BENIGN: 1 - share, Verdict.SUSPICIOUS: share * 0.7, Verdict.MALICIOUS: share * 0.3}


def _decided(group: Group, scan: Scan) -> dict[str, object]:
    """The facts as the planner stores them."""
    sighting = make_sighting(group, scan)
    plan_all()
    sighting.refresh_from_db()
    facts: dict[str, object] = sighting.facts
    sighting.delete()
    return facts


@pytest.mark.parametrize("share", [0.03, 1.0])
def test_print_how_long_the_replay_of_a_month_takes(share: float) -> None:
    group = told(make_group(state=State.WATCH))
    chance, now = random.Random(5), timezone.now()
    scans = {
        verdict: make_scan(
            f"https://{verdict}.example/", verdict, findings=[Finding.of("risky_tld", SCORES[verdict], tld="example")]
        )
        for verdict in _links(share)
    }
    facts = {verdict: _decided(group, scan) for verdict, scan in scans.items()}
    rows = []
    for number in range(LINKS):
        at = now - timedelta(days=30) * (1 - (number + 1) / LINKS)
        [verdict] = chance.choices(list(_links(share)), list(_links(share).values()))
        moments = {"now": at.isoformat(), "posted_at": at.isoformat()}
        row = Sighting(
            group=group, message_id=f"M{number}", url_hash=f"{number % 9999:064x}", url="https://a.example/",
            host="a.example", registrable_domain="a.example", sender="s", posted_at=at, received_at=at,
            scan=scans[verdict], verdict=verdict, planned_at=at, facts={**facts[verdict], **moments},
            is_noteworthy=verdict is not Verdict.BENIGN,
        )  # fmt: skip
        rows.append(row)
    Sighting.objects.bulk_create(rows, batch_size=1000)
    del rows
    group.state, group.on_suspicious = State.LIVE, Response.REPLY
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    started, working = time.perf_counter(), time.process_time()
    found = replays.compare(group, group.policy, timezone.now())
    took, worked = time.perf_counter() - started, time.process_time() - working

    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"\nbacktest: {LINKS:,} links, {share:.0%} of them bad: {took:.2f} s ({worked:.2f} s of processor)")
    print(f"  {more:.0f} MiB more at most")
    print(f"  {found.would}, {found.differing:,} differ")
