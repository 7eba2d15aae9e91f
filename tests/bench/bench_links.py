"""How long finding and parsing links takes: `pytest -m bench tests/bench/bench_links.py -s`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from scans.engine import links, suffixes
from scans.engine.links import MAX_TEXT, find_links

pytestmark = pytest.mark.bench

MESSAGES = 30_000
SHARE_WITH_LINK = 0.12
ROUNDS = 3

WORDS = [
    "ok",
    "thanks",
    "see",
    "you",
    "tomorrow",
    "at",
    "the",
    "école",
    "için",
    "встреча",
    "в",
    "пятницу",
    "مرحبا",
    "שלום",
    "会議は",
    "안녕",
    "🔥",
    "10.30",
    "v2.1",
    "e.g.",
    "done.see",
]
HOSTS = [
    "www.youtube.com",
    "bit.ly",
    "en.wikipedia.org",
    "пример.рф",
    "münchen.de",
    "192.168.0.7:8080",
    "t.me",
    "x.co.za",
]
PATHS = ["", "/", "/watch?v={}", "/wiki/Foo_({})", "/{}/login.php?id=7&utm_source=whatsapp", "/a/b/{}#top"]

HOSTILE = {
    "schemes": "http://",
    "labels": "a.",
    "brackets": "(",
    "ats": "@",
    "colons": "x:",
    "marks": "a\u0301",
    "hosts and commas": "a.com,",
    "zero width": "a\u200b.",
    "bad hosts": "https://[ ",
}


def message(rng: random.Random) -> str:
    words = rng.choices(WORDS, k=rng.randint(1, 14))
    if rng.random() < SHARE_WITH_LINK:
        path = rng.choice(PATHS).format(rng.randrange(10**6))
        scheme = rng.choice(["https://", "https://", "Http://", "hxxps://", ""])
        words.insert(
            rng.randint(0, len(words)),
            rng.choice(["{}", "({})", "*{}*", "{}."]).format(scheme + rng.choice(HOSTS) + path),
        )
    return " ".join(words)


def best_seconds(work: Callable[[], object]) -> float:
    """The fastest of a few rounds, each with empty caches."""
    times = []
    for _ in range(ROUNDS):
        links._parse.cache_clear()
        suffixes.split.cache_clear()
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def test_messages_of_a_group() -> None:
    rng = random.Random(20260101)
    texts = [message(rng) for _ in range(MESSAGES)]
    found = [link for text in texts for link in find_links(text)]
    urls = [link.url for link in found]

    finding = best_seconds(lambda: [find_links(text) for text in texts])
    parsing = best_seconds(lambda: [links.parse(url) for url in urls])
    cached = best_seconds(lambda: [suffixes.split("www.example.co.uk") for _ in range(MESSAGES)])

    print(f"\n{MESSAGES} messages, {len(found)} links")
    print(f"find_links: {finding / MESSAGES * 1e6:.1f} us a message, {finding / len(found) * 1e6:.1f} us a link")
    print(f"parse: {parsing / len(urls) * 1e6:.1f} us a link, cold cache")
    print(f"suffixes.split: {cached / MESSAGES * 1e6:.2f} us, cached")


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_of_the_longest_length(unit: str) -> None:
    text = (unit * MAX_TEXT)[:MAX_TEXT]

    print(f"\n{best_seconds(lambda: find_links(text)) * 1e3:.1f} ms (goal 50)")
