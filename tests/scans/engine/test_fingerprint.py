"""Copies of one page are known again, whatever differs between them; nothing can be read out of what is kept."""

from __future__ import annotations

import pytest

from scans.engine.links import parse
from tests.scans.engine.landed import read_page

HEX = set("0123456789abcdef")
KIT = """<!doctype html><title>Correos: your parcel {number} waits</title>
<a href="{base}/help?session={token}">Help</a><a href="{base}/terms">Terms</a><img alt="Correos Express" src=x>
<form><input name="full_name" placeholder="Name and surname"><input name="card_number" autocomplete="cc-number"
placeholder="Card number"><input name="cvv" placeholder="Security code"><input type=hidden name="t{token}">
</form>"""
ANY_LOGIN = """<title>Login</title><form><input type=hidden name=_token><input type=email name=email id=email
autocomplete=email><input type=password name=password id=password autocomplete=current-password>
<input type=checkbox name=remember></form>"""


def fingerprint(body: str, url: str = "https://page.example/") -> str:
    return read_page(body.encode(), "text/html", parse(url)).fingerprint


def kit(number: int, token: str, base: str = "") -> str:
    return KIT.format(number=number, token=token, base=base)


def test_a_copy_on_another_host_for_another_victim_is_the_same_page() -> None:
    first = fingerprint(kit(4711, "9f86d081884c7d65"), "https://one.example/")
    copy = fingerprint(kit(12, "0a1b2c3d4e5f60718293", "https://two.example"), "https://two.example/x/")

    assert first == copy
    assert len(first) == 64
    assert set(first) <= HEX


def test_another_page_is_another_one() -> None:
    other = kit(4711, "9f86d081884c7d65").replace("Correos", "Hermes")

    assert fingerprint(kit(4711, "9f86d081884c7d65")) != fingerprint(other)


@pytest.mark.parametrize(
    "body",
    [
        ANY_LOGIN,
        "",
        "<title>404 Not Found</title>" + "<a href=/somewhere>x</a>" * 40,
        "<title>This domain is for sale</title>" + "<a href=/buy/it>x</a>" * 40 + "<input type=search name=q>",
    ],
)
def test_a_page_that_could_be_anybodys_has_none(body: str) -> None:
    assert fingerprint(body) == ""
