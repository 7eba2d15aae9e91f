"""What is read of a page: a few facts, of any bytes, in bounded time."""

from __future__ import annotations

from dataclasses import asdict
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.journeys import Page
from scans.engine.links import parse
from scans.engine.pages.landing import MAX_TITLE
from tests.scans.engine.landed import read_page

LINK = parse("https://page.example/")


def page(body: str | bytes, content_type: str = "text/html") -> Page:
    return read_page(body.encode() if isinstance(body, str) else body, content_type, LINK)


@pytest.mark.parametrize(
    "field",
    [
        "<input type=password>",
        "<INPUT TYPE='PassWord'>",
        '<input id=a type = "password" >',
        "<input/type=password />",
        '<input type="text" name="password">',
        '<input autocomplete="current-password">',
        '<input type=text placeholder="Contraseña">',
        '<input type=text placeholder="Senha">',
        "<div><p><form><table><tr><td><input type=password>",
        '<a title="<input"><input type=password>',
        '<a title="x><input type=password>"><input type=password>',
        "<!-- --!><input type=password>",
        "<!--><input type=password>",
        "<script>if (a<b) '</div>'</script><input type=password>",
        "<script><!-- </script><input type=password>",
        "<title>a</title ><input type=password>",
        "<input type='pass&#119;ord'>",
    ],
)
def test_a_password_field_is_seen_however_it_is_written(field: str) -> None:
    assert page(f"<!doctype html><title>x</title>{field}").asks_password


@pytest.mark.parametrize(
    "body",
    [
        "password",
        "<p>Enter your password</p>",
        "<input type=search name=q>",
        '<input type=hidden name="password">',
        "<!-- <input type=password> -->",
        "<textarea><input type=password></textarea>",
        "<noscript><input type=password></noscript>",
        "<script>document.write('<input type=password>')</script>",
        "<style>/*<input type=password>*/</style>",
        '<a title="<input type=password>">x</a>',
        "<input type=password",
        "<xmp><input type=password></xmp>",
        "<plaintext><input type=password>",
        "<inputs type=password>",
        "<input name=passwordless-tour type=checkbox>",
    ],
)
def test_what_a_browser_shows_no_field_for_is_none(body: str) -> None:
    assert not page(body).asks_password


@pytest.mark.parametrize(
    "names",
    [
        'autocomplete="cc-number"',
        'name="cardNumber"',
        'name="card_number"',
        'id="card-number"',
        'placeholder="Card number"',
        'name="cvv"',
        'placeholder="CVC"',
        'placeholder="Número de tarjeta"',
        'placeholder="Número do cartão"',
        'name="kartennummer"',
        'aria-label="Numer karty"',
    ],
)
def test_a_field_for_a_payment_card_is_seen(names: str) -> None:
    assert page(f"<input type=tel {names}>").asks_card


@pytest.mark.parametrize("names", ['name="discard"', 'name="postcard"', 'placeholder="Gift card code"', 'name="exp"'])
def test_other_fields_are_no_card(names: str) -> None:
    found = page(f"<input {names}>")

    assert (found.asks_card, found.has_field) == (False, True)


def test_the_title_is_one_short_line_without_hidden_characters() -> None:
    title = "  Log\n\tin \u202eto\u200b &amp; <b>pay</b> " + "x" * 500

    shown = page(f"<title>{title}</title><title>second</title>").title

    assert shown.startswith("Log in to & <b>pay</b> ")
    assert len(shown) == MAX_TITLE


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<title>Привет</title>".encode("cp1251"), "text/html; charset=windows-1251"),
        ('<meta charset="windows-1251"><title>Привет</title>'.encode("cp1251"), "text/html"),
        ("<title>Привет</title>".encode(), "text/html"),
        ("<title>Привет</title>".encode("utf-8-sig"), "text/html; charset=koi8-r"),
        ("<title>Привет</title>".encode("utf-16"), "text/html"),
        ('<meta charset="utf-16"><title>Привет</title>'.encode(), "text/html"),
        ("<title>Привет</title>".encode(), "text/html; charset=rot13"),
        ("<title>Привет</title>".encode(), "text/html; charset=punycode"),
        ("<title>Привет</title>".encode(), "text/html; charset=no-such"),
    ],
)
def test_the_encoding_is_the_one_a_browser_would_take(body: bytes, content_type: str) -> None:
    assert page(body, content_type).title == "Привет"


@pytest.mark.parametrize(
    ("links", "offers"),
    [
        ('<a href="/files/app.apk">', ".apk"),
        ('<a href="https://other.example/App.APK?v=2">', ".apk"),
        ('<a href="setup.exe"><a href="app.apk">', ".apk"),
        ('<a href="setup.exe">', ".exe"),
        ('<a href="app.apk.html"><a href="/apk"><a href="?f=a.apk"><a href="#a.apk">', ""),
        ("<a href=\"javascript:get('a.apk')\">", ""),
        ("<p>app.apk</p>", ""),
    ],
)
def test_an_offered_program_is_seen_by_its_links(links: str, offers: str) -> None:
    found = page(links)

    assert (found.offers, found.is_download) == (offers, False)


@given(st.binary(max_size=2_000), st.text(max_size=60))
def test_any_bytes_are_a_page_of_short_facts(body: bytes, content_type: str) -> None:
    facts = asdict(read_page(body, content_type, LINK))

    assert all(
        len(value) <= MAX_TITLE for name, value in facts.items() if isinstance(value, str) and name != "content_type"
    )


MARKS = ("<", ">", "<input", " type=password", "<!--", "-->", "'", '"', "=", "/", "</script", "<title>", "&amp", "\0")


@given(st.lists(st.sampled_from(MARKS), max_size=40))
def test_any_pieces_of_markup_are_read(pieces: list[str]) -> None:
    assert page("".join(pieces)).host == "page.example"


MIB = 1 << 20
PIECES = [
    *(
        "<",
        "<div>",
        "<ul><li>",
        "<a href=x><div></a>",
        "<table><tr><td>",
        "</b>",
        "<!--",
        '<a x="',
        "<a b ",
        "&amp",
        "\0",
    ),
    *(
        "<input name=password>",
        "<img alt='Chase logo'>",
        "<a href='/a.apk'>",
        "<title>Chase</title>",
        "<svg><a>",
        "é",
        "\xff",
    ),
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_mebibyte_of_anything_takes_bounded_time(piece: str) -> None:
    body = (piece * (MIB // len(piece) + 1))[:MIB].encode("latin-1")
    start = process_time()

    page(body)

    # 20 to 100 ms on the machine it was written on; the wide margin is for slower ones.
    assert process_time() - start < 0.5
