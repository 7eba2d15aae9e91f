"""Importing 1 million entries, then the pass over 100,000 recent links that it starts.

`python -m pytest -q -s -m bench tests/bench/bench_list_changes.py` prints the longest step and the most memory of the
import, and seconds of the pass when the new lists name no link, some, and again when they did not change it.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from scans.engine.feeds.expressions import keys_of
from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.scoring import Verdict
from scans.lists import changes as list_changes
from scans.lists import importing, listed
from scans.models import Feed, Scan, Status
from tests.scans.importing_lists import own_list

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900), pytest.mark.django_db]

LINKS, ENTRIES, NAMED = 100_000, 1_000_000, 500
HOSTS = 30_000
AT_ONCE = 2_000
MOST_STEPS = 200


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def url(number: int) -> str:
    return f"https://www.site{number % HOSTS}.example/news/{number}?from=group"


def scans() -> Iterator[Scan]:
    """Links as a busy installation has them: nothing found, a few suspicious ones among them."""
    now, odd = timezone.now(), [Finding.of("risky_tld", 2, tld="top").as_dict()]
    for number in range(LINKS):
        link = parse(url(number))
        at = now - timedelta(seconds=number * 6)
        yield Scan(
            url_hash=link.url_hash, url=link.url, fetch_url=link.url, host=link.host, status=Status.DONE,
            registrable_domain=link.registrable_domain, verdict=Verdict.BENIGN, score=0, requested_at=at,
            last_seen_at=at, findings=odd if number % 10 == 0 else [], list_keys=keys_of([link]),
        )  # fmt: skip


def import_all() -> float:
    """Everything that is due; the longest step in seconds."""
    longest = 0.0
    for _turn in range(MOST_STEPS):
        began = time.monotonic()
        done = importing.advance(timezone.now())
        longest = max(longest, time.monotonic() - began)
        if done is None:
            return longest
    raise AssertionError("there is no end to it")


def passed(what: str) -> None:
    """One whole pass, and what it took."""
    wall, used, asked, steps = time.monotonic(), time.process_time(), 0, 0
    while list_changes.is_due():
        asked += list_changes.look_for_changes(timezone.now())
        steps += 1
    wall, used = time.monotonic() - wall, time.process_time() - used
    print(f"{what}: {wall:5.2f} s, {used:5.2f} s of processor time, {asked} second looks, {steps} steps")


def pending() -> QuerySet[Scan]:
    return Scan.objects.filter(status=Status.QUEUED)


def test_the_pass_over_recent_links(tmp_path: Path) -> None:
    Scan.objects.bulk_create(scans(), batch_size=AT_ONCE)
    file = tmp_path / "bad.txt"
    file.write_text("".join(f"other{number}.example\n" for number in range(ENTRIES)))
    feed = own_list(file=str(file))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, time.monotonic()
    longest = import_all()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    took = time.monotonic() - began
    print(f"\nimport of {ENTRIES}: {took:5.1f} s, longest step {longest:4.1f} s, {most} MiB at most ({before} before)")

    passed("no link is named  ")
    named = random.Random(4).sample(range(LINKS), NAMED)
    own_list("\n".join(url(number) for number in named), title="Named")
    import_all()
    time.sleep(1.1)  # the lists are looked at once a second
    passed(f"{NAMED} links are named")

    asked = pending().count()
    assert asked >= NAMED  # neighbours of a listed page that look odd themselves are asked for, too
    assert listed.lists().is_loaded
    Feed.objects.filter(pk=feed.pk).update(title="Another title")
    import_all()
    time.sleep(1.1)
    passed("once more         ")
    assert pending().count() == asked
