"""Addresses that nobody can tap and that play no tricks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.defang import defang_host, defang_text, defang_url
from scans.engine.finding.evasions import NOT_CLICKABLE
from scans.engine.links import InvalidLink, Link, find_links, parse


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("example.com", "example[.]com"),
        ("a.b.example.co.uk", "a[.]b[.]example[.]co[.]uk"),
        ("203.0.113.7", "203[.]0[.]113[.]7"),
        ("2001:db8::1", "2001[:]db8[:][:]1"),
        ("xn--pypal-4ve.com", "xn--pypal-4ve[.]com (pаypal[.]com)"),
        ("xn--zzzzzzzz99999.com", "xn--zzzzzzzz99999[.]com"),
        ("localhost", "localhost"),
        ("a。b.com", "a[.]b[.]com"),
    ],
)
def test_a_host_is_shown_with_its_dots_in_brackets(host: str, shown: str) -> None:
    assert defang_host(host) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/a.html?x=1", "hxxps://example[.]com/a[.]html?x=1"),
        ("HTTP://example.com", "hxxp://example[.]com"),
        ("https://u:p@evil.com/https://b.com", "hxxps://u:p[at]evil[.]com/hxxps[:]//b[.]com"),
        ("bare.example.com/x", "bare[.]example[.]com/x"),
    ],
)
def test_a_url_is_shown_with_its_scheme_misspelled(url: str, shown: str) -> None:
    assert defang_url(url) == shown


@pytest.mark.parametrize(
    "text", ["a\u202eb", "a\u200bb", "a\x1b[31mb", "a\nb", "a\u2066b\u2069", "a\ufeffb", "a\U000e0041b", "a\u3164b"]
)
def test_characters_that_cannot_be_seen_are_written_out(text: str) -> None:
    shown = defang_text(text)

    assert "\\u" in shown
    assert shown.isascii()


def test_an_endless_text_is_cut() -> None:
    assert len(defang_text("a" * 100_000)) <= 200


def _still_linked(text: str) -> list[Link]:
    """Links of a text that a phone would make clickable: all but those that only our reader puts together again."""
    return [link for link in find_links(text) if NOT_CLICKABLE.isdisjoint(link.evasions)]


def _harmless(text: str) -> bool:
    return all(unicodedata.category(char) not in ("Cf", "Cc", "Cs", "Zl", "Zp") for char in text)


_HOSTILE = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("...///::@wht.com。．\u202e\u200b?#[]()-")), max_size=80
)
_LIKE_URLS = st.builds(
    lambda scheme, user, host, tail: f"{scheme}{user}{host}{tail}",
    st.sampled_from(["http://", "https://", "HTTP://", "hxxp://", "www.", ""]),
    st.sampled_from(["", "paypal.com@", "a:b@", "a\u202eb@"]),
    st.sampled_from(
        ["example.com", "пример.рф", "xn--pypal-4ve.com", "203.0.113.7", "[2001:db8::1]", "日本語.jp", "a。com"]
    ),
    st.one_of(_HOSTILE, st.sampled_from(["", "/x.html", "?u=https://b.com", "#c.net", "/.wa.me/1"])),
)


@given(st.one_of(_HOSTILE, _LIKE_URLS))
def test_nothing_in_a_defanged_text_can_be_tapped(text: str) -> None:
    for shown in (defang_text(text), defang_url(text)):
        assert _still_linked(shown) == []
        assert _harmless(shown)


@given(_LIKE_URLS)
def test_no_part_of_a_defanged_link_can_be_tapped(url: str) -> None:
    try:
        link = parse(url)
    except InvalidLink:
        return
    for shown in (defang_host(link.host), defang_url(link.url), f"See {defang_host(link.host)}."):
        assert _still_linked(shown) == []
        assert _harmless(shown)
