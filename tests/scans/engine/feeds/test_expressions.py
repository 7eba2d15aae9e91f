"""Under which keys a link is looked up: its URL, its host, its own domains, and never what strangers share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.feeds.entries import Kind, entry_of, url_text
from scans.engine.feeds.expressions import (
    LOWER,
    Neighbours,
    expressions_of,
    key_of,
    keys_of,
    neighbours_of,
    site_key,
    site_of,
    sort_key_of,
)
from scans.engine.links import parse
from tests.scans.engine.feeds.installing import DOMAIN, HOST, TODAY, URL, entry


@pytest.mark.parametrize(
    ("url", "expressions"),
    [
        (
            "https://www.a.evil.co.uk/x?y=1",
            "u:www.a.evil.co.uk/x?y=1 h:www.a.evil.co.uk d:www.a.evil.co.uk d:a.evil.co.uk d:evil.co.uk",
        ),
        ("https://evil.github.io/", "u:evil.github.io/ h:evil.github.io d:evil.github.io"),
        ("http://203.0.113.7:81/", "u:203.0.113.7:81/ h:203.0.113.7"),
        ("http://[2001:db8::1]/a", "u:[2001:db8::1]/a h:2001:db8::1"),
        ("https://github.io/", ""),
        ("https://github.io/a", "u:github.io/a"),
        ("https://www.facebook.com/a", "u:www.facebook.com/a"),
        ("https://www.facebook.com/", ""),
        ("https://bit.ly/2Ab", "u:bit.ly/2Ab"),
        ("https://docs.google.com/forms/1", "u:docs.google.com/forms/1"),
        ("https://evil.tumblr.com/", "u:evil.tumblr.com/ h:evil.tumblr.com d:evil.tumblr.com"),
    ],
)
def test_a_link_is_looked_up_as_itself_its_host_and_its_own_domains(url: str, expressions: str) -> None:
    found = [f"{one.kind}:{one.text}" for one in expressions_of(parse(url))]

    assert found == expressions.split()


@pytest.mark.parametrize("kind", [URL, HOST, DOMAIN])
def test_an_entry_is_sorted_where_its_link_looks_for_it(kind: Kind) -> None:
    link = parse("https://www.evil.co.uk/x")
    listed = entry(kind, link.url if kind is URL else link.host)

    keys = {one.kind: one.key for one in reversed(expressions_of(link))}

    assert int(sort_key_of(listed), 16) == keys[kind]


@pytest.mark.parametrize(
    "host", ["www.evil.co.uk", "evil.github.io", "github.io", "203.0.113.7", "2001:db8::1", "a.b.internal-name"]
)
def test_a_site_is_the_registrable_domain_of_the_link(host: str) -> None:
    link = parse(f"http://[{host}]/" if ":" in host else f"http://{host}/")

    assert site_of(host) == link.registrable_domain


def test_all_of_a_site_lies_side_by_side() -> None:
    low = site_key("evil.example")

    keys = [key_of(kind, text, "evil.example") for kind in Kind for text in ("evil.example", "a.evil.example/b")]

    assert all(low <= key <= low | LOWER for key in keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://a.evil.example/", Neighbours.SITE),
        ("https://evil.github.io/", Neighbours.HOST),
        ("http://203.0.113.7/", Neighbours.HOST),
        ("https://github.io/", Neighbours.NONE),
        ("https://docs.google.com/a", Neighbours.NONE),
        ("https://bit.ly/2Ab", Neighbours.NONE),
        ("https://someone.tumblr.com/", Neighbours.NONE),
    ],
)
def test_only_pages_of_one_owner_are_neighbours(url: str, answer: Neighbours) -> None:
    assert neighbours_of(parse(url)) is answer


def test_keys_of_several_links_are_unique_and_sorted() -> None:
    links = [parse(url) for url in ("https://b.example/", "https://a.example/1", "https://a.example/2")]

    keys = memoryview(keys_of([*links, links[0]])).cast("Q").tolist()

    assert keys == sorted(set(keys))
    assert site_key("a.example") in keys
    assert {one.key for link in links for one in expressions_of(link)} <= set(keys)


def test_no_link_has_no_keys() -> None:
    assert keys_of([]) == b""


_HOSTS = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){0,4}\.(com|co\.uk|github\.io|xyz)", fullmatch=True)


@given(_HOSTS, st.text("abc/?=&@:%.", max_size=20))
def test_every_url_is_found_as_the_entry_that_it_becomes(host: str, path: str) -> None:
    link = parse(f"https://{host}/{path}")

    listed = entry_of(URL, link.url, TODAY)

    assert listed is not None
    assert listed.text == url_text(link)
    assert listed.host == link.host
    assert int(sort_key_of(listed), 16) == key_of(URL, url_text(link), link.registrable_domain)
