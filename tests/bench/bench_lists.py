"""The index of the lists at 1 and 5 million entries: `python -m pytest -q -s -m bench tests/bench/bench_lists.py`.

Printed: seconds of processor time and of the clock, the most memory the process ever had, bytes on the disk, and
microseconds to look one link up. Half of the entries are URLs, half domains.
"""

from __future__ import annotations

import random
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scans.engine.feeds import generation
from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.expressions import keys_of
from scans.engine.feeds.generation import build, merge
from scans.engine.feeds.lists import Lists
from scans.engine.feeds.snapshot import FOLDER, Slot, switch, write_snapshot
from scans.engine.feeds.source import Use
from scans.engine.feeds.spilling import spill
from scans.engine.links import Link, parse

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

TODAY = 20_000
KEEPS_DAYS = 365
ENDINGS = ["com", "top", "xyz", "co.uk", "com.br", "vercel.app", "net", "duckdns.org", "shop", "id"]
PATHS = ["/", "/login.php?id={}", "/wp-content/{}/index.html", "/a/{}", "/verify?token={}&step=2"]
SCATTER = 2_654_435_761
LOOKUPS = 20_000


def text(number: int) -> str:
    """The host of an entry."""
    name = f"{number * SCATTER % (1 << 32):x}"
    prefix = "www." if number % 3 == 0 else f"secure-login-{number % 50}." if number % 7 == 0 else ""
    return f"{prefix}shop-{name}.{ENDINGS[number % len(ENDINGS)]}"


def entries(start: int, count: int, day: int = TODAY) -> Iterator[Entry]:
    for number in range(start, start + count):
        if number % 2:
            yield Entry(Kind.DOMAIN, text(number), day, day)
        else:
            yield Entry(Kind.URL, text(number) + PATHS[number % len(PATHS)].format(number), day, day)


def most_memory() -> int:
    """MiB; it never falls."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def own_memory() -> int:
    """MiB of this process alone, without what is mapped from the disk and shared."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) // 1024


def timed(what: str, run: Callable[[], object]) -> None:
    clock, processor = time.perf_counter(), time.process_time()
    run()
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    print(f"{what:44}{processor:8.1f} s processor{clock:8.1f} s clock{most_memory():7} MiB at most")


def size(folder: Path) -> float:
    """Megabytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def lookups(count: int) -> dict[str, list[Link]]:
    chosen = random.Random(4).sample(range(0, count, 2), LOOKUPS)
    good = [text(count * 2 + 2 * (number % 500) + 1) for number in range(LOOKUPS)]
    hosts = [f"www.news{number}.example{number % 900}.org" for number in chosen]
    return {
        "not listed": [parse(f"https://{host}/2026/11/article-{number}?page=2") for number, host in enumerate(hosts)],
        "deep and not listed": [parse(f"https://a.b.c.{host}/x/y") for host in hosts],
        "known to be good": [parse(f"https://www.{host}/{number}") for number, host in enumerate(good)],
        "listed URL": [parse(f"https://{text(n)}{PATHS[n % len(PATHS)].format(n)}") for n in chosen],
        "other page of a listed host": [parse(f"https://{text(n)}/other") for n in chosen],
        "below a listed domain": [parse(f"https://pay.{text(n + 1)}/other") for n in chosen],
    }


def microseconds(ask: Callable[[Link], object], links: list[Link]) -> float:
    begin = time.process_time()
    for link in links:
        ask(link)
    return (time.process_time() - begin) * 1e6 / len(links)


def print_lookups(lists: Lists, chosen: dict[str, list[Link]]) -> None:
    for what, links in chosen.items():
        rounds = [microseconds(lists.lookup, part) for part in (links[at::4] for at in range(4))]
        print(f"{what:44}{statistics.median(rounds):8.1f} µs")
    keys = [keys_of([link]) for link in chosen["not listed"]]
    begin = time.process_time()
    assert not any(lists.touches(key) for key in keys)
    print(f"{'touches, of the keys of a link':44}{(time.process_time() - begin) * 1e6 / len(keys):8.1f} µs")


@pytest.mark.bench
@pytest.mark.parametrize("count", [1_000_000, 5_000_000])
def test_print_size_and_speed_of_the_index(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    print(f"\n--- {count:,} entries, {most_memory()} MiB before")
    monkeypatch.setattr(generation, "STEP_SECONDS", 600.0)
    first, second, work = tmp_path / "bad" / "1", tmp_path / "bad" / "2", tmp_path / "bad" / "work"
    tail = count // 50

    def merged(folder: Path, previous: Path | None, today: int) -> None:
        assert merge(work, folder, previous=previous, today=today, keeps_days=KEEPS_DAYS) is not None

    timed("making the entries alone", lambda: sum(1 for _ in entries(0, count)))
    timed("first import: runs", lambda: spill(work, entries(0, count)))
    timed("first import: merge", lambda: merged(first, None, TODAY))
    timed("next import: runs", lambda: spill(work, entries(tail, count, TODAY + 1)))
    timed("next import: merge with the one before", lambda: merged(second, first, TODAY + 1))
    build(tmp_path / "good" / "1", entries(count * 2, 10_000), previous=None, today=TODAY, keeps_days=KEEPS_DAYS)
    slots = [Slot("bad", "Bad", 2, Use.BAD), Slot("good", "Good", 1, Use.GOOD)]
    timed("index", lambda: write_snapshot(tmp_path, slots))
    timed("switch", lambda: switch(tmp_path, [slots[0], *slots[1:]]))
    print(f"{'index on the disk':44}{size(tmp_path / FOLDER):8.1f} MB")
    print(f"{'entries on the disk':44}{size(second):8.1f} MB")
    before, links = own_memory(), lookups(count)
    made = own_memory()
    print_lookups(Lists(tmp_path, today=lambda: TODAY + 1), links)
    print(f"{'memory of its own: links, index and caches':44}{made - before:8} MiB{own_memory() - made:8} MiB")
