from __future__ import annotations

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wbscanner.logs import MAX_LINE, OneLineFormatter, one_line

HOSTILE = {
    "line feed": "a\nERROR forged",
    "carriage return": "a\rERROR forged",
    "both": "a\r\nERROR forged",
    "vertical tab and form feed": "a\x0b\x0cERROR forged",
    "information separators": "a\x1c\x1d\x1eERROR forged",
    "next line": "a\x85ERROR forged",
    "line separator": "a\u2028ERROR forged",
    "paragraph separator": "a\u2029ERROR forged",
    "colour": "a\x1b[31mERROR\x1b[0m",
    "eight-bit control sequence": "a\x9b31mERROR",
    "right to left override": "a\u202egpj.exe",
    "isolates": "a\u2066b\u2069",
    "marks": "a\u200e\u200f\u061cb",
    "backspace": "secret\b\b\b\b\b\b",
    "null": "a\x00b",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_written_out_on_one_line(text: str) -> None:
    shown = one_line(text)

    assert len(shown.splitlines()) == 1
    assert shown.isprintable()
    assert "\\u00" in shown or "\\u20" in shown or "\\u061c" in shown


@given(st.text(max_size=6000))
def test_whatever_is_logged_is_one_short_line(text: str) -> None:
    shown = one_line(text)

    assert len(shown.splitlines()) <= 1
    assert len(shown) <= MAX_LINE


@pytest.mark.parametrize("text", ["Grüße aus 東京, שלום", "plain text with 100 % of nothing odd"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert one_line(text) == text


def test_a_record_with_a_traceback_is_one_line() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLineFormatter("%(levelname)s %(message)s"))
    log = logging.Logger("of this test")
    log.addHandler(handler)

    try:
        raise ValueError("first\nsecond\u2028third")
    except ValueError:
        log.exception("host %s failed", "evil\n.example")

    written = stream.getvalue()
    assert len(written.splitlines()) == 1
    assert written.startswith("ERROR host evil\\u000a.example failed\\u000aTraceback")
    assert "ValueError" in written
