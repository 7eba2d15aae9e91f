"""Memory of the three processes with a linked phone, idle and after work, against the loopback server."""

from __future__ import annotations

import sys
import time

import pytest

from groups.policy import State
from tests.bench.memory import family, kib
from tests.e2e.conftest import Scene
from tests.e2e.installation import Installation, Process, wait_for
from tests.waclient import media_samples as samples
from waclient.models import PendingWork, Phase, Sighting, WorkKind

pytestmark = pytest.mark.bench

SETTLED_SECONDS = 20
KIB_PER_MIB = 1024
LINKS, PICTURES = 60, 30
WORK_SECONDS = 180


def show(moment: str, processes: list[Process]) -> None:
    """Print what each process and its children use."""
    total = 0.0
    print(f"\n{moment}")
    for process in processes:
        pids = family(process.pid)
        mib = sum(kib(pid, "Pss") for pid in pids) / KIB_PER_MIB
        total += mib
        print(f"{process.name}: {mib:.0f} MiB PSS in {len(pids)} processes")
    print(f"together: {total:.0f} MiB PSS")


@pytest.mark.timeout(600)
def test_memory_with_a_linked_phone_idle_and_after_work(paired: Installation) -> None:
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wbscanner.wsgi"]
    processes = [
        paired.start("web", gunicorn, BIND="127.0.0.1:8971", BASE_URL="http://127.0.0.1:8971"),
        paired.start_worker(),
        paired.start_socket(),
    ]
    paired.wait_phase(Phase.CONNECTED)
    time.sleep(SETTLED_SECONDS)
    show("idle", processes)

    scene = Scene(paired)
    bob = scene.group("Memory", State.WATCH).member("Bob")
    for n in range(LINKS):
        bob.says(f"https://site-{n}.example/page")
    done = paired.rows(Sighting).filter(planned_at__isnull=False)
    wait_for(lambda: done.count() >= LINKS, "every link opened", WORK_SECONDS)
    show(f"after opening {LINKS} links", processes)

    for n in range(PICTURES):
        code = samples.photo(samples.qr(f"https://code-{n}.example/"), (3000, 2250))
        bob.sends_image("", content=samples.file_of(code, "JPEG", quality=75))
    wait_for(lambda: done.count() >= LINKS + PICTURES, "every picture read", WORK_SECONDS)
    assert not paired.rows(PendingWork).filter(kind=WorkKind.MEDIA).exists()
    show(f"after {PICTURES} pictures of 7 megapixels", processes)
