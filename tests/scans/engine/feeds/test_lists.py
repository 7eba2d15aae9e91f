"""All loaded lists as one feed: what they say of a link, from the disk, as it is now."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from scans.engine.feeds import lists as lists_module
from scans.engine.feeds import spilling
from scans.engine.feeds.blocks import ENTRIES
from scans.engine.feeds.expressions import keys_of, sort_key_of
from scans.engine.feeds.feed import Feed, FeedError
from scans.engine.feeds.lists import Lists
from scans.engine.feeds.snapshot import FOLDER, MANIFEST, Slot, switch, write_snapshot
from scans.engine.feeds.source import Use
from scans.engine.findings import Finding, NotCheckedReason
from scans.engine.links import parse
from scans.engine.local import analyze_locally
from scans.engine.scoring import Verdict
from tests.scans.engine.feeds.installing import DOMAIN, HOST, TODAY, URL, entry, installed, kept, slot

BAD = slot("bad")
GOOD = slot("good", Use.GOOD)


@pytest.fixture(autouse=True)
def notices_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists_module, "NOTICE_SECONDS", 0.0)


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    return installed(
        tmp_path,
        {
            BAD: [
                entry(URL, "https://evil.example/login.php"),
                entry(HOST, "www.bad.example"),
                entry(DOMAIN, "scam.co.uk"),
                entry(URL, "https://thief.github.io/a"),
                entry(URL, "https://docs.google.com/forms/1"),
                entry(URL, "https://bit.ly/2Ab"),
                entry(URL, "https://daily.example/hacked.html"),
                entry(DOMAIN, "google.com"),
            ],
            GOOD: [entry(DOMAIN, "daily.example"), entry(DOMAIN, "google.com")],
        },
    )


def codes(found: Sequence[Finding]) -> list[str]:
    return sorted(finding.code for finding in found)


def as_feed(lists: Lists) -> Feed:
    return lists


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://evil.example/login.php", "listed_url"),
        ("http://evil.example/login.php?utm_source=whatsapp#top", "listed_url"),
        ("https://paypal.com@evil.example/login.php", "listed_url"),
        ("https://evil.example/", "listed_neighbour"),
        ("https://evil.example/login.php?id=2", "listed_neighbour"),
        ("https://pay.evil.example/", "listed_neighbour"),
        ("https://notevil.example/login.php", ""),
        ("https://www.bad.example/any", "listed_host"),
        ("https://bad.example/any", "listed_neighbour"),
        ("https://a.b.scam.co.uk/", "listed_domain"),
        ("https://other.co.uk/", ""),
        ("https://thief.github.io/b", "listed_neighbour"),
        ("https://honest.github.io/a", ""),
        ("https://docs.google.com/forms/1", "listed_url"),
        ("https://docs.google.com/forms/2", ""),
        ("https://bit.ly/2Ab", "listed_url"),
        ("https://bit.ly/2Ac", ""),
        ("https://daily.example/hacked.html", "known_good listed_url"),
        ("https://www.daily.example/article", "known_good"),
        ("https://unknown.example/", ""),
        ("http://203.0.113.7/", ""),
    ],
)
def test_what_lists_say_is_never_taken_for_more(lists: Lists, url: str, said: str) -> None:
    assert codes(as_feed(lists).lookup(parse(url))) == said.split()


def test_a_careless_domain_entry_does_not_condemn_the_shared_hosts_below_it(lists: Lists) -> None:
    assert lists.lookup(parse("https://drive.google.com/file/1")) == []


def test_the_finding_names_the_list_and_the_age_of_the_entry(tmp_path: Path) -> None:
    lists = installed(tmp_path, {BAD: [entry(URL, "https://evil.example/")]}, today=TODAY + 9)

    assert lists.lookup(parse("https://evil.example/")) == [
        Finding.of("listed_url", 10, conclusive=True, list="Bad", days=9, count=0)
    ]


def test_lists_on_trial_change_nothing_and_are_asked_apart(tmp_path: Path) -> None:
    trial, link = slot("trial", is_on_trial=True), parse("https://evil.example/")
    lists = installed(tmp_path, {trial: [entry(DOMAIN, "evil.example")], BAD: [entry(HOST, "evil.example")]})

    assert codes(lists.lookup(link)) == ["listed_host"]
    assert [(finding.code, finding.param("list")) for finding in lists.on_trial(link)] == [("listed_domain", "trial")]
    assert lists.on_trial(parse("https://unknown.example/")) == []


def test_each_list_on_trial_speaks_for_itself(tmp_path: Path) -> None:
    one, two = slot("one", is_on_trial=True), slot("two", is_on_trial=True)
    lists = installed(tmp_path, {one: [entry(HOST, "evil.example")], two: [entry(URL, "http://evil.example/x")]})

    said = lists.on_trial(parse("http://evil.example/"))

    assert {(finding.param("list"), finding.code) for finding in said} == {
        ("one", "listed_host"),
        ("two", "listed_neighbour"),
    }


def test_a_publisher_that_means_one_page_says_nothing_of_its_neighbours(tmp_path: Path) -> None:
    lists = installed(tmp_path, {slot("exact", is_exact_only=True): [entry(URL, "https://evil.example/a")]})

    assert codes(lists.lookup(parse("https://evil.example/a"))) == ["listed_url"]
    assert lists.lookup(parse("https://evil.example/b")) == []


def test_known_good_hosts_do_not_suffer_from_their_neighbours(lists: Lists) -> None:
    assert codes(lists.lookup(parse("https://daily.example/other"))) == ["known_good"]


def test_what_is_listed_is_dangerous_at_once(lists: Lists) -> None:
    link = parse("https://evil.example/login.php")

    assert analyze_locally(link, feeds=(lists,)).verdict is Verdict.MALICIOUS
    assert analyze_locally(link).verdict is not Verdict.MALICIOUS


def test_a_site_with_more_entries_than_are_looked_at_is_still_known(tmp_path: Path) -> None:
    lists = installed(tmp_path, {BAD: [entry(URL, f"https://evil.example/{number}") for number in range(300)]})

    assert all(codes(lists.lookup(parse(f"https://evil.example/{number}"))) == ["listed_url"] for number in range(300))
    assert codes(lists.lookup(parse("https://evil.example/other"))) == ["listed_neighbour"]


def test_another_entry_under_the_same_key_is_no_hit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same = sort_key_of(entry(URL, "https://evil.example/a"))
    monkeypatch.setattr(spilling, "sort_key_of", lambda _: same)
    lists = installed(tmp_path, {BAD: [entry(URL, "https://evil.example/b"), entry(URL, "https://other.example/c")]})

    assert codes(lists.lookup(parse("https://evil.example/a"))) == ["listed_neighbour"]


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://evil.example/login.php", True),
        ("https://evil.example/other", True),
        ("https://a.b.scam.co.uk/", True),
        ("https://docs.google.com/forms/1", True),
        ("https://docs.google.com/forms/2", False),
        ("https://honest.github.io/", False),
        ("https://unknown.example/", False),
    ],
)
def test_touches_says_whether_a_look_up_is_worth_it(lists: Lists, url: str, answer: bool) -> None:
    assert lists.touches(keys_of([parse("https://other.example/"), parse(url)])) is answer


def test_good_lists_and_lists_on_trial_touch_nothing(tmp_path: Path) -> None:
    lists = installed(
        tmp_path,
        {GOOD: [entry(DOMAIN, "daily.example")], slot("trial", is_on_trial=True): [entry(HOST, "a.example")]},
    )

    assert not lists.touches(keys_of([parse("https://daily.example/a"), parse("https://a.example/")]))


def test_nothing_is_touched_before_the_first_list(tmp_path: Path) -> None:
    lists = Lists(tmp_path)

    assert not lists.is_loaded
    assert not lists.touches(keys_of([parse("https://evil.example/")]))
    assert lists.lookup(parse("https://evil.example/")) == []
    assert lists.on_trial(parse("https://evil.example/")) == []


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


def test_the_slots_in_use_are_told(lists: Lists) -> None:
    assert lists.slots == (BAD, GOOD)
    assert all(isinstance(one, Slot) for one in lists.slots)
