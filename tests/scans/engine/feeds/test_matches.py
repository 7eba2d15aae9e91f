"""What being listed weighs: less the older the entry, less the wider it was taken, nothing for a careless one."""

from __future__ import annotations

import pytest

from scans.engine.feeds.blocks import Record
from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.matches import Hit, judge, speaks_for
from scans.engine.feeds.source import Use
from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.scoring import BENIGN_UP_TO, Verdict, assess
from tests.scans.engine.feeds.installing import DOMAIN, HOST, TODAY, URL, slot

LINK = parse("https://pay.evil.example/login.php")
TEXTS = {URL: "pay.evil.example/login.php", HOST: "pay.evil.example", DOMAIN: "pay.evil.example"}


def hit(
    kind: Kind, age: int = 0, *, text: str = "", name: str = "bad", use: Use = Use.BAD, is_verified: bool = False
) -> Hit:
    written = Entry(kind, text or TEXTS[kind], TODAY - age, TODAY - age)
    return Hit(slot(name, use, is_verified=is_verified), Record(written, is_listed=True))


def near(text: str, age: int = 0) -> Hit:
    return Hit(slot("bad"), Record(Entry(URL, text, TODAY - age, TODAY - age), is_listed=True), is_neighbour=True)


def said(*hits: Hit, is_known_good: bool = False, url: str = LINK.url) -> list[Finding]:
    return judge(parse(url), hits, TODAY, is_known_good=is_known_good)


@pytest.mark.parametrize(
    ("kind", "age", "points"),
    [
        (URL, 0, 10),
        (URL, 45, 8),
        (URL, 90, 5),
        (URL, 365, 5),
        (HOST, 0, 9),
        (HOST, 30, 6),
        (HOST, 60, 3),
        (HOST, 365, 3),
        (DOMAIN, 0, 9),
        (DOMAIN, 60, 3),
    ],
)
def test_an_entry_weighs_less_the_older_it_is(kind: Kind, age: int, points: int) -> None:
    assert [finding.points for finding in said(hit(kind, age))] == [points]


@pytest.mark.parametrize(("is_verified", "age", "points"), [(False, 0, 6), (False, 60, 2), (True, 0, 9), (True, 60, 3)])
def test_a_domain_above_the_host_weighs_less_unless_people_checked_it(is_verified: bool, age: int, points: int) -> None:
    found = said(hit(DOMAIN, age, text="evil.example", is_verified=is_verified))

    assert [(finding.code, finding.points, finding.conclusive) for finding in found] == [
        ("listed_domain", points, False)
    ]


def test_an_entry_from_tomorrow_is_of_today() -> None:
    assert said(hit(URL, -3))[0].param("days") == 0


@pytest.mark.parametrize(
    ("kind", "age", "is_verified", "answer"),
    [
        (URL, 0, False, True),
        (URL, 14, False, True),
        (URL, 15, False, False),
        (URL, 0, True, True),
        (HOST, 0, False, False),
        (HOST, 0, True, True),
        (HOST, 15, True, False),
        (DOMAIN, 0, False, False),
        (DOMAIN, 0, True, True),
        (DOMAIN, 15, True, False),
    ],
)
def test_only_a_fresh_exact_entry_is_conclusive(kind: Kind, age: int, is_verified: bool, answer: bool) -> None:
    assert [finding.conclusive for finding in said(hit(kind, age, is_verified=is_verified))] == [answer]


def test_lists_that_agree_are_one_finding_of_the_strongest() -> None:
    found = said(hit(URL, 80, name="old"), hit(URL, 1, name="new"), hit(URL, 40, name="third"))

    assert found == [Finding.of("listed_url", 10, conclusive=True, list="New", days=1, count=2)]


def test_two_entries_of_one_list_count_as_one_list() -> None:
    found = said(hit(DOMAIN, text="evil.example"), hit(DOMAIN))

    assert [(finding.points, finding.param("count")) for finding in found] == [(9, 0)]


@pytest.mark.parametrize(
    ("text", "age", "points"),
    [
        ("pay.evil.example/other", 0, [3]),
        ("pay.evil.example/other", 14, [3]),
        ("pay.evil.example/other", 15, []),
        ("www.evil.example/other", 0, [2]),
    ],
)
def test_other_pages_speak_while_they_are_fresh(text: str, age: int, points: list[int]) -> None:
    assert [finding.points for finding in said(near(text, age))] == points


def test_neighbours_alone_alarm_nobody() -> None:
    found = said(near("pay.evil.example/1"), near("pay.evil.example/2"), near("www.evil.example/3"))

    assert assess(found).verdict is Verdict.BENIGN
    assert assess(found).score <= BENIGN_UP_TO


def test_neighbours_of_a_known_good_host_say_nothing() -> None:
    assert said(near("pay.evil.example/other"), is_known_good=True) == []


@pytest.mark.parametrize("kind", [HOST, DOMAIN])
def test_a_good_list_speaks_for_a_host(kind: Kind) -> None:
    found = said(hit(kind, use=Use.GOOD), is_known_good=True)

    assert [(finding.code, finding.points) for finding in found] == [("known_good", -3)]


def test_what_a_good_list_no_longer_names_is_forgotten() -> None:
    gone = Hit(slot("good", Use.GOOD), Record(Entry(HOST, TEXTS[HOST], TODAY, TODAY), is_listed=False))

    assert said(gone) == []
    assert not speaks_for(LINK, [gone])


@pytest.mark.parametrize("url", ["https://evil.github.io/", "https://docs.google.com/a", "https://bit.ly/a"])
def test_no_list_speaks_for_a_host_that_strangers_share(url: str) -> None:
    link = parse(url)
    good = [hit(HOST, text=link.host, use=Use.GOOD)]

    assert not speaks_for(link, good)
    assert judge(link, good, TODAY, is_known_good=False) == []


def test_the_home_page_of_a_known_good_site_is_not_condemned_by_a_careless_list() -> None:
    home = hit(URL, text="evil.example/")
    checked = hit(URL, text="evil.example/", is_verified=True)

    assert said(home, is_known_good=True, url="https://evil.example/") == []
    assert said(checked, is_known_good=True, url="https://evil.example/")[0].conclusive
    assert said(home, url="https://evil.example/")[0].conclusive


def test_a_page_of_a_known_good_site_is_not_deleted_for_a_careless_list() -> None:
    found = said(hit(URL), hit(DOMAIN, text="evil.example", use=Use.GOOD), is_known_good=True)

    assert not any(finding.conclusive for finding in found)
    assert assess(found).verdict is Verdict.SUSPICIOUS


def test_the_host_of_a_known_good_site_weighs_as_little_as_its_domain_on_a_careless_list() -> None:
    host = hit(HOST, text="evil.example")

    assert said(host, is_known_good=True, url="https://evil.example/x")[0].points == 6
    assert said(host, url="https://evil.example/x")[0].points == 9
    assert said(hit(HOST), is_known_good=True)[0].points == 9


def test_the_domain_of_a_known_good_site_weighs_less_on_a_careless_list() -> None:
    assert said(hit(DOMAIN), is_known_good=True)[0].points == 6
    assert said(hit(DOMAIN, is_verified=True), is_known_good=True)[0].points == 9


@pytest.mark.parametrize(("age", "codes"), [(0, ["newly_registered"]), (30, ["newly_registered"]), (31, [])])
def test_a_new_domain_is_new_for_a_month(age: int, codes: list[str]) -> None:
    found = said(hit(DOMAIN, age, text="evil.example", use=Use.NEW))

    assert [finding.code for finding in found] == codes
    assert assess(found).verdict is Verdict.BENIGN


def test_a_list_of_new_domains_that_names_one_each_day_does_not_make_it_younger() -> None:
    written = Entry(DOMAIN, "evil.example", TODAY - 40, TODAY)
    new = Hit(slot("new", Use.NEW), Record(written, is_listed=True))

    assert said(new) == []
