"""Protected names: who owns what, and how a name may be borrowed."""

from __future__ import annotations

import pytest

from scans.engine.names import brands, imitations, suffixes
from scans.engine.names.brands import BRANDS, BY_NAME, BY_SKELETON, mistyped
from scans.engine.names.imitations import Kind
from scans.engine.names.words import are_words, asks_for_credentials


def test_every_name_is_one_lower_case_word_and_belongs_to_one_brand() -> None:
    names = [name for brand in BRANDS for name in brand.names]

    assert all(name.isascii() and name.isalnum() and name == name.lower() for name in names)
    assert len(names) == len(set(names)) == len(BY_SKELETON)


@pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.key)
def test_every_domain_of_a_brand_is_a_lower_case_domain_name(brand: brands.Brand) -> None:
    for domain in brand.domains | brand.unrelated:
        assert "." in domain
        assert domain == domain.strip().lower()
        assert suffixes.split(domain).suffix
        assert suffixes.split(domain).domain


@pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.key)
def test_a_brand_never_imitates_itself_or_another(brand: brands.Brand) -> None:
    hosts = [f"{prefix}{domain}" for domain in brand.domains | brand.unrelated for prefix in ("", "www.", "login.")]

    found = {host: imitations.find(host) for host in hosts}

    assert {host for host, imitation in found.items() if imitation is not None} == set()


@pytest.mark.parametrize(
    ("host", "kind", "key"),
    [
        ("xn--pypal-4ve.com", Kind.HOMOGLYPH, "paypal"),
        ("login.xn--pypal-4ve.com", Kind.HOMOGLYPH, "paypal"),
        ("paypal.com.evil.net", Kind.EMBEDDED, "paypal"),
        ("paypal-com.evil.net", Kind.EMBEDDED, "paypal"),
        ("wa.me.evil.net", Kind.EMBEDDED, "whatsapp"),
        ("www.wa.me.evil.net", Kind.EMBEDDED, "whatsapp"),
        ("amazon.com.be.evil.net", Kind.EMBEDDED, "amazon"),
        ("netflix.com.xx", Kind.NAMED, "netflix"),
        ("meta-support-team.com", Kind.NAMED, "meta"),
        ("amazon.co.jp.evil.net", Kind.EMBEDDED, "amazon"),
        ("paypa1.com", Kind.LOOKALIKE, "paypal"),
        ("paypa1login.com", Kind.LOOKALIKE, "paypal"),
        ("secure.rnicrosoft.com", Kind.LOOKALIKE, "microsoft"),
        ("faceboook.com", Kind.TYPO, "facebook"),
        ("netlfix.com", Kind.TYPO, "netflix"),
        ("netflix-login.com", Kind.NAMED, "netflix"),
        ("loginnetflix.com", Kind.NAMED, "netflix"),
        ("netflix2026.com", Kind.NAMED, "netflix"),
        ("bank-of-america-online.com", Kind.NAMED, "bankofamerica"),
        ("netflix.evil.github.io", Kind.NAMED, "netflix"),
        ("netflix.example", Kind.OTHER_ENDING, "netflix"),
        ("www.netflix.xyz", Kind.OTHER_ENDING, "netflix"),
    ],
)
def test_a_borrowed_name_is_recognised(host: str, kind: Kind, key: str) -> None:
    found = imitations.find(host)

    assert found is not None
    assert (found.kind, found.brand.key) == (kind, key)


@pytest.mark.parametrize(
    "host",
    [
        "www.paypal.com",
        "mybank.barclays",
        "netflix.fandom.com",
        "www-netflix-com.library.university.edu",
        "paypal.gov.uk",
        "example.com",
        "twister.com",
        "twisters.net",
        "barclay.co.uk",
        "papal.va",
        "marketing.com",
    ],
)
def test_owners_namesakes_and_pages_about_a_name_are_left_alone(host: str) -> None:
    found = imitations.find(host)

    assert found is None or (found.kind is Kind.TYPO and len(found.seen) < 7)


def test_a_forgery_wins_over_a_mention() -> None:
    found = imitations.find("chase.com.paypal-help.net")

    assert found is not None
    assert (found.kind, found.brand.key) == (Kind.EMBEDDED, "chase")


def test_a_stronger_name_wins_over_an_ordinary_word() -> None:
    found = imitations.find("apple-paypal.com")

    assert found is not None
    assert found.brand.key == "paypal"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("facebok", "facebook"),
        ("faceboook", "facebook"),
        ("facebopk", "facebook"),
        ("faceboko", "facebook"),
        ("facebook", None),
        ("acebook", None),
        ("facbok", None),
        ("signpost", None),
        ("twister", None),
        ("a" * 5000, None),
        ("", None),
    ],
)
def test_one_typing_mistake_is_recognised_and_two_are_not(word: str, name: str | None) -> None:
    assert mistyped(word) == name


def test_no_protected_name_is_a_typing_mistake_of_another() -> None:
    assert {name: mistyped(name) for name in BY_NAME if mistyped(name)} == {}


@pytest.mark.parametrize(
    ("token", "asks"),
    [
        ("login", True),
        ("securelogin", True),
        ("verify2024", True),
        ("flowers", False),
        ("2024", False),
        ("loginova", False),
    ],
)
def test_words_that_ask_for_credentials(token: str, asks: bool) -> None:
    assert asks_for_credentials(token) is asks


@pytest.mark.parametrize(
    ("shape", "known"), [("logln", True), ("loglnsecure", True), ("2024", True), ("flowers", False), ("", False)]
)
def test_the_rest_of_a_glued_name_has_to_be_words(shape: str, known: bool) -> None:
    assert are_words(shape) is known
