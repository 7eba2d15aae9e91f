"""Links written so that a scanner does not read them, and sentences that only look like it."""

from __future__ import annotations

import pytest

from scans.engine.finding.evasions import NOT_CLICKABLE, Evasion
from scans.engine.finding.spaced import MAX_SPACED
from scans.engine.links import find_links

DEFANGED, SPACED = (Evasion.DEFANGED_DOT,), (Evasion.SPACED_HOST,)
STYLED, TWINS = (Evasion.DISGUISED_LETTERS,), (Evasion.DOT_TWINS,)


@pytest.mark.parametrize(
    ("text", "raw", "url", "evasions"),
    [
        ("write tulips dot com", "tulips dot com", "https://tulips.com/", DEFANGED),
        ("tulips DOT org/a, ok?", "tulips DOT org/a", "https://tulips.org/a", DEFANGED),
        ("tulips dot co dot uk/a", "tulips dot co dot uk/a", "https://tulips.co.uk/a", DEFANGED),
        ("tulips [dot] com", "tulips [dot] com", "https://tulips.com/", DEFANGED),
        ("see tulips[.]com", "tulips[.]com", "https://tulips.com/", DEFANGED),
        ("see tulips(.)com/a", "tulips(.)com/a", "https://tulips.com/a", DEFANGED),
        ("tulips{.}com", "tulips{.}com", "https://tulips.com/", DEFANGED),
        ("tulips[[.]]com", "tulips[[.]]com", "https://tulips.com/", DEFANGED),
        ("tulips[.com/a", "tulips[.com/a", "https://tulips.com/a", DEFANGED),
        ("tulips.]com/a", "tulips.]com/a", "https://tulips.com/a", DEFANGED),
        ("vea tulips(punto)com", "tulips(punto)com", "https://tulips.com/", DEFANGED),
        ("tulips [точка] com", "tulips [точка] com", "https://tulips.com/", DEFANGED),
        ("www.tulips ponto com", "www.tulips ponto com", "https://www.tulips.com/", DEFANGED),
        ("veja tulips ponto com/a", "tulips ponto com/a", "https://tulips.com/a", DEFANGED),
        ("https://tulips titik com/a", "https://tulips titik com/a", "https://tulips.com/a", DEFANGED),
        ("write tulips d0t com/a", "tulips d0t com/a", "https://tulips.com/a", DEFANGED),
        ("tulips (.) com/a.b", "tulips (.) com/a.b", "https://tulips.com/a.b", DEFANGED),
        ("tulips{ dot }com", "tulips{ dot }com", "https://tulips.com/", DEFANGED),
        ("https://tulips . com/a", "https://tulips . com/a", "https://tulips.com/a", SPACED),
        ("https://tulips .com now", "https://tulips .com", "https://tulips.com/", SPACED),
        ("see https://my . tulips . com", "https://my . tulips . com", "https://my.tulips.com/", SPACED),
        ("www . tulips . com", "www . tulips . com", "https://www.tulips.com/", SPACED),
        ("see tulips. com/login", "tulips. com/login", "https://tulips.com/login", SPACED),
        ("h**ps://tulips.com/a", "h**ps://tulips.com/a", "https://tulips.com/a", (Evasion.DEFANGED_SCHEME,)),
        ("htps://tulips.com/a", "htps://tulips.com/a", "https://tulips.com/a", (Evasion.DEFANGED_SCHEME,)),
        ("ttp://tulips.com", "ttp://tulips.com", "http://tulips.com/", (Evasion.DEFANGED_SCHEME,)),
        ("һttps://tulips.com", "һttps://tulips.com", "https://tulips.com/", (Evasion.DEFANGED_SCHEME,)),
        ("hxxp(:)//tulips.com", "hxxp(:)//tulips.com", "http://tulips.com/", (Evasion.DEFANGED_SCHEME,)),
        ("ｔｕｌｉｐｓ.com", "ｔｕｌｉｐｓ.com", "https://tulips.com/", STYLED),
        ("https://ｔulips.com/ａ", "https://ｔulips.com/ａ", "https://tulips.com/%EF%BD%81", STYLED),
        ("ⓣⓤⓛⓘⓟⓢ.ⓒⓞⓜ/a", "ⓣⓤⓛⓘⓟⓢ.ⓒⓞⓜ/a", "https://tulips.com/a", STYLED),
        ("𝐭𝐮𝐥𝐢𝐩𝐬.𝐜𝐨𝐦", "𝐭𝐮𝐥𝐢𝐩𝐬.𝐜𝐨𝐦", "https://tulips.com/", STYLED),
        ("tulips．com", "tulips．com", "https://tulips.com/", TWINS),
        ("tulips․com", "tulips․com", "https://tulips.com/", TWINS),
        ("www。tulips。com", "www。tulips。com", "https://www.tulips.com/", TWINS),
        ("tulips•com/a", "tulips•com/a", "https://tulips.com/a", TWINS),
        ("https://tulips·com/a", "https://tulips·com/a", "https://tulips.com/a", TWINS),
        ("ᵗᵘˡⁱᵖˢ.com", "ᵗᵘˡⁱᵖˢ.com", "https://tulips.com/", STYLED),
        ("tulips。com。cn/a", "tulips。com。cn/a", "https://tulips.com.cn/a", TWINS),
        ("tu\ufe0flips.com", "tu\ufe0flips.com", "https://tulips.com/", (Evasion.HIDDEN_CHARACTERS,)),
        ("tu\u3164lips.com", "tu\u3164lips.com", "https://tulips.com/", (Evasion.HIDDEN_CHARACTERS,)),
        ("tu\u2060lips.com", "tu\u2060lips.com", "https://tulips.com/", (Evasion.HIDDEN_CHARACTERS,)),
        ("tu\u202elips.com", "tu\u202elips.com", "https://tulips.com/", (Evasion.BIDI_CONTROL,)),
        ("ht\u200btps://tulips.com", "ht\u200btps://tulips.com", "https://tulips.com/", (Evasion.HIDDEN_CHARACTERS,)),
    ],
)
def test_a_disguised_link_is_read_and_named(text: str, raw: str, url: str, evasions: tuple[Evasion, ...]) -> None:
    (link,) = find_links(text)

    assert (link.raw, link.url, link.evasions) == (raw, url, evasions)


@pytest.mark.parametrize(
    "text",
    [
        "the dot com boom, the first dot com era, a dot com company",
        "put a dot in it, polka dot is nice, dot dot dot",
        "see you tomorrow. in/out, go home. at/around, read. me/first",
        "Hello . it is . well",
        "bolo de chocolate. com/sem leite, no ponto com/sem sal",
        "la burbuja punto com, a punto de/a salir, en punto (punto) y aparte",
        "un point com/sem, le point de/du jour, der punkt de/en",
        "News•live sport•info · com / net",
        "Mo.-Fr. von 9.00-17.00, Tel.-Nr., c.-a.-d. demain",
        "e . g . this/that and 3 . 50",
        "wait . . . what/ever",
        "node . js/react",
        "he said www. it is",
        "我喜欢apple。me too。it is",
    ],
)
def test_an_ordinary_sentence_is_no_disguised_link(text: str) -> None:
    assert find_links(text) == []


@pytest.mark.parametrize(
    ("text", "raws"),
    [
        ("see https://tulips.com. in the morning", ["https://tulips.com"]),
        ("www.tulips.com. come on/over", ["www.tulips.com"]),
        ("https://tulips.com . See you", ["https://tulips.com"]),
        ("tomorrow. www.tulips.com/a", ["www.tulips.com/a"]),
        ("https://tulips.com/a. roses.com/b", ["https://tulips.com/a", "roses.com/b"]),
        ("https://tulips.com/list. com/x", ["https://tulips.com/list"]),
    ],
)
def test_a_full_stop_behind_a_link_ends_it(text: str, raws: list[str]) -> None:
    links = find_links(text)

    assert [link.raw for link in links] == raws
    assert all(NOT_CLICKABLE.isdisjoint(link.evasions) for link in links)


def test_links_around_a_spaced_one_keep_their_order() -> None:
    links = find_links("a.com then tulips dot com/x then b.com")

    assert [link.host for link in links] == ["a.com", "tulips.com", "b.com"]


def test_no_more_than_the_limit_of_spaced_dots_is_looked_at() -> None:
    filling = "a . b " * MAX_SPACED

    assert [link.host for link in find_links(f"tulips dot com/x {filling} roses dot com/x")] == ["tulips.com"]


@pytest.mark.parametrize(
    ("text", "raws"),
    [
        ("tulips.com[.]roses.org", ["tulips.com[.]roses.org", "tulips.com"]),
        ("https://tulips.com(.)roses.org/a", ["https://tulips.com(.)roses.org/a", "https://tulips.com"]),
        ("shop.tulips[.]com", ["shop.tulips[.]com"]),
        ("tulips.com\u200bclick", ["tulips.com"]),
        ("tulips.com\u2060\u200bgarden.2", ["tulips.com"]),
        ("tul\u200bips.com", ["tul\u200bips.com"]),
        ("tulips.com\ufe0fclick", ["tulips.com"]),
        ("tulips.\ufe0fgarden2", []),
        ("ü.\ufe0fa\ufe0fgarden2", []),
    ],
)
def test_what_a_phone_makes_of_the_part_it_can_read_is_found_too(text: str, raws: list[str]) -> None:
    assert [link.raw for link in find_links(text)] == raws
