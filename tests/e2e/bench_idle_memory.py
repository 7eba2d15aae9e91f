"""Idle memory of the three processes, with a linked phone, against the loopback server."""

from __future__ import annotations

import sys
import time

import pytest

from tests.bench.memory import family, kib
from tests.e2e.installation import Installation
from waclient.models import Phase

pytestmark = pytest.mark.bench

SETTLED_SECONDS = 20
KIB_PER_MIB = 1024


def test_idle_memory_with_a_linked_phone(paired: Installation) -> None:
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wbscanner.wsgi"]
    processes = [
        paired.start("web", gunicorn, BIND="127.0.0.1:8971", BASE_URL="http://127.0.0.1:8971"),
        paired.start_worker(),
        paired.start_socket(),
    ]
    paired.wait_phase(Phase.CONNECTED)
    time.sleep(SETTLED_SECONDS)

    total = 0.0
    print()
    for process in processes:
        pids = family(process.pid)
        mib = sum(kib(pid, "Pss") for pid in pids) / KIB_PER_MIB
        total += mib
        print(f"{process.name}: {mib:.0f} MiB PSS in {len(pids)} processes")
    print(f"together: {total:.0f} MiB PSS")
