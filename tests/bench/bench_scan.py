"""`manage.py scan --jsonl` over 200,000 messages: `python -m pytest -q -s -m bench tests/bench/bench_scan.py`."""

from __future__ import annotations

import cProfile
import hashlib
import io
import json
import pstats
import re
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import ada_url
import orjson
import pytest
import tldextract
from django.core.management import call_command

from tests.bench.messages import MESSAGES, messages

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

ROUNDS = 5
PROFILED = 25
# What the command has to do at least, in messages a second (issue "Find every link a phone would make clickable").
WAYS = {"--find": 200_000, "--no-network": 80_000}
# The same as a multiple of the bare work below, which took so long on the machine that these were set for.
YARDSTICK_SECONDS = 0.75
MOST_OF_YARDSTICK = {way: MESSAGES / wanted / YARDSTICK_SECONDS for way, wanted in WAYS.items()}
_SUFFIXES = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
# The least that any reader of these lines does, right or wrong: a search, one expression for links, the parser.
_WORTH_LOOKING = re.compile(r"\.[^\s.]|//")
_ROUGHLY_A_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s<>\"]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of 0 to 1, and how many links there really were."""

    links: int
    recall: float
    precision: float
    exact: float


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "messages.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(message, ensure_ascii=False) + "\n" for message in messages())
    return path


def scan(file: Path, way: str) -> tuple[float, bytes]:
    """Seconds of processor time without start-up, and what was printed."""
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(output):
        begin = time.process_time()
        call_command("scan", "--jsonl", way, "--file", str(file))
        seconds = time.process_time() - begin
    output.flush()
    buffer = output.buffer
    assert isinstance(buffer, io.BytesIO)
    return seconds, buffer.getvalue()


def yardstick(file: Path) -> float:
    """Seconds of processor time of the bare work on this machine, against which scan's own can be held anywhere."""
    printed: list[bytes] = []
    begin = time.process_time()
    with file.open("rb") as lines:
        for line in lines:
            message = orjson.loads(line)
            text = message["text"]
            roughly = _ROUGHLY_A_LINK.findall(text) if _WORTH_LOOKING.search(text) else []
            printed.append(orjson.dumps({"id": message["id"], "links": [bare(raw) for raw in roughly]}))
    return time.process_time() - begin


def bare(raw: str) -> dict[str, str]:
    """What the bare work says of a link; nothing of what is none."""
    try:
        url = ada_url.normalize_url(raw if "//" in raw else f"https://{raw}")
    except ValueError:
        return {}
    host = url.split("/")[2]
    url_hash = hashlib.sha256(url.encode()).hexdigest()
    registrable_domain = _SUFFIXES.extract_str(host).top_domain_under_public_suffix
    return {"raw": raw, "url": url, "host": host, "registrable_domain": registrable_domain, "url_hash": url_hash}


def compared(file: Path, printed: bytes) -> Iterator[tuple[set[str], set[str]]]:
    """The links that were written and those that were found, message by message."""
    with file.open("rb") as lines:
        for line, answer in zip(lines, printed.splitlines(), strict=True):
            yield set(orjson.loads(line)["truth"]), {link["raw"] for link in orjson.loads(answer)["links"]}


def figures(file: Path, printed: bytes) -> Figures:
    pairs = [(truth, found) for truth, found in compared(file, printed) if truth or found]
    links = sum(len(truth) for truth, _ in pairs)
    right = sum(len(truth & found) for truth, found in pairs)
    with_link = [truth == found for truth, found in pairs if truth]
    return Figures(links, right / links, right / sum(len(found) for _, found in pairs), sum(with_link) / len(with_link))


@pytest.mark.parametrize("way", WAYS)
def test_print_how_fast_a_file_is_read(file: Path, way: str) -> None:
    rounds, yardsticks = [], []
    for _ in range(ROUNDS):  # in turns, so that a slow moment of the machine is both's
        rounds.append(scan(file, way))
        yardsticks.append(yardstick(file))
    seconds, least = min(used for used, _ in rounds), min(yardsticks)
    found = figures(file, rounds[0][1])

    print(f"\nscan --jsonl {way}: {MESSAGES / seconds:,.0f} messages/s (wanted {WAYS[way]:,}), best of {ROUNDS} rounds")
    per_message, per_link = seconds / MESSAGES * 1e6, seconds / found.links * 1e6
    print(f"  {per_message:.2f} us a message, {per_link:.1f} us a link, {seconds:.2f} s of processor time")
    most = MOST_OF_YARDSTICK[way]
    print(f"  {seconds / least:.2f} times the bare work, which takes {least:.2f} s here (wanted {most:.2f} at most)")
    print(f"  recall {found.recall:.3%}, precision {found.precision:.3%}, exactly right {found.exact:.3%}")


@pytest.mark.parametrize("way", WAYS)
def test_print_where_the_time_goes(file: Path, way: str) -> None:
    profile = cProfile.Profile()
    profile.runcall(scan, file, way)

    report = io.StringIO()
    pstats.Stats(profile, stream=report).strip_dirs().sort_stats("tottime").print_stats(PROFILED)
    print(f"\nscan --jsonl {way}, by own time (the profiler doubles it)\n{report.getvalue()}")
