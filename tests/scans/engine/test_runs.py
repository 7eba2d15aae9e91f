"""Many heuristics asked together say what each says alone."""

from __future__ import annotations

import pytest

from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.heuristics import HEURISTICS, OF_BORROWED_NAME, OF_HOST, WRITING, HostHeuristic, runs
from scans.engine.heuristics.brand import borrows_name
from scans.engine.heuristics.host import Host
from scans.engine.heuristics.writing import is_plain
from scans.engine.links import Link, find_links, parse
from scans.engine.local import look_locally

ALL = (*HEURISTICS, *WRITING)
TEXT = """https://example.com/ http://192.0.2.7/a.apk http://0xC0000207/ hxxps://paypal[.]com.evil.example/login
https://pаypal.com/ https://paypa1-login.top:8081/x.exe https://me.github.io/ https://user@secure-login.vercel.app/
https://bit.ly/x https://faceboook.com/verify/482913 https://exam\u200bple.org/ https://wa.me/4915112345678?text=hi
https://google.comノlogin.example/ ⓔxample.net https://example。org/ https://netflix-login.example/?token=a1B2c3D4e5F6g7H8"""
LINKS = find_links(TEXT)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.host)
def test_asked_together_they_say_what_each_says_alone(link: Link) -> None:
    findings, _gaps = look_locally(link, heuristics=ALL, feeds=())

    assert findings == [found for heuristic in ALL if (found := heuristic(link)) is not None]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.host)
def test_what_is_passed_over_has_nothing_to_say(link: Link) -> None:
    written = [heuristic for heuristic in WRITING if heuristic(link) is not None]
    borrowed = [heuristic for heuristic in OF_BORROWED_NAME if heuristic(link) is not None]

    assert not (written and is_plain(link))
    assert not (borrowed and not borrows_name(link))


def test_the_examples_are_of_every_sort() -> None:
    assert {is_plain(link) for link in LINKS} == {borrows_name(link) for link in LINKS} == {True, False}


@pytest.mark.parametrize("heuristic", OF_HOST, ids=lambda heuristic: heuristic.__name__)
def test_what_is_said_of_a_host_holds_for_every_link_there(heuristic: HostHeuristic) -> None:
    for link in LINKS:
        host = f"[{link.host}]" if ":" in link.host else link.host

        assert heuristic(link) == heuristic(parse(f"http://someone@{host}:81/other.apk?token=1#x"))


def test_a_heuristic_that_broke_is_asked_again_for_the_same_host(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Finding.of("shortener", 0, host="example.com")
    asked: list[str] = []

    def first_breaks(link: Host) -> Finding | None:
        asked.append(link.host)
        if len(asked) <= len(("together", "alone")):
            raise LookupError(link.host)
        return said

    monkeypatch.setattr(runs, "OF_HOST", (first_breaks,))
    heuristics = [first_breaks]

    broken = look_locally(parse("https://example.com/"), heuristics=heuristics, feeds=())
    healed = look_locally(parse("https://example.com/2"), heuristics=heuristics, feeds=())

    assert NotChecked("heuristic:first_breaks", NotCheckedReason.FAILED) in broken[1]
    assert broken[0] == []
    assert healed[0] == [said]
