"""How long each heuristic takes: python -m pytest tests/bench/bench_heuristics.py -m bench -s"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scans.engine.heuristics import HEURISTICS, hosting, script
from scans.engine.links import Link, parse
from scans.engine.names import brands, imitations, suffixes
from scans.engine.names.confusables import skeleton

ROUNDS = 20
LINKS = [
    parse(url)
    for number in range(60)
    for url in (
        f"https://www.shop{number}.example.com/path/to/article-{number}?q=1",
        f"https://paypal-login{number}.example.net/",
        f"https://secure-account-{number}.vercel.app/index.html",
        f"https://pаypal{number}.com/",
        f"http://203.0.113.{number}:8081/file.exe",
        f"https://user{number}.com@evil.example.org/",
        f"https://faceboook{number}.top/a",
        f"https://long-name-with-many-words-and-hyphens-{number}.example.co.uk/",
    )
]
HOSTILE = parse("http://" + "-".join(["paypall"] * 30) + ".paypa1.top/" + "a.com%2f" * 800)


def forget() -> None:
    """Empties the caches, as for hosts never seen before; the public suffix of a host stays known from parsing."""
    for cached in (imitations.find, imitations._borrowed, brands.mistyped, script._labels, hosting._asking_words):
        cached.cache_clear()


def microseconds(run: Callable[[Link], object], links: list[Link]) -> tuple[float, float]:
    """Microseconds a link, first time and again."""
    first = again = 0.0
    for _ in range(ROUNDS):
        forget()
        start = time.perf_counter()
        for link in links:
            run(link)
        middle = time.perf_counter()
        for link in links:
            run(link)
        first += middle - start
        again += time.perf_counter() - middle
    per_link = 1e6 / (ROUNDS * len(links))
    return first * per_link, again * per_link


@pytest.mark.bench
def test_print_the_time_of_each_heuristic() -> None:
    for link in LINKS:
        suffixes.split(link.host)
    print(f"\n{'heuristic':28}{'first µs':>10}{'again µs':>10}{'hostile µs':>12}")
    for heuristic in HEURISTICS:
        first, again = microseconds(heuristic, LINKS)
        hostile, _ = microseconds(heuristic, [HOSTILE])
        print(f"{heuristic.__name__:28}{first:10.2f}{again:10.2f}{hostile:12.2f}")
    first, again = microseconds(lambda link: [heuristic(link) for heuristic in HEURISTICS], LINKS)
    print(f"{'all together':28}{first:10.2f}{again:10.2f}")
    print(f"{'skeleton':28}{microseconds(lambda link: skeleton(link.host), LINKS)[0]:10.2f}")
