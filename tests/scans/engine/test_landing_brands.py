"""Whose name a page shows: only where it says who it is, and only if it is somebody else's."""

from __future__ import annotations

import pytest

from scans.engine.journeys import Page, Shown
from scans.engine.links import parse
from tests.scans.engine.landed import read_page


def page(body: str, url: str = "https://page.example/") -> Page:
    return read_page(body.encode(), "text/html; charset=utf-8", parse(url))


@pytest.mark.parametrize(
    ("title", "brand", "shown"),
    [
        ("PayPal", "PayPal", Shown.NAME),
        ("Log in to your PayPal account", "PayPal", Shown.NAME),
        ("PayPal: Login", "PayPal", Shown.NAME),
        ("Iniciar sesión | PayPal", "PayPal", Shown.NAME),
        ("Netflix - Anmelden", "Netflix", Shown.NAME),
        ("Bank of America | Online Banking", "Bank of America", Shown.NAME),
        ("Вход в личный кабинет - Binance", "Binance", Shown.NAME),
        ("РауРаl", "PayPal", Shown.NAME),
        ("Pаypаl Login", "PayPal", Shown.NAME),
        ("Ｎｅｔｆｌｉｘ", "Netflix", Shown.NAME),
        ("Net\u200bflix", "Netflix", Shown.NAME),
        ("Chase Online", "Chase", Shown.NAME),
        ("State Bank of India", "State Bank of India", Shown.NAME),
        ("Facebook – log in or sign up", "Facebook", Shown.NAME),
        ("Login • Instagram", "Instagram", Shown.NAME),
        ("Sign in – Google Accounts", "Google", Shown.NAME),
        ("Sign in to your Microsoft account", "Microsoft", Shown.NAME),
        ("LinkedIn: Log In or Sign Up", "LinkedIn", Shown.NAME),
        ("Wells Fargo Sign On to View Your Personal Accounts", "Wells Fargo", Shown.NAME),
        ("Itaú - Acesse sua conta", "Itaú", Shown.NAME),
        ("USPS Tracking - Redelivery fee", "USPS", Shown.TITLE),
        ("Netflix | Movies we liked this week", "Netflix", Shown.PART),
    ],
)
def test_a_page_that_calls_itself_by_a_protected_name_is_seen(title: str, brand: str, shown: Shown) -> None:
    found = page(f"<title>{title}</title>")

    assert (found.brand, found.shown) == (brand, shown)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "My page",
        "How to delete your Facebook account",
        "Netflix raises its prices again | The Daily News",
        "Review: the best VPN for Netflix",
        "PayPal is not the only way to pay, says the shop",
        "Log in",
        "We chase the sun",
        "Apples and pears",
        "Outlook",
    ],
)
def test_a_page_that_speaks_about_a_name_does_not_show_it(title: str) -> None:
    assert page(f"<title>{title}</title>").brand == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://www.paypal.com/",
        "https://www.paypal.de/",
        "https://venmo.com/",
        "https://paypal.fandom.com/",
        "https://paypal.okta.com/",
        "https://paypal.zendesk.com/",
        "https://paypal.vn/",
    ],
)
def test_the_owner_and_those_who_speak_of_others_may_show_it(url: str) -> None:
    assert page("<title>PayPal</title>", url).brand == ""


@pytest.mark.parametrize("url", ["https://paypal.top/", "https://paypal.vercel.app/", "http://203.0.113.7/"])
def test_the_name_alone_under_an_ending_for_everybody_is_not_theirs(url: str) -> None:
    assert page("<title>PayPal</title>", url).brand == "PayPal"


def test_what_a_page_calls_its_site_counts_like_a_title() -> None:
    found = page('<title>Welcome back</title><meta property="og:site_name" content="Netflix">')

    assert (found.brand, found.shown) == ("Netflix", Shown.NAME)


@pytest.mark.parametrize("alt", ["Netflix", "Netflix logo", "NETFLIX Logo"])
def test_a_logo_among_the_first_pictures_counts(alt: str) -> None:
    found = page(f'<title>Welcome</title><img src=x alt=""><img alt="{alt}">')

    assert (found.brand, found.shown) == ("Netflix", Shown.LOGO)


@pytest.mark.parametrize(
    "pictures",
    [
        '<img alt="Google">',
        '<img alt="Visa"><img alt="Mastercard"><img alt="PayPal logo">',
        '<img alt="Follow us on Instagram">',
        '<img alt="The Netflix building in Los Gatos">',
        '<img alt=a><img alt=b><img alt=c><img alt="Netflix">',
    ],
)
def test_marks_of_others_on_a_page_are_no_logo(pictures: str) -> None:
    assert page(f"<title>Shop</title>{pictures}").brand == ""


def test_an_ordinary_word_is_known_as_one() -> None:
    assert page("<title>Chase - Sign in</title>").is_common_brand
    assert not page("<title>PayPal - Sign in</title>").is_common_brand
