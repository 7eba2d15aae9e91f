"""The short way for plain links says what the general way says; no text makes finding fail."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from scans.engine.finding import candidates
from scans.engine.finding.characters import SEPARATORS
from scans.engine.finding.looks import Looks
from scans.engine.finding.plain_links import Candidate
from scans.engine.links import Link, find_links

PARTS = [
    *("http://", "https://", "HTTPS://", "www.", "a", "b-c", "x1", "tulips", "readme", ".", "..", ".com", ".co.uk"),
    *(".py", ".md", ".so", ".Com", ".1", "8.8.8.8", "10.20.30.40", ":", ":80", ":8080", ":99999", "/", "//", "?", "=1"),
    *("&", "%20", "_", "-", "+", "~", ",", ";", "!", "'", "*", "(", ")", "[", "]", "{", "}", "…", "dot", "@"),
    *(":0", ":00", ":080", "_.", "1.2.3.4", "01.2.3.4", "0.0.0.0", "v1.2.3", "_b.me", ".me"),
    *("#", "。", "Https://", "_x", "10", "。", "http", "hxxp", "x//", "👍", ".👍", "é", ".рф"),
    *(
        "ж",
        "ü",
        "ά",
        "页",
        "ー",
        "مقال",
        "ｇ",
        "한",
        ".срб",
        "https://жи.",
        "✅",
        "⚠️",
        "👨🏽‍💻",
        "=👍",
        "com-x",
        "xn--p1ai",
    ),
    *("<", ">", '"', "«", "»", "[a](", "$", "1.5:1", "1.250,00", "€", "&gt;", "&quot;", "[/a]", "—", "‐", "-.", ".-"),
]
tokens = st.lists(st.sampled_from(PARTS), min_size=1, max_size=9).map("".join)


def generally(token: str) -> list[Candidate]:
    parts = dict.fromkeys(SEPARATORS.split(token))
    return [found for part in parts for found in candidates._candidates_of(part, Looks())]


@given(tokens)
@example("https://tulips.com/a_b?c=%20.")
@example("(tulips.com)")
@example("tulips.com:80/a-")
@example("x1_.py:?")
@example('"tulips.com/a"')
@example("<https://tulips.com>,")
@example("[a](https://tulips.com/b).")
@example("$1.250,00")
@example("tulips.com-x1")
def test_the_short_way_finds_what_the_general_way_finds(token: str) -> None:
    assert list(candidates._of_tokens(token, Looks())) == generally(token)


any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)
spiced_text = st.lists(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from(
            [
                *(*PARTS, " dot ", " . ", "[.]", "[dot]", "。", "．", "․", "ｅ", "ⓔ"),
                *("\u200b", "\u202e", "\ufe0f", "🌷", "\0"),
            ]
        ),
    ),
    max_size=60,
).map("".join)


@given(st.one_of(any_text, spiced_text))
@example("tulips.\ufe0fgarden2")
@example("\ud800.com/\udfff")
@example("https://\x00.com/\x00")
def test_any_text_gives_a_list_of_links(text: str) -> None:
    found = find_links(text)

    assert all(isinstance(link, Link) and link.raw in text for link in found)
