"""What a list wrote becomes one canonical entry, or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scans.engine.feeds.entries import MAX_DETAIL, Entry, Kind, day_of, entry_of, host_of, is_bare_suffix, url_text
from scans.engine.links import parse
from tests.scans.engine.feeds.installing import DOMAIN, HOST, TODAY, URL


@pytest.mark.parametrize(
    ("kind", "written", "text"),
    [
        (URL, "http://evil.example/a", "evil.example/a"),
        (URL, "https://evil.example/a", "evil.example/a"),
        (URL, "evil.example", "evil.example/"),
        (URL, "HTTPS://EVIL.example:443/A?utm_source=x&b=1#c", "evil.example/A?b=1"),
        (URL, "https://paypal.com@evil.example/a", "evil.example/a"),
        (URL, "https://user:word@evil.example/a@b", "evil.example/a@b"),
        (URL, "http://evil.example:8080/a", "evil.example:8080/a"),
        (URL, "http://[2001:db8::1]:81/a", "[2001:db8::1]:81/a"),
        (URL, "http://0xCB007107/a", "203.0.113.7/a"),
        (HOST, "www.Evil.example.", "www.evil.example"),
        (HOST, " münchen.de ", "xn--mnchen-3ya.de"),
        (HOST, "203.0.113.7", "203.0.113.7"),
        (HOST, "[2001:db8::1]", "2001:db8::1"),
        (HOST, "github.io", "github.io"),
        (DOMAIN, "evil.co.uk", "evil.co.uk"),
        (DOMAIN, "a.github.io", "a.github.io"),
        (DOMAIN, "_dmarc.evil.example", "_dmarc.evil.example"),
    ],
)
def test_an_entry_has_one_form_however_it_was_written(kind: Kind, written: str, text: str) -> None:
    found = entry_of(kind, written, TODAY)

    assert found == Entry(kind, text, TODAY, TODAY)


@pytest.mark.parametrize("written", ["co.uk", "com", "github.io", "duckdns.org", "foo.kawasaki.jp"])
def test_a_suffix_that_everybody_shares_is_no_domain_entry(written: str) -> None:
    assert entry_of(DOMAIN, written, TODAY) is None


def test_a_number_that_is_listed_as_a_domain_stands_for_itself() -> None:
    assert entry_of(DOMAIN, "203.0.113.7", TODAY) == Entry(HOST, "203.0.113.7", TODAY, TODAY)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (URL, "ftp://evil.example/a"),
        (URL, "javascript:alert(1)"),
        (URL, "http://localhost/"),
        (URL, "http://" + "a" * 9000 + ".example/"),
        (URL, ""),
        (HOST, ""),
        (HOST, "localhost"),
        (HOST, "two words.example"),
        (HOST, "evil.example/a"),
        (HOST, "evil.example:8080"),
        (HOST, "user@evil.example"),
        (HOST, "evil..example"),
        (HOST, "a." * 130 + "example"),
        (DOMAIN, "*.evil.example"),
        (DOMAIN, "?"),
    ],
)
def test_what_is_no_public_web_address_is_no_entry(kind: Kind, written: str) -> None:
    assert entry_of(kind, written, TODAY) is None


def test_the_last_day_is_never_before_the_first() -> None:
    assert entry_of(HOST, "evil.example", TODAY, TODAY - 5) == Entry(HOST, "evil.example", TODAY, TODAY)


def test_a_detail_is_short_and_on_one_line() -> None:
    found = entry_of(HOST, "evil.example", TODAY, detail="a\tb\r\nc" + "x" * 500)

    assert found is not None
    assert found.detail.startswith("a b c")
    assert len(found.detail) == MAX_DETAIL


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://www.evil.example:8080/a:b", "www.evil.example"),
        ("http://[2001:db8::1]:81/a", "2001:db8::1"),
        ("http://evil.example./a", "evil.example"),
    ],
)
def test_the_host_of_an_entry_is_the_host_of_its_link(url: str, host: str) -> None:
    assert host_of(url_text(parse(url))) == parse(url).host == host


@pytest.mark.parametrize(
    ("host", "answer"), [("co.uk", True), ("github.io", True), ("a.co.uk", False), ("nic.example", False)]
)
def test_bare_suffixes_are_told_from_domains(host: str, answer: bool) -> None:
    assert is_bare_suffix(host) is answer


def test_days_are_those_of_utc() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=timezone(timedelta(hours=-3)))

    assert day_of(late) - day_of(datetime(2026, 11, 23, tzinfo=UTC)) == 1
    assert day_of(datetime(1970, 1, 2, tzinfo=UTC)) == 1
