from __future__ import annotations

import pytest

from scans.engine.feeds.checks import Refused, checked, popular_domains, refuse_entry, refuse_size
from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.formats import Skipped, Why, read
from scans.engine.feeds.source import Format, Match, Use
from tests.scans.engine.feeds_sources.said import TODAY


def entry(kind: Kind, text: str) -> Entry:
    return Entry(kind, text, TODAY, TODAY)


@pytest.mark.parametrize("name", ["google.com", "whatsapp.com", "wikipedia.org", "paypal.com", "bbc.co.uk", "x.com"])
def test_a_list_that_calls_one_of_the_best_known_domains_bad_is_refused(name: str) -> None:
    with pytest.raises(Refused, match=name):
        refuse_entry(entry(Kind.DOMAIN, name), Use.BAD)


@pytest.mark.parametrize(
    ("one", "use"),
    [
        (entry(Kind.URL, "google.com/amp/s/bad.example.com"), Use.BAD),
        (entry(Kind.DOMAIN, "bad-google.com"), Use.BAD),
        (entry(Kind.DOMAIN, "bad.github.io"), Use.BAD),
        (entry(Kind.DOMAIN, "google.com"), Use.GOOD),
        (entry(Kind.DOMAIN, "google.com"), Use.NEW),
    ],
)
def test_other_entries_pass(one: Entry, use: Use) -> None:
    assert list(checked([one], use)) == [one]


def test_a_best_known_host_is_left_out_of_a_list_of_bad_ones_and_the_list_stays() -> None:
    bad = entry(Kind.HOST, "bad.example.com")

    passed = list(checked([entry(Kind.HOST, "www.google.com"), bad, Skipped(Why.NOT_WEB, "ftp://x")], Use.BAD))

    assert passed == [Skipped(Why.TOO_WIDE, "www.google.com"), bad, Skipped(Why.NOT_WEB, "ftp://x")]


@pytest.mark.parametrize(("entries", "before"), [(0, 0), (0, 100), (49, 100), (499_999, 1_000_000)])
def test_an_empty_list_and_half_a_list_are_refused(entries: int, before: int) -> None:
    with pytest.raises(Refused):
        refuse_size(entries, before)


@pytest.mark.parametrize(("entries", "before"), [(1, 0), (50, 100), (100, 50), (2, 10)])
def test_lists_that_grow_or_lose_a_little_pass(entries: int, before: int) -> None:
    refuse_size(entries, before)


def test_the_best_known_domains_are_about_a_thousand_and_none_is_a_public_suffix_or_a_shortener() -> None:
    assert 1_000 <= len(popular_domains()) <= 2_000
    assert popular_domains().isdisjoint({"co.uk", "github.io", "blogspot.com", "bit.ly", "example.com"})


@pytest.mark.parametrize(
    "line",
    [
        "http://google.com/",
        "https://www.google.com",
        "www.google.com",
        "*.www.google.com",
        "mail.google.com",
        "*.accounts.google.com",
        "https://mail.google.com/",
        "chat.whatsapp.com",
        "*.web.whatsapp.com",
        "m.facebook.com",
    ],
)
def test_what_only_its_famous_owner_has_is_never_called_bad_as_a_whole(line: str) -> None:
    found = list(checked(read(Format.LINES, Match.AS_WRITTEN, [line.encode()], 20_000), Use.BAD))

    assert [one.why for one in found if isinstance(one, Skipped)] == [Why.TOO_WIDE]
    assert len(found) == 1


@pytest.mark.parametrize(
    "line", ["https://mail.google.com/x", "shop-new.sharepoint.com", "bad.blogspot.com", "bad.cloudapp.azure.com"]
)
def test_a_page_of_a_famous_owner_and_a_host_of_a_customer_may_be_listed(line: str) -> None:
    found = list(checked(read(Format.LINES, Match.AS_WRITTEN, [line.encode()], 20_000), Use.BAD))

    assert all(isinstance(one, Entry) for one in found)
