from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.formats import BadFormat, Skipped, Why, read
from scans.engine.feeds.source import Format, Match
from tests.scans.engine.feeds_sources.said import TODAY, entries, found, told


@pytest.mark.parametrize(
    ("line", "as_told"),
    [
        ("http://send-usdt-9999.netlify.app/", "u send-usdt-9999.netlify.app/"),
        ("https://bad.example.com/a?b=1#frag", "u bad.example.com/a?b=1"),
        ("HTTPS://BAD.example.com/Path", "u bad.example.com/Path"),
        ("bad.example.com", "h bad.example.com"),
        ("www.bad.example.com", "h www.bad.example.com"),
        ("*.bad.example.com", "d bad.example.com"),
        (".bad.example.com", "d bad.example.com"),
        ("bad.example.com/login", "u bad.example.com/login"),
        ("bad.example.com:8080", "u bad.example.com:8080/"),
        ("bücher.example.com", "h xn--bcher-kva.example.com"),
        ("203.0.113.7", "h 203.0.113.7"),
        ("hxxps://bad[.]example[.]com/x", "u bad.example.com/x"),
        ("bad[.]example.com  # seen yesterday", "h bad.example.com"),
        ("https://bad.example.com/#/login", "u bad.example.com/"),
        ("ftp://bad.example.com/file", "! not_web"),
        ("javascript://bad.example.com", "! not_web"),
        ("not an address", "! no_address"),
        ("localhost", "! no_address"),
        ("*.co.uk", "! no_address"),
        ("https://", "! no_address"),
    ],
)
def test_a_line_stands_for_what_its_form_says(line: str, as_told: str) -> None:
    assert told(Format.LINES, f"good-line.example.com\n{line}\n")[1:] == [as_told]


@pytest.mark.parametrize(
    "comment", ["# Title", "! Title", "; Title", "// Title", "[Adblock Plus 2.0]", "", "   ", "\r"]
)
def test_comments_and_empty_lines_say_nothing(comment: str) -> None:
    assert told(Format.LINES, f"\ufeff{comment}\r\nbad.example.com\r\n{comment}") == ["h bad.example.com"]


@pytest.mark.parametrize(
    ("match", "line", "as_told"),
    [
        (Match.URL, "bad.example.com", "u bad.example.com/"),
        (Match.HOST, "*.bad.example.com", "h bad.example.com"),
        (Match.DOMAIN, "bad.example.com", "d bad.example.com"),
        (Match.HOST, "https://bad.example.com/", "h bad.example.com"),
        (Match.DOMAIN, "http://bad.example.com", "d bad.example.com"),
        # Widening: the publisher named a page, a port or an account, not the site.
        (Match.HOST, "https://bad.example.com/page", "! narrower"),
        (Match.DOMAIN, "https://bad.example.com/?id=1", "! narrower"),
        (Match.DOMAIN, "bad.example.com:8080", "! narrower"),
        (Match.DOMAIN, "https://somebody@bad.example.com/", "! narrower"),
    ],
)
def test_an_entry_is_never_taken_for_more_than_its_publisher_wrote(match: Match, line: str, as_told: str) -> None:
    assert told(Format.LINES, line, match) == [as_told]


@pytest.mark.parametrize("host", ["docs.google.com", "github.com", "www.facebook.com", "bit.ly", "github.io"])
def test_a_platform_is_not_listed_whole_because_one_page_of_it_is_bad(host: str) -> None:
    assert told(Format.LINES, f"{host}\nhttps://{host}/x") == ["! too_wide", f"u {host}/x"]


def test_a_host_below_a_private_suffix_is_somebody_s_own() -> None:
    assert told(Format.LINES, "rztzfuqfqk.duckdns.org") == ["h rztzfuqfqk.duckdns.org"]


def test_lists_without_dates_are_of_today() -> None:
    assert entries(Format.LINES, "bad.example.com") == [Entry(Kind.HOST, "bad.example.com", TODAY, TODAY)]


def test_a_hosts_file_is_read_without_its_first_rows() -> None:
    text = """\
# Title: hosts
127.0.0.1 localhost
::1 ip6-localhost ip6-loopback
127.0.0.1\tlocalhost.localdomain
0.0.0.0 0.0.0.0
255.255.255.255 broadcasthost
0.0.0.0 bad.example.com
127.0.0.1 worse.example.com worst.example.com # both
192.168.1.10 printer.example.com
"""
    read_names = [entry.text for entry in entries(Format.HOSTS, text)]
    assert read_names == ["bad.example.com", "worse.example.com", "worst.example.com"]


@pytest.mark.parametrize(
    ("rule", "as_told"),
    [
        ("||bad.example.com^", "d bad.example.com"),
        ("||bad.example.com", "d bad.example.com"),
        ("||bad.example.com^$document", "d bad.example.com"),
        ("||bad.example.com^$all,important", "d bad.example.com"),
        ("||bad.example.com^$third-party", "! other_kind"),
        ("||bad.example.com^$domain=good.example.com", "! other_kind"),
        ("||bad.example.com/banner.js", "! other_kind"),
        ("||bad.*^", "! other_kind"),
        ("@@||good.example.com^", "! exception"),
        ("example.com##.banner", "! other_kind"),
    ],
)
def test_of_an_ad_blocker_s_rules_only_whole_domains_are_entries(rule: str, as_told: str) -> None:
    assert told(Format.ADBLOCK, f"[Adblock Plus]\n! Title: x\n{rule}\n") == [as_told]


@pytest.mark.parametrize("format", [Format.LINES, Format.HOSTS, Format.ADBLOCK])
@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html><title>Sign in</title>",
        b"\x1f\x8b\x08\x00\x00\x00\x00",
        b"GIF89a\x00\x00\x01",
        b"This is not a list\nbut two lines of prose.\n",
        b"\xff\xfe\xfd\n\x80\x81\n",
    ],
)
def test_what_is_no_list_of_lines_is_said(format: Format, content: bytes) -> None:
    with pytest.raises(BadFormat):
        found(format, content)


def test_prose_is_given_up_early() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1_000):
            yield b"a line of prose\n"
        raise AssertionError("still reading")

    with pytest.raises(BadFormat):
        list(read(Format.LINES, Match.AS_WRITTEN, endless(), TODAY))


def test_one_bad_line_among_good_ones_is_skipped_and_shown() -> None:
    outcome = found(Format.LINES, "bad.example.com\nwhat is this\nworse.example.com")

    assert [type(one) for one in outcome] == [Entry, Skipped, Entry]
    assert outcome[1] == Skipped(Why.NO_ADDRESS, "what is this")


def test_a_line_that_never_ends_takes_no_memory() -> None:
    def flood() -> Iterator[bytes]:
        yield b"bad.example.com\n"
        for _ in range(400):
            yield b"x" * 65_536
        yield b"\nworse.example.com\n"

    tracemalloc.start()
    outcome = list(read(Format.LINES, Match.AS_WRITTEN, flood(), TODAY))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [one.text for one in outcome if isinstance(one, Entry)] == ["bad.example.com", "worse.example.com"]
    assert [one.why for one in outcome if isinstance(one, Skipped)] == [Why.TOO_LONG]
    assert most < 3_000_000
