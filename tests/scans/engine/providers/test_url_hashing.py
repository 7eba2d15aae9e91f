"""The expressions of a link, by the examples of https://developers.google.com/safe-browsing/reference/URLs.and.Hashing."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.links import InvalidLink, parse
from scans.engine.providers.url_hashing import expressions, full_hashes


def written(url: str) -> list[str]:
    return [expression.decode("ascii") for expression in expressions(parse(url))]


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://host.com/%25%32%35", "host.com/%25"),
        ("http://host.com/%25%32%35%25%32%35", "host.com/%25%25"),
        ("http://host.com/%2525252525252525", "host.com/%25"),
        ("http://host.com/asdf%25%32%35asd", "host.com/asdf%25asd"),
        ("http://host.com/%%%25%32%35asd%%", "host.com/%25%25%25asd%25%25"),
        ("http://www.google.com/", "www.google.com/"),
        (
            "http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/",
            "168.188.99.26/.secure/www.ebay.com/",
        ),
        (
            "http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/",
            "195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/",
        ),
        (
            "http://host.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B",
            "host.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+",
        ),
        ("http://3279880203/blah", "195.127.0.11/blah"),
        ("http://www.google.com/blah/..", "www.google.com/"),
        ("www.google.com/", "www.google.com/"),
        ("http://www.evil.com/blah#frag", "www.evil.com/blah"),
        ("http://www.GOOgle.com/", "www.google.com/"),
        ("http://www.google.com.../", "www.google.com/"),
        ("http://www.google.com/foo\tbar\rbaz\n2", "www.google.com/foobarbaz2"),
        ("http://www.google.com/q?", "www.google.com/q"),
        ("http://www.google.com/q?r?", "www.google.com/q?r?"),
        ("http://www.google.com/q?r?s", "www.google.com/q?r?s"),
        ("http://evil.com/foo#bar#baz", "evil.com/foo"),
        ("http://evil.com/foo;", "evil.com/foo;"),
        ("http://evil.com/foo?bar;", "evil.com/foo?bar;"),
        ("http://notrailingslash.com", "notrailingslash.com/"),
        ("http://www.gotaport.com:1234/", "www.gotaport.com/"),
        ("https://www.securesite.com/", "www.securesite.com/"),
        ("http://host.com/ab%23cd", "host.com/ab%23cd"),
        ("http://host.com//twoslashes?more//slashes", "host.com/twoslashes?more//slashes"),
        ("http://host.com/a/%252e%252e/b%2f%2fc/", "host.com/b/c/"),
        ("http://host.com/a/%252e", "host.com/a/"),
        ("http://host.com/a%00b%ff", "host.com/a%00b%FF"),
        ("http://[2001:0db8:0000::1]/", "[2001:db8::1]/"),
        ("http://[::ffff:1.2.3.4]/", "1.2.3.4/"),
        ("http://[64:ff9b::1.2.3.4]/", "1.2.3.4/"),
    ],
)
def test_an_address_is_written_as_the_lists_write_it(url: str, canonical: str) -> None:
    url = url if "://" in url else f"http://{url}"

    assert written(url)[0] == canonical


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "http://a.b.com/1/2.html?param=1",
            "a.b.com/1/2.html?param=1 a.b.com/1/2.html a.b.com/ a.b.com/1/"
            " b.com/1/2.html?param=1 b.com/1/2.html b.com/ b.com/1/",
        ),
        # Version 5 takes the four names above the registry's ending, and the whole host.
        (
            "http://a.b.c.d.e.f.com/1.html",
            "a.b.c.d.e.f.com/1.html a.b.c.d.e.f.com/ f.com/1.html f.com/ e.f.com/1.html e.f.com/ d.e.f.com/1.html"
            " d.e.f.com/ c.d.e.f.com/1.html c.d.e.f.com/",
        ),
        ("http://1.2.3.4/1/", "1.2.3.4/1/ 1.2.3.4/"),
        ("http://example.co.uk/1", "example.co.uk/1 example.co.uk/"),
        ("http://a.example.co.uk/", "a.example.co.uk/ example.co.uk/"),
        ("http://page.github.io/", "page.github.io/"),
    ],
)
def test_the_expressions_are_those_of_the_standard(url: str, expected: str) -> None:
    assert sorted(written(url)) == sorted(expected.split())


def test_a_long_address_has_thirty_expressions() -> None:
    found = written("https://a.b.c.d.e.example.com/1/2/3/4/5/6.html?q=1")

    assert len(found) == len(set(found)) == 30
    assert {"a.b.c.d.e.example.com/1/2/3/", "example.com/", "c.d.e.example.com/1/2/3/4/5/6.html?q=1"} <= set(found)
    assert "example.com/1/2/3/4/" not in found


def test_what_is_sent_is_the_hash_of_an_expression() -> None:
    assert full_hashes(parse("https://evil.example/"))[0] == hashlib.sha256(b"evil.example/").digest()


@given(st.from_regex(r"https?://[a-z0-9.%\[\]:-]{1,30}/[ -~]{0,60}", fullmatch=True))
def test_every_link_has_between_one_and_thirty_expressions_that_end_and_are_ascii(url: str) -> None:
    try:
        link = parse(url)
    except InvalidLink:
        return

    found = expressions(link)

    assert 1 <= len(found) <= 30
    assert all(b"#" not in one and b"/" in one and one.isascii() for one in found)
