"""A line that is answered without being decoded gets the answer that decoding would have given."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scans.engine.finding.characters import EVERY_DOT_TWIN
from scans.json_lines import BadLine, request
from scans.quiet_lines import MAX_TOLD_APART, told_apart

PARTS = [
    *("see you", " ", ".", "...", ". ", ".,", '."', "/", "//", "https://", "tulips.com", "www", "www evil. com/a"),
    *("dot", " dot com", "Dot", "DOT", "dO", "d", "ww", "D", "(", ")", "[.]", "]", "}", ".}", " com/", "punto)com"),
    *(" punto ", "(punto)", "com", "COM", "}com", "{", ".🌷", ".\u26a0", ".\u2190", "شكرا", "ひ", "ー", "，"),
    *("\\n", '\\"', "\\u002e", "\\", "\t", "\x00", "\x1f", "\x7f", '"', "\u200b"),
    *("é", "¿", "ж", "好", "🌷", "\u26a0\ufe0f", "\U0001f469\u200d\U0001f4bb", "\u2026"),
    *EVERY_DOT_TWIN,
]
texts = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
TAILS = [
    *("", ",", "}", ', "truth": []', ', "kind": "none", "n": 12', ',"a":true,"b":null', ', "x": 1', ', "x": 01'),
    *(', "text": "tulips.com"', ', "id": 8', ', "id": "9"', ', "x": "\\"', ', "x": {}', ', "\\u0069d": 9'),
    *(', "url": "http://a.b"', ', "x": -1.5e3', ', "x": nul', ' , "x": 1', ', "": 1'),
]
tails = st.sampled_from(TAILS)
numbers = st.sampled_from(["0", "7", "123456789012345", "1234567890123456789012", "01", "-1", "1.5", '"a"', "null", ""])


def is_answered_rightly(line: bytes) -> bool:
    """Whether a line is decoded, or has no link and is known by the number that was told."""
    ((number, rest),) = told_apart(line + b"\n")
    return rest == line if not number else request(line) == (int(number), [])


@given(numbers, texts, tails)
@example("1", "see you. ", "")
@example("1", "https://tulips.com/a", "")
def test_what_is_told_by_its_bytes_is_what_decoding_says(number: str, text: str, tail: str) -> None:
    assert is_answered_rightly(f'{{"id": {number}, "text": "{text}"{tail}}}'.encode())


@given(st.binary(max_size=12).filter(lambda part: b"\n" not in part))
def test_bytes_that_are_no_text_hide_nothing(part: bytes) -> None:
    assert is_answered_rightly(b'{"id": 1, "text": "tulips' + part + b'com"}')


@pytest.mark.parametrize(
    "text",
    [
        *("see you", "Really? Yes. No...", "¿Qué? ¡Sí!", "до свидания 🌷⚠️", "mañana a las 10, ok", "see you.🌷"),
        *("شكرا يا فلان.", "みなさん、ありがとうー", "你好，谢谢！", "we (all of us) go :)"),
    ],
)
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_ordinary_lines_need_no_decoding(text: str, separators: tuple[str, str]) -> None:
    message = {"id": 4711, "text": text, "from": "Ann", "at": 12, "links": []}
    line = json.dumps(message, ensure_ascii=False, separators=separators)

    assert told_apart(f"{line}\n{line}\r\n".encode()) == [(b"4711", b""), (b"4711", b"")]


@given(st.lists(st.binary(max_size=9).map(lambda line: line.replace(b"\n", b"")), max_size=6))
def test_every_line_of_a_batch_comes_once_and_in_order(lines: list[bytes]) -> None:
    batch = b"".join(line + b"\n" for line in lines)

    assert told_apart(batch) == [(b"", line) for line in lines]


def test_a_line_that_may_be_too_long_is_decoded() -> None:
    line = b'{"id": 1, "text": "%b"}' % (b"x" * MAX_TOLD_APART)

    assert told_apart(line + b"\n") == [(b"", line)]
    with pytest.raises(BadLine, match="too long"):
        request(line * 3)
