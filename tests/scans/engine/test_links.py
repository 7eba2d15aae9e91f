from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine import links
from scans.engine.links import InvalidLink, Link, parse


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://EXAMPLE.com:443/a?utm_source=x&fbclid=123#frag", "https://example.com/a"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("http://example.com:443/", "http://example.com:443/"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a//b///c?x=1&y=2", "https://example.com/a//b///c?x=1&y=2"),
        ("http://MÜNCHEN.de/", "http://xn--mnchen-3ya.de/"),
        ("https://straße.de", "https://xn--strae-oqa.de/"),
        ("https://user:pass@example.com/", "https://user:pass@example.com/"),
        ("https://example.com/?b=2&a=1&a=3", "https://example.com/?b=2&a=1&a=3"),
        ("https://example.com/%7Euser/%2f", "https://example.com/%7Euser/%2f"),
        ("https://example.com/a/../b/./c", "https://example.com/b/c"),
        ("https://example.com./a", "https://example.com./a"),
        ("https://example.com\\@evil.com/", "https://example.com/@evil.com/"),
        ("https://exa%6dple.com/", "https://example.com/"),
        ("https://example。com/", "https://example.com/"),
        ("https://example.com/?", "https://example.com/?"),
        ("https:///example.com", "https://example.com/"),
        ("https://пример.рф/путь", "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    ],
)
def test_a_url_is_normalised_as_a_browser_does_and_no_further(written: str, url: str) -> None:
    assert parse(written).url == url


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?utm_source", ""),
        ("?UTM_Source=x&GCLID=1&a=1", "?a=1"),
        ("?utm_id=1&msclkid=2&igshid=3&dclid=4&igsh=5&mc_cid=6&mc_eid=7&vero_conv=8&vero_id=9", ""),
        ("?q=a%20b&utm_term=1", "?q=a%20b"),
        ("?a=1&&utm_term=1&b", "?a=1&&b"),
        ("?redirect=utm_source&utmost=1&si=2", "?redirect=utm_source&utmost=1&si=2"),
    ],
)
def test_only_tracking_parameters_are_removed_and_the_rest_is_not_rewritten(query: str, kept: str) -> None:
    assert parse(f"https://example.com/{query}").url == f"https://example.com/{kept}"


@pytest.mark.parametrize(
    "spelling",
    ["http://192.0x00A80001/", "http://3232235521/", "http://0xc0a80001/", "http://0300.0250.1/", "http://192.168.1/"],
)
def test_every_spelling_of_an_ip_address_is_that_address(spelling: str) -> None:
    link = parse(spelling)

    assert link.is_ip
    assert link.host == link.registrable_domain
    assert link.url == f"http://{link.host}/"
    assert link.host.startswith("192.168.")


def test_an_ipv6_host_has_no_brackets() -> None:
    link = parse("https://[2001:DB8::1]:8443/x")

    assert (link.host, link.port, link.is_ip) == ("2001:db8::1", 8443, True)
    assert link.url == "https://[2001:db8::1]:8443/x"


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.shop.example.co.uk/", "example.co.uk"),
        ("https://login.somebody.github.io/", "somebody.github.io"),
        ("https://github.io/", "github.io"),
        ("https://deep.sub.shop.example/", "shop.example"),
        ("https://пример.рф/", "xn--e1afmkfd.xn--p1ai"),
        ("https://localhost/", "localhost"),
        ("https://example.com./", "example.com"),
    ],
)
def test_the_registrable_domain_follows_the_public_suffix_list(url: str, domain: str) -> None:
    assert parse(url).registrable_domain == domain


def test_a_link_carries_its_parts() -> None:
    link = parse("https://bob:pw@Shop.Example.com:8443/a/b?x=1&utm_source=y#top")

    assert (link.scheme, link.host, link.port, link.path, link.query) == (
        "https",
        "shop.example.com",
        8443,
        "/a/b",
        "x=1",
    )
    assert (link.username, link.password, link.is_ip) == ("bob", "pw", False)
    assert link.url_hash == hashlib.sha256(b"https://bob:pw@shop.example.com:8443/a/b?x=1").hexdigest()


def test_a_link_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        parse("https://example.com/").host = "evil.example"  # type: ignore[misc]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "not-a-url",
        "example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://exa mple.com/",
        "https://",
        "http://./",
        "https://example.com:99999/",
        "https://[::1/",
        "https://\ud800.com/",
        "https://a\u202eb.com/",
    ],
)
def test_what_is_no_web_address_is_refused(written: str) -> None:
    with pytest.raises(InvalidLink):
        parse(written)


@pytest.mark.parametrize("filling", ["x", "é"])
def test_an_endless_url_is_refused(filling: str) -> None:
    with pytest.raises(InvalidLink):
        parse("https://example.com/" + filling * (links.MAX_URL - 25 if filling == "é" else links.MAX_URL))


url_like = st.one_of(
    st.text(max_size=80),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["http://", "https://", "HTTPS:\\\\", "http:", "ftp://"]),
        st.text(alphabet="abcXYZ0129.-_@:%[]\u00fc\u0430\u200b\uff0e\u3002x", max_size=30),
        st.sampled_from(["", "/", "?", "#", "/a/../b", "/%2e%2e/"]),
        st.text(alphabet="ab=&?#/%+utm_sourceé \t\n\U0001f525", max_size=40),
    ),
)


def parsed(written: str) -> Link | None:
    try:
        return parse(written)
    except InvalidLink:
        return None


@given(url_like)
def test_whatever_is_parsed_is_ascii_bounded_and_stays_the_same_when_parsed_again(written: str) -> None:
    link = parsed(written)
    if link is None:
        return

    again = parse(link.url)

    assert (again.url, again.host, again.url_hash) == (link.url, link.host, link.url_hash)
    assert (link.url + link.host + link.path + link.query + link.registrable_domain).isascii()
    assert len(link.url) <= links.MAX_URL
    assert "#" not in link.url


def test_a_host_longer_than_any_name_may_be_is_refused() -> None:
    label = "a" * 60
    longest = ".".join([label] * 4) + ".example"

    assert parse(f"https://{longest}/").host == longest
    with pytest.raises(InvalidLink, match="253"):
        parse(f"https://{label}.{longest}/")
