"""Links that begin a chat: the number, shortened, and the text that stands ready."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.kinds.chat_starts import ChatStart, chat_start
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import parse

KEY = "a8Fk2LmQ9zXw7PvB4n"


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://wa.me/4915112345678", ChatStart("4915xxx78", "")),
        ("https://wa.me/+4915112345678?text=Hi%2C+I+want+a+job", ChatStart("4915xxx78", "Hi, I want a job")),
        ("https://wa.me/4915xxx78?text=Hi", ChatStart("4915xxx78", "Hi")),
        ("https://wa.me/message/ABC", ChatStart("", "")),
        ("https://wa.me/?text=https%3A%2F%2Fevil.example%2Fa", ChatStart("", "https://evil.example/a")),
        ("https://api.whatsapp.com/send?phone=+55%2011%2091234-5678&text=Oi", ChatStart("5511xxx78", "Oi")),
        ("https://api.whatsapp.com/send/?text=%E2%80%AEabc&phone=15550100123", ChatStart("1555xxx23", "\u202eabc")),
        ("https://example.com/4915112345678", None),
        (f"https://chat.whatsapp.com/{KEY}", None),
    ],
)
def test_a_chat_start_tells_number_and_text(url: str, start: ChatStart | None) -> None:
    assert chat_start(parse(url)) == start


@given(st.text(max_size=300), st.sampled_from(["wa.me/?text=", "wa.me/", "api.whatsapp.com/send?phone=1&text="]))
def test_whatever_a_chat_start_says_is_short(text: str, beginning: str) -> None:
    start = chat_start(parse(f"https://{beginning}{quote(text.encode('utf-8', 'replace'))}"))

    assert start is None or (len(start.text) <= 200 and len(start.number) <= 9)


@given(st.from_regex(r"[1-9][0-9]{8,14}", fullmatch=True), st.sampled_from(["wa.me/", "api.whatsapp.com/send?phone="]))
def test_no_number_is_kept_whole(number: str, beginning: str) -> None:
    shown = displayable(parse(f"https://{beginning}{number}"))

    assert number not in shown
    assert shown.endswith(f"{number[:4]}xxx{number[-2:]}")
