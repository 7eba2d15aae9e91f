"""Cells for spreadsheets: none is calculated, none begins in the middle of another, and each comes back as it was."""

from __future__ import annotations

import csv
import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wbscanner import spreadsheets

SIGNS = "=+-@"
CALCULATED = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "\tx",  # what OWASP names
    "＝1+1", "＋1", "－1", "＠SUM(A1)", "﹦1", "﹢1", "﹣1", "﹫x", "−1",  # signs that an input method makes of them
    " =1", "   @x", "\u00a0=1", "\u3000＝1", "\ufeff=1", "\u200b-1", "\u202e+1", " \t \r＝1",  # what is trimmed away
]  # fmt: skip
PLAIN = ["", "Ana", " Ana", "1", "a=1", "it's", "evil[.]example", "5 - 3", "a, b", "(-1)", "\u202eabc", "a;b", "a\tb"]
text = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("=+-@＝ \t\r\n;'")), max_size=40)


@pytest.mark.parametrize("cell", CALCULATED)
def test_a_cell_that_a_spreadsheet_would_calculate_is_text(cell: str) -> None:
    assert spreadsheets.guarded(cell)[0] == "'"


@pytest.mark.parametrize("cell", PLAIN)
def test_a_harmless_cell_stays_as_it_is(cell: str) -> None:
    assert spreadsheets.guarded(cell) == cell


@pytest.mark.parametrize("cell", ["a;=1", "a; ＝1", "a\t@x", "hxxps://a[.]example/;=1", "x;'=1"])
def test_no_cell_begins_where_half_the_world_separates_them(cell: str) -> None:
    parts = [part.lstrip() for part in spreadsheets.guarded(cell).replace("\t", ";").split(";")]

    assert all(part[:1] not in {*SIGNS, "＝"} for part in parts)


@given(text)
def test_a_guarded_cell_comes_back_exactly(cell: str) -> None:
    assert spreadsheets.unguarded(spreadsheets.guarded(cell)) == cell


@given(text)
def test_no_guarded_cell_begins_with_a_sign_of_any_width_however_it_is_trimmed(cell: str) -> None:
    seen = spreadsheets.guarded(cell)
    visible = "".join(one for one in seen if unicodedata.category(one) not in {"Cc", "Cf", "Zs", "Zl", "Zp"})

    assert unicodedata.normalize("NFKC", visible[:1]) not in {*SIGNS}


@given(st.lists(st.lists(text, min_size=2, max_size=2), max_size=4))
def test_a_file_has_a_line_for_every_row(rows: list[list[str]]) -> None:
    found = list(csv.reader(StringIO("".join(spreadsheets.csv_lines(rows)), newline="")))

    assert [[spreadsheets.unguarded(cell) for cell in row] for row in found] == rows
