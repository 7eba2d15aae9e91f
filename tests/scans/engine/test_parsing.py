"""Parsing against the parsers on both sides of it: ada, whose href is cut, and httpx, which dials what comes out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import ada_url
import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scans.engine.hrefs import href_of
from scans.engine.links import MAX_HOST, MAX_URL, InvalidLink, Link, parse

HOSTS = [
    "example.com", "EXAMPLE.com", "example.com.", "a..b", ".example.com", "exa_mple.com", "-a-.example", "münchen.de",
    "ﬀ.example", "xn--mnchen-3ya.de", "faß.de", "ＧＯ.com", "go。com", "a%2eb.com", "a%E3%80%82b.com", "1.2.3.4",
    "1.2.3.4.", "0x7f.1", "017700000001", "2130706433", "0xffffffff", "1.2.3", "1.2.3.4.5", "1.2.3.256",
    "09.1.1.1", "foo.09",
    "foo.0x4", "foo.09..", "[::1]", "[::ffff:1.2.3.4]", "[1:2::]", "[::1%25eth0]", "[::127.0.0.1.]", "[v1.a]", "[]",
    "a b.com", "a<b", "a|b", "a^b.com", "a\u00adb.com", "a\u200bb.com", "☃.net", "💩.la", "xn--", "xn--a",
    "xn--a-ecp.ru", "a\u0301.com", "ا1.example", "%zz.com", "a%00b", "a%41.com", "a%20b", ".", "..", "",
    "a" * 64 + ".com", "٣.example",
    "１２７.0.0.1", "①.com", "127。0。0。1", "ⓔⓧⓐⓜⓟⓛⓔ.com", "a.b-c.d_e.example", "0", "256", "4294967296", "0x", "1..2",
    "a.0x",
]  # fmt: skip
USERS = ["", "user@", "user:pass@", ":@", "a@b@", "a:b:c@", "us%40er@", "ü@", "a/b@", "[x]@"]
PORTS = ["", ":", ":80", ":443", ":8080", ":0", ":65535", ":65536", ":00080", ":8a"]
TAILS = [
    "",
    "/",
    "?",
    "#",
    "/a/../b",
    "/%2e%2E/c",
    "\\a\\b",
    "/a?b#c",
    "?a=1&utm_source=x",
    "/ä ö?ü=ß#é",
    "/a b",
    "/@x:y/",
]
SCHEMES = ["http://", "https://", "HTTPS:\\\\", "http:", "https:/", " http:\t//", "https:////", "ftp://", "ws://", "a:"]


def parsed(written: str) -> Link | None:
    try:
        return parse(written)
    except InvalidLink:
        return None


def check_against_ada(written: str) -> None:
    """Every part of a link is what ada's own properties say; what ada refuses is refused."""
    link = parsed(written)
    try:
        ada = ada_url.URL(written)
    except ValueError:
        assert link is None
        return
    host = ada.hostname.removesuffix(".").strip("[]")
    is_ours = ada.protocol in ("http:", "https:") and host.strip(".") and len(host) <= MAX_HOST
    if link is None:
        assert not is_ours or len(ada.href) > MAX_URL
        return
    assert is_ours
    assert (link.scheme, link.host, link.path) == (ada.protocol[:-1], host, ada.pathname)
    assert (link.username, link.password) == (ada.username, ada.password)
    assert link.port == (int(ada.port) if ada.port else None)
    assert link.is_ip == (ada.host_type != ada_url.HostType.DEFAULT)
    if "utm_" not in written.lower():
        assert link.url == ada.href.partition("#")[0]
        assert link.query == ada.search.removeprefix("?")


@pytest.mark.parametrize("host", HOSTS)
def test_the_parts_of_a_link_are_those_of_the_standard(host: str) -> None:
    for scheme, user in product(SCHEMES, USERS):
        check_against_ada(f"{scheme}{user}{host}:8080/a?b=c")
    for port, tail in product(PORTS, TAILS):
        check_against_ada(f"https://user@{host}{port}{tail}")


anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)
url_like = st.one_of(
    anything,
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(SCHEMES),
        st.sampled_from(USERS) | anything,
        st.sampled_from(HOSTS) | st.text(alphabet="abXY019.-_%[]:@ü\u0430\u200b\u3002x\uff10", max_size=20) | anything,
        st.sampled_from(PORTS),
        st.sampled_from(TAILS) | anything,
    ),
)


@given(url_like)
@example("https://\ud800.example/")
@example("https://a.example/\ud800")
@example("https://a.example/\x00")
@example("https://a.example/?q=a#b?c")
@settings(max_examples=400)
def test_any_text_is_read_as_ada_reads_it_or_refused(written: str) -> None:
    try:
        written.encode()
    except UnicodeEncodeError:
        assert parsed(written) is None
        return
    check_against_ada(written)


@given(url_like)
@settings(max_examples=400)
def test_a_link_read_again_is_the_same_link(written: str) -> None:
    link = parsed(written)
    if link is None:
        return

    again = parse(link.url)

    assert (again.url, again.url_hash, again.host, again.port) == (link.url, link.url_hash, link.host, link.port)
    assert (again.path, again.query, again.registrable_domain) == (link.path, link.query, link.registrable_domain)


@given(url_like)
@settings(max_examples=400)
def test_the_host_that_is_judged_is_the_host_that_is_dialled(written: str) -> None:
    link = parsed(written)
    if link is None:
        return

    try:
        dialled = httpx.URL(link.url)
    except httpx.InvalidURL:
        return  # nothing is dialled

    assert dialled.raw_host.decode().removesuffix(".") == link.host
    assert dialled.port == link.port


@given(url_like)
@settings(max_examples=400)
def test_what_comes_out_is_ascii_and_bounded(written: str) -> None:
    link = parsed(written)
    if link is None:
        return

    assert "".join((link.url, link.host, link.path, link.query, link.username, link.registrable_domain)).isascii()
    assert len(link.url) <= MAX_URL
    assert 0 < len(link.host) <= MAX_HOST
    assert link.host.endswith(link.registrable_domain)
    assert link.host == link.host.lower()


@pytest.mark.parametrize(
    "unit", ["a", "http://", "@", ":", "%", "[", "é", "\ud800", "\x00", "a.", "..", "xn--", "💩", "//"]
)
def test_texts_of_any_length_are_read_or_refused(unit: str) -> None:
    for beginning in ("", "https://", "https://a.example/", "https://a.example/?"):
        for length in (300, 8_100, 65_536):
            link = parsed((beginning + unit * length)[:length])
            assert link is None or len(link.url) <= MAX_URL


@pytest.mark.parametrize(
    "url",
    [
        "https://urldefense.com/v3/__https://a.example/?utm_source=x__;!!k$",
        "https://web.archive.org/web/2024/https://a.example/?gclid=1",
    ],
)
def test_a_path_that_holds_a_url_keeps_the_query_that_belongs_to_it(url: str) -> None:
    assert parse(url).url == url


@pytest.mark.parametrize("name", ["si", "ref", "source", "utm", "id", "fbclid2", "campaign", "v", "t", "xutm_source"])
def test_a_parameter_that_may_change_the_page_stays(name: str) -> None:
    assert parse(f"https://a.example/?{name}=1").query == f"{name}=1"


def said_by(reader: Callable[[str], str], written: str) -> str | None:
    try:
        return reader(written)
    except ValueError:
        return None


@given(st.text() | st.sampled_from(HOSTS).map("https://{}/".format))
@example("https://example.com/\ud800")
@example("https://example.com/\x00")
@example("")
def test_a_href_is_what_the_parser_calls_normal(written: str) -> None:
    assert said_by(href_of, written) == said_by(ada_url.normalize_url, written)
