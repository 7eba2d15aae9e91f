"""What looks alike and what does not."""

from __future__ import annotations

import pytest

from scans.engine.names.confusables import imitates_latin, mixes_scripts, skeleton, to_unicode


@pytest.mark.parametrize(
    ("forged", "meant"),
    [
        ("pаypal", "paypal"),
        ("paypa1", "paypal"),
        ("páypal", "paypal"),
        ("gοοgle", "google"),
        ("g00gle", "google"),
        ("rnicrosoft", "microsoft"),
        ("arnazon", "amazon"),
        ("appie", "apple"),
        ("аррӏе", "apple"),
        ("vvhatsapp", "whatsapp"),
        ("ẉhatsapp", "whatsapp"),
        ("micros0ft", "microsoft"),
        ("łedger", "ledger"),
        ("ƅіnаnсе", "binance"),
    ],
)
def test_words_that_look_alike_have_one_skeleton(forged: str, meant: str) -> None:
    assert skeleton(forged) == skeleton(meant)


@pytest.mark.parametrize(
    ("one", "other"), [("paypal", "payday"), ("google", "goggle"), ("москва", "mockup"), ("a", "b")]
)
def test_words_that_differ_have_different_skeletons(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize(
    "label",
    [
        "日本経済新聞jp",
        "한국abc",
        "ひらがなカタカナ漢字",
        "münchen",
        "пример",
        "مثال",
        "abc123",
        "中文abc",
        "カー",
        "straße",
    ],
)
def test_ordinary_writing_mixes_no_scripts(label: str) -> None:
    assert not mixes_scripts(label)


@pytest.mark.parametrize("label", ["pаypal", "gοοgle", "appӏe", "заyavka", "αbc", "аrm"])
def test_latin_with_cyrillic_or_greek_is_mixed(label: str) -> None:
    assert mixes_scripts(label)


@pytest.mark.parametrize(
    ("label", "forged"),
    [
        ("сосо", True),
        ("аррӏе", True),
        ("москва", False),
        ("пример", False),
        ("apple", False),
        ("日本", False),
        ("о", False),
    ],
)
def test_only_words_of_twins_of_latin_letters_imitate_latin(label: str, forged: bool) -> None:
    assert imitates_latin(label) is forged


@pytest.mark.parametrize(
    ("host", "seen"),
    [
        ("xn--mnchen-3ya.de", "münchen.de"),
        ("example.com", "example.com"),
        ("xn--zzzzzzzz99999.com", "xn--zzzzzzzz99999.com"),
    ],
)
def test_a_host_is_shown_as_browsers_may_show_it(host: str, seen: str) -> None:
    assert to_unicode(host) == seen
