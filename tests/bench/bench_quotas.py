"""Four processes that race for a provider's quota: `python -m pytest -q -s -m bench tests/bench/bench_quotas.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

PROCESSES = 4

RACER = """
import json, sys, time
import django
django.setup()
from django.utils import timezone
from scans.engine.ceiling import Ceiling
from scans.engine.providers.provider import Allowance, Card, Span
from scans.asking.quotas import reserve
minute, day, seconds = map(int, sys.argv[1:])
card = Card("vt", "VT", Ceiling.URL, 1, "Terms.", (Allowance(Span.MINUTE, minute), Allowance(Span.DAY, day)))
sys.stdin.readline()
won, asked, ends_at = [], 0, time.monotonic() + seconds
while time.monotonic() < ends_at:
    asked += 1
    if reserve(card, timezone.now()):
        won.append(time.time())
print(json.dumps([asked, won]))
"""


def raced(folder: Path, minute: int, day: int, seconds: int) -> tuple[int, list[float]]:
    """How often was asked, and when requests were granted (Unix time), over all processes."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "wbscanner.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
    numbers = [str(number) for number in (minute, day, seconds)]
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, *numbers],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    time.sleep(3)
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    answers = [json.loads(racer.communicate(timeout=240)[0]) for racer in racers]
    return sum(asked for asked, _ in answers), sorted(moment for _, won in answers for moment in won)


# The first as VirusTotal allows it, longer than its minute; the second until the day's quota is spent.
@pytest.mark.parametrize(("minute", "day", "seconds"), [(4, 500, 65), (500, 500, 5)])
def test_print_how_many_requests_are_granted_to_processes_that_race(
    tmp_path: Path, minute: int, day: int, seconds: int
) -> None:
    asked, won = raced(tmp_path, minute, day, seconds)

    fullest = max((sum(first <= moment < first + 60 for moment in won) for first in won), default=0)
    print(f"\nquotas: {PROCESSES} processes ask {asked:,} times in {seconds} s for {minute} a minute and {day} a day")
    print(f"  granted {len(won)}; in the fullest minute {fullest}, overshoot {max(fullest - minute, 0)}")
    print(f"  in the day {len(won)}, overshoot {max(len(won) - day, 0)}; {seconds / asked * 1e3:.2f} ms a question")
