"""All loaded lists as one feed: what they say of a link, and what they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from scans.engine.feeds import spilling
from scans.engine.feeds.expressions import keys_of, sort_key_of
from scans.engine.feeds.feed import Feed
from scans.engine.feeds.lists import Lists
from scans.engine.feeds.snapshot import Slot
from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.local import analyze_locally
from scans.engine.scoring import Verdict
from tests.scans.engine.feeds.installing import BAD, DOMAIN, GOOD, HOST, TODAY, URL, codes, entry, installed, slot

pytestmark = pytest.mark.usefixtures("notices_at_once")


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


def test_the_slots_in_use_are_told(lists: Lists) -> None:
    assert lists.slots == (BAD, GOOD)
    assert all(isinstance(one, Slot) for one in lists.slots)
