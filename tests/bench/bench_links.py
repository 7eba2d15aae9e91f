"""How long finding and parsing links takes: `pytest -m bench tests/bench/bench_links.py -s`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

import pytest

from scans.engine import links
from scans.engine.finding import bare_hosts
from scans.engine.links import MAX_TEXT, find_links
from scans.engine.names import suffixes

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

# Openings that change how what follows is read, and units that were slow once or that somebody would try.
OPENINGS = ["", "https://", "https://a.com/", "http://a@", "www.", "(", "a.com?x="]
UNITS = [
    *(
        "http://",
        "a.",
        "(",
        "[",
        "@",
        "x:",
        "a\u0301",
        ".",
        "a.com,",
        "a@b.",
        "a[.]",
        "a\u200b.",
        "🔥.",
        ".com",
        "xn--",
    ),
    *(
        "한com.",
        "%41",
        "https://[ ",
        "https://a.com?=http://b",
        "_a.com_",
        "//",
        "www.",
        "a dot ",
        "a . ",
        "a. ",
        "[.]",
    ),
    *(
        "(dot)",
        "-",
        "*",
        "a'",
        "[a|",
        "。",
        "a。",
        "ｅ",
        "ｅ．",
        "①",
        "a.comノ",
        ":80",
        "#?",
        "/a'",
        "\u202e",
        "\ud800",
    ),
    *(
        "\x00",
        "a.com+",
        "hxxp[:]//",
        "h**p://",
        "a.b/",
        "//a.b",
        "com🔥.",
        "a.com中",
        "…",
        "a’b",
        "{",
        "(]",
        "))",
        "\\",
    ),
    *(
        "evil . com/ ",
        "https://a . ",
        "www . a ",
        "1.1.1.1 ",
        "é.",
        "https://é.com/é",
        "[::1]",
        "http://a@",
        "%3Dhttp://",
    ),
]
# The same with a running number, so that nothing repeats; the slowest that searches found.
NUMBERED = [
    *(
        "a{}\u200bb.zip ",
        "页{}.so+",
        "\ufe0f{}.zip[d。",
        "页a{}.so+",
        "l·l{}.com.x ",
        "x{}.so+",
        "é{}.com.x+",
        "{}.x.Me=,",
    ),
    *(
        "x-{}-a-b-c.coma ",
        "'{}.so页(.)*hxxp://",
        "🔥{}.рф [.]com(@",
        "({}http://a@…页\u00ad",
        ".{{\n.. com/.com\u00ad{}",
        "₽(.) 1.2.3.4ｅl·l{}",
        "//{}1.2.3.4₽. com/,…",
        ".рф{}hxxp://\u202e.com",
        "b1🔥{}.so.Me-",
        "a.co#{} ",
        "a.co?fbclid={} ",
        "\u202e1.2.3.4-{}dot",
        "?{}[.]:80hxxp://@xn--.Me",
        "\u0301{}.so…(.)1.2.3.4",
        "l·l/\u00adhttps://'。dot/{}",
    ),
    *("hxxp://m{}[.]é.com:#&", "https://x{}.a\u200bb.", "{}.рф👍"),
]
GOAL_MILLISECONDS = 50
SLOWEST_SHOWN = 8


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
    """The processor time of the fastest of a few rounds, each with empty caches of links and hosts."""
    times = []
    for _ in range(ROUNDS):
        links._parse.cache_clear()
        bare_hosts.is_host.cache_clear()
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
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


def test_hostile_texts_of_the_longest_length() -> None:
    texts = {(opening, unit): opening + unit * MAX_TEXT for opening in OPENINGS for unit in UNITS}
    texts |= {("", unit): "".join(unit.format(f"{number:x}") for number in range(MAX_TEXT)) for unit in NUMBERED}
    times = [
        (best_seconds(partial(find_links, text[:MAX_TEXT])), opening, unit) for (opening, unit), text in texts.items()
    ]
    times.sort(reverse=True)

    print(f"\n{len(times)} hostile texts of {MAX_TEXT} characters, goal {GOAL_MILLISECONDS} ms; the slowest:")
    for seconds, opening, unit in times[:SLOWEST_SHOWN]:
        print(f"{seconds * 1e3:8.1f} ms  {opening!a} + {unit!a} …")
