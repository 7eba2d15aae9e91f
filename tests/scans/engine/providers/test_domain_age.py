"""What the age of a domain says, and of which domains it says nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.providers import domain_age
from scans.engine.providers.provider import Facts
from tests.scans.engine.providers.asked import NOW


def facts_of(days: float | None) -> Facts:
    return domain_age.reply(None if days is None else NOW - timedelta(days=days), NOW).facts


@pytest.mark.parametrize(
    ("days", "points"),
    [(0, 6), (6.9, 6), (7, 4), (13.9, 4), (14, 2), (29.9, 2), (30, None), (729, None), (730, -1), (9000, -1)],
)
def test_the_younger_a_domain_the_more_it_speaks_against_a_link(days: float, points: int | None) -> None:
    found = domain_age.findings("evil.example", NOW - timedelta(days=days), NOW)

    assert [finding.points for finding in found] == ([] if points is None else [points])


def test_a_missing_age_is_not_a_young_one() -> None:
    assert domain_age.findings("evil.example", None, NOW) == []
    assert domain_age.judge([parse("https://evil.com/")], {"evil.com": facts_of(None)}) == []


def test_a_finding_names_domain_and_days() -> None:
    found = domain_age.judge([parse("https://a.b.evil.com/x")], {"evil.com": facts_of(3)})

    assert found == [Finding.of("domain_age", 6, domain="evil.com", days=3)]


@pytest.mark.parametrize(
    "url",
    [
        "https://page.github.io/",
        "https://github.io/",
        "https://docs.google.com/forms/d/1",
        "https://bit.ly/x",
        "http://203.0.113.7/",
        "http://[2001:db8::1]/",
        "https://co.uk/",
        "https://host.nosuchending/",
    ],
)
def test_nothing_is_asked_or_said_of_shared_hosts_addresses_and_bare_endings(url: str) -> None:
    link = parse(url)

    assert domain_age.subjects([link]) == []
    assert domain_age.judge([link], {link.registrable_domain: facts_of(1), link.host: facts_of(1)}) == []


def test_the_registered_domain_is_asked_about_once() -> None:
    links = [parse("https://a.evil.co.uk/"), parse("https://b.evil.co.uk/"), parse("https://shop.com/")]

    assert domain_age.subjects(links) == ["evil.co.uk", "shop.com"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (5000, 3, ("domain_age", "last.com")),
        (3, 5000, ("domain_age", "first.com")),
        (20, 3, ("domain_age", "last.com")),
        (5000, 4000, ("long_lived_domain", "first.com")),
        (5000, 100, None),
        (5000, None, None),
    ],
)
def test_of_a_way_the_youngest_counts_and_only_old_ones_speak_for_it(
    first: float, last: float | None, expected: tuple[str, str] | None
) -> None:
    links = [parse("https://first.com/"), parse("https://last.com/")]

    found = domain_age.judge(links, {"first.com": facts_of(first), "last.com": facts_of(last)})

    assert [(finding.code, finding.param("domain")) for finding in found] == ([expected] if expected else [])


def test_an_old_shortener_says_nothing_for_where_it_leads() -> None:
    links = [parse("https://old.com/x"), parse("https://page.github.io/")]

    assert domain_age.judge(links, {"old.com": facts_of(5000)}) == []


@pytest.mark.parametrize(
    ("days", "kept"), [(None, 1), (-1, 1), (0, 1), (29, 1), (30, 7), (729, 7), (730, 30), (20_000, 1), (-5, 1)]
)
def test_a_young_or_unknown_age_is_asked_for_again_soon(days: float | None, kept: int) -> None:
    registered_at = None if days is None else NOW - timedelta(days=days)

    assert domain_age.reply(registered_at, NOW).keep == timedelta(days=kept)


@pytest.mark.parametrize("moment", [datetime(1970, 1, 1, tzinfo=NOW.tzinfo), NOW + timedelta(days=3)])
def test_a_day_that_cannot_be_is_not_known(moment: datetime) -> None:
    assert domain_age.reply(moment, NOW).facts["registered_at"] is None


def test_a_day_that_is_just_ahead_is_today() -> None:
    facts = domain_age.reply(NOW + timedelta(hours=20), NOW).facts

    assert domain_age.judge([parse("https://evil.com/")], {"evil.com": facts})[0].param("days") == 0


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"registered_at": 7, "asked_at": 8},
        {"registered_at": "x", "asked_at": "y"},
        {"registered_at": NOW.isoformat()},
    ],
)
def test_facts_of_another_shape_are_no_facts(facts: Facts) -> None:
    assert domain_age.judge([parse("https://evil.com/")], {"evil.com": facts}) == []
