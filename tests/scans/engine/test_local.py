"""A link is judged with what it carries: the worst address decides, a mail filter's wrapper is not judged itself."""

from __future__ import annotations

import pytest

from scans.engine.findings import Finding, NotChecked
from scans.engine.heuristics import HEURISTICS
from scans.engine.links import Link, find_links, parse
from scans.engine.local import analyze_locally, look_within
from scans.engine.scoring import Verdict

FORGED = "https://paypal.com.evil.example/login"
HONEST = "https://www.example.org/article"
FILTER = "https://nam02.safelinks.protection.outlook.com/?url={}&data=" + "5" * 600


def codes(link: Link) -> list[str]:
    return [finding.code for finding in analyze_locally(link, network=False).findings]


def broken_heuristic(link: Link) -> Finding | None:
    raise IndexError(link.host)


@pytest.mark.parametrize("wrapper", ["https://www.google.com/url?q={}", "https://l.facebook.com/l.php?u={}", FILTER])
def test_a_forged_target_decides_over_an_honest_wrapper(wrapper: str) -> None:
    wrapped = parse(wrapper.format(FORGED))

    assessment = analyze_locally(wrapped)

    assert assessment.verdict is Verdict.MALICIOUS
    assert assessment.findings == analyze_locally(parse(FORGED)).findings


def test_the_scores_of_wrapper_and_target_are_not_added_up() -> None:
    target = parse("http://203.0.113.9/login")
    wrapped = parse("https://www.google.com/url?q=http://203.0.113.9/login&x=" + "y" * 500)

    assert analyze_locally(wrapped).score == analyze_locally(target).score > 0


def test_what_speaks_against_the_wrapper_stays_when_the_target_is_honest() -> None:
    wrapped = parse(f"https://paypal.com@www.google.com:8088/url?q={HONEST}")

    assert "uncommon_port" in codes(wrapped)


def test_the_wrapper_of_a_mail_filter_is_not_held_against_anybody() -> None:
    assert codes(parse(FILTER.format(HONEST))) == []


def test_how_the_wrapper_was_written_counts_beside_its_target() -> None:
    (link,) = find_links(f"hxxps://www.google[.]com/url?q={FORGED}")

    assert codes(link)[-2:] == ["defanged_scheme", "defanged_dot"]
    assert "brand_domain_embedded" in codes(link)


def test_a_heuristic_that_breaks_on_wrapper_and_target_is_one_gap() -> None:
    wrapped = parse(f"https://www.google.com/url?q={HONEST}")

    _findings, gaps = look_within(wrapped, heuristics=[broken_heuristic, *HEURISTICS], feeds=())

    assert gaps == [NotChecked("feeds", "none_loaded"), NotChecked("heuristic:broken_heuristic", "failed")]
