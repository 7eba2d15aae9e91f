"""A month of 100,000 links replayed: `python -m pytest -q -s -m bench tests/bench/bench_backtest.py`."""

from __future__ import annotations

import resource
import time

import pytest
from django.utils import timezone

from groups.policy import Response, State
from scans.engine.scoring import Verdict
from tests.desk import busy
from tests.factories import make_group
from tests.waclient.planning import told
from wbscanner.desk.backtest.comparing import comparing
from wbscanner.desk.errands.trying import MOST_AT_ONCE, MOST_REPLAYED

pytestmark = [pytest.mark.bench, pytest.mark.django_db, pytest.mark.timeout(600)]

LINKS = 100_000


def _shares(bad: float) -> dict[Verdict, float]:
    return {Verdict.BENIGN: 1 - bad, Verdict.SUSPICIOUS: bad * 0.7, Verdict.MALICIOUS: bad * 0.3}


@pytest.mark.parametrize("bad", [0.03, 1.0])
def test_print_how_long_the_replay_of_a_month_takes(bad: float) -> None:
    group = told(make_group(state=State.WATCH))
    busy.fill(group, LINKS, _shares(bad))
    group.state, group.on_suspicious = State.LIVE, Response.REPLY
    print(f"\nbacktest: {LINKS:,} links, {bad:.0%} of them bad")
    for most in (MOST_AT_ONCE, 5_000, MOST_REPLAYED, 50_000):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        steps, found = [], None
        started, working = time.perf_counter(), time.process_time()
        last = started
        for progress in comparing(group, group.policy, timezone.now(), most=most):
            steps.append(time.perf_counter() - last)
            last, found = time.perf_counter(), progress.found
        took, worked = last - started, time.process_time() - working
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert found is not None
        print(f"  {most:,} at most: {took:.2f} s ({worked:.2f} s of processor), {more:.0f} MiB more at most")
        print(
            f"    {len(steps)} steps, the longest {max(steps) * 1000:.0f} ms; {found.would}, {found.differing:,} differ"
        )
