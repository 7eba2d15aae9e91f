"""What links of one scam have in common, and what honest links on the same ground have not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.kinds.lookonly import displayable
from scans.engine.likeness import MAX_SHAPE, STRENGTH, Mark, MarkKind, marks_of, shape_of
from scans.engine.links import parse

PAGE = "5" * 64


@dataclass(frozen=True, slots=True)
class Step:
    url_hash: str
    host: str
    registrable_domain: str
    url: str


def step(url: str) -> Step:
    link = parse(url)
    return Step(link.url_hash, link.host, link.registrable_domain, displayable(link))


def marks(*urls: str, page_hash: str = "") -> set[Mark]:
    return set(marks_of([step(url) for url in urls], page_hash))


def common(one: str, other: str) -> set[MarkKind]:
    """What two links that lead nowhere else have in common."""
    return {mark.kind for mark in marks(one) & marks(other)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.evil-post.top/x", "https://b.evil-post.top/y"),
        ("https://evil.pages.dev/1", "https://www.evil.pages.dev/2"),
        ("http://192.0.2.7/a", "http://192.0.2.7/b"),
        ("https://evil.com.br/a", "https://m.evil.com.br/b"),
    ],
)
def test_links_of_one_site_have_it_in_common(one: str, other: str) -> None:
    assert common(one, other) == {MarkKind.SITE}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bit.ly/3abcdef", "https://bit.ly/4ghijkl"),
        ("https://docs.google.com/forms/d/e/one/viewform", "https://docs.google.com/forms/d/e/two/viewform"),
        ("https://sites.google.com/view/parcel-office-one", "https://sites.google.com/view/choir-of-elm-street"),
        ("https://evil.pages.dev/", "https://choir.pages.dev/"),
        ("https://evil.github.io/", "https://choir.github.io/"),
        ("https://t.me/evil", "https://t.me/choir"),
        ("https://www.facebook.com/evil.page", "https://www.facebook.com/choir.page"),
        ("https://www.paypal.com/one/thing/here", "https://www.paypal.com/another/thing/there"),
        ("https://www.bbc.co.uk/news/a", "https://www.bbc.co.uk/news/b"),
        ("https://evil.co.uk/a", "https://choir.co.uk/b"),
        ("https://amzn.to/one", "https://amzn.to/two"),
        ("https://wa.me/4915112345678", "https://wa.me/4915187654321"),
        ("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv", "https://chat.whatsapp.com/ZbCdEfGhIjKlMnOpQrStUv"),
    ],
)
def test_strangers_on_common_ground_have_nothing_in_common(one: str, other: str) -> None:
    assert common(one, other) == set()


def test_short_links_to_one_site_have_that_in_common() -> None:
    one = marks("https://bit.ly/3abcdef", "https://evil-post.top/pay?id=1")
    other = marks("https://tinyurl.com/xyz", "https://evil-post.top/other")

    assert {mark.kind for mark in one & other} == {MarkKind.SITE}


def test_short_links_to_one_form_on_common_ground_have_the_exact_address_in_common() -> None:
    form = "https://docs.google.com/forms/d/e/abc/viewform"
    one, other = marks("https://bit.ly/3abcdef", form), marks("https://tinyurl.com/xyz", form)

    assert MarkKind.LINK in {mark.kind for mark in one & other}


def test_scams_that_send_the_scanner_to_a_famous_site_are_known_by_their_own() -> None:
    one = marks("https://evil-post.top/a", "https://www.google.com/")
    other = marks("https://other-scam.top/b", "https://www.google.com/")

    assert one & other == set()
    assert Mark(MarkKind.SITE, "evil-post.top") in one


def test_copies_of_one_page_have_it_in_common_only_where_the_page_is_their_own() -> None:
    one = marks("https://evil-one.top/a", page_hash=PAGE)
    other = marks("https://evil-two.top/b", page_hash=PAGE)
    shown_elsewhere = marks("https://evil-two.top/b", "https://www.google.com/", page_hash=PAGE)

    assert one & other == {Mark(MarkKind.PAGE, PAGE)}
    assert one & shown_elsewhere == set()


@pytest.mark.parametrize(
    ("url", "shape"),
    [
        ("https://a.top/correos/paquete-pendiente/8812?id=7&token=x", "/correos/paquete-pendiente/*?id&token"),
        ("https://b.top/CORREOS/paquete-pendiente/99?token=y&id=8", "/correos/paquete-pendiente/*?id&token"),
        ("https://b.top/correos/paquete-pendiente/aB3xY9kQ2?token=y&id=8", "/correos/paquete-pendiente/*?id&token"),
        ("https://a.top/vote-for-my-niece/round2/start.php", "/vote-for-my-niece/*/start.php"),
        ("https://a.top/", ""),
        ("https://a.top/login", ""),
        ("https://a.top/wp-content/uploads/2026/05/flyer.pdf", ""),
        ("https://a.top/account/login/index.php?id=3", ""),
        ("https://a.top/news/2026/05/article.html", ""),
        ("https://a.top/parcel", ""),
        ("https://a.top/8f14e45fceea167a5a36dedd4bea2543/9f86d081884c7d659a2feaa0c55ad015", ""),
    ],
)
def test_the_shape_of_a_path_is_its_words_where_they_mean_something(url: str, shape: str) -> None:
    assert shape_of(url) == shape


@given(st.text(alphabet="abc/?&=%2fé*.-_0123456789[]", max_size=300))
def test_a_shape_is_short_and_holds_no_number(rest: str) -> None:
    shape = shape_of(f"https://a.top/{rest}")

    assert len(shape) <= MAX_SHAPE
    assert not any(char.isdigit() for char in shape.partition("?")[0])


def test_the_strongest_mark_comes_first() -> None:
    kinds = [mark.kind for mark in marks_of([step("https://a.top/correos/paquete-pendiente/8812")], PAGE)]

    assert kinds == sorted(kinds, key=STRENGTH.__getitem__) == list(MarkKind)
