"""All loaded lists as one feed, from the disk as it is now: replaced, deleted, damaged, changed by another process."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scans.engine.feeds import lists as lists_module
from scans.engine.feeds.blocks import ENTRIES
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.lists import Lists
from scans.engine.feeds.snapshot import FOLDER, MANIFEST, switch, write_snapshot
from scans.engine.findings import NotCheckedReason
from scans.engine.links import parse
from scans.engine.local import analyze_locally
from scans.engine.scoring import Verdict
from tests.scans.engine.feeds.installing import BAD, HOST, TODAY, codes, entry, installed, kept, slot

pytestmark = pytest.mark.usefixtures("notices_at_once")


def test_a_new_manifest_is_noticed(tmp_path: Path) -> None:
    lists, link = Lists(tmp_path, today=lambda: TODAY), parse("https://evil.example/")
    assert lists.lookup(link) == []
    kept(tmp_path, "bad", [entry(HOST, "evil.example")])

    write_snapshot(tmp_path, [BAD])
    found = lists.lookup(link)
    switch(tmp_path, [slot("bad", is_on_trial=True)])

    assert codes(found) == ["listed_host"]
    assert lists.lookup(link) == []
    assert codes(lists.on_trial(link)) == ["listed_host"]
    assert lists.is_loaded
    assert lists.version == 2


def test_it_is_looked_for_a_new_manifest_at_most_once_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists_module, "NOTICE_SECONDS", 1.0)
    lists = Lists(tmp_path, today=lambda: TODAY)
    assert lists.version == 0
    kept(tmp_path, "bad", [entry(HOST, "evil.example")])
    write_snapshot(tmp_path, [BAD])

    assert lists.version == 0
    later = time.monotonic() + 1.1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert lists.version == 1


def test_an_old_generation_may_be_deleted_while_it_is_open(lists: Lists, tmp_path: Path) -> None:
    link = parse("https://evil.example/login.php")
    before = lists.lookup(link)

    shutil.rmtree(tmp_path / "bad")

    assert lists.lookup(link) == before


def test_a_generation_that_was_replaced_before_it_was_opened_is_looked_up_in_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists_module, "NOTICE_SECONDS", 3_600.0)
    lists = installed(tmp_path, {BAD: [entry(HOST, "evil.example")]})
    assert lists.is_loaded
    kept(tmp_path, "bad", [entry(HOST, "evil.example"), entry(HOST, "worse.example")], number=2, before=1)
    write_snapshot(tmp_path, [slot("bad", generation=2)])
    shutil.rmtree(tmp_path / "bad" / "1")

    assert codes(lists.lookup(parse("https://evil.example/"))) == ["listed_host"]
    assert codes(lists.lookup(parse("https://worse.example/"))) == ["listed_host"]


@pytest.mark.parametrize("lost", ["bad/1", f"bad/1/{ENTRIES}", f"{FOLDER}/1"])
def test_lists_that_cannot_be_read_are_an_error_and_never_innocence(tmp_path: Path, lost: str) -> None:
    installed(tmp_path, {BAD: [entry(HOST, "evil.example")]})
    place = tmp_path / lost
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    lists, link = Lists(tmp_path), parse("https://evil.example/")

    assessment = analyze_locally(link, feeds=(lists,))

    with pytest.raises(FeedError):
        lists.lookup(link)
    assert assessment.verdict is Verdict.UNKNOWN
    assert next((gap.source, gap.reason) for gap in assessment.not_checked) == ("feed:lists", NotCheckedReason.FAILED)


def test_a_damaged_manifest_is_an_error_until_it_is_mended(tmp_path: Path) -> None:
    lists = installed(tmp_path, {BAD: [entry(HOST, "evil.example")]})
    (tmp_path / FOLDER / MANIFEST).write_text("{")

    with pytest.raises(FeedError):
        lists.lookup(parse("https://evil.example/"))
    write_snapshot(tmp_path, [BAD])

    assert codes(lists.lookup(parse("https://evil.example/"))) == ["listed_host"]


_OTHER_PROCESS = """
import sys
from pathlib import Path
from scans.engine.feeds.lists import Lists
from scans.engine.links import parse
lists = Lists(Path(sys.argv[1]))
for line in sys.stdin:
    print(len(lists.lookup(parse(line.strip()))), flush=True)
"""


def test_another_process_sees_the_new_lists(tmp_path: Path) -> None:
    kept(tmp_path, "bad", [entry(HOST, "evil.example")])
    ask = "https://evil.example/\n"
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROCESS, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write(ask)
        other.stdin.flush()
        before = other.stdout.readline()
        write_snapshot(tmp_path, [BAD])
        answers = set[str]()
        for _ in range(100):
            other.stdin.write(ask)
            other.stdin.flush()
            answers.add(other.stdout.readline())
            if "1\n" in answers:
                break
            time.sleep(0.05)
        other.stdin.close()

    assert before == "0\n"
    assert answers == {"0\n", "1\n"}
