"""Reading answers: what decides, in which spelling and language, and what is conversation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waclient.alerts.answers import Said, Word, read, sign_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ok 7", Said(Word.FINE, (7,))),
        ("OK7!", Said(Word.FINE, (7,))),
        ("7 fine", Said(Word.FINE, (7,))),
        ("  Okay   #7 ", Said(Word.FINE, (7,))),
        ("bad 7", Said(Word.SCAM, (7,))),
        ("Scamm 7", Said(Word.SCAM, (7,))),
        ("bad 7, 8 and 9", Said(Word.SCAM, (7, 8, 9))),
        ("bad 7 7", Said(Word.SCAM, (7,))),
        ("fnie 3", Said(Word.FINE, (3,))),
        ("undoo 7", Said(Word.UNDO, (7,))),
        ("why", Said(Word.WHY)),
        ("why 7?", Said(Word.WHY, (7,))),
        ("ok", Said(Word.FINE)),
        ("Betrug 4", Said(Word.SCAM, (4,))),
        ("Böse 4", Said(Word.SCAM, (4,))),
        ("rückgängig 4", Said(Word.UNDO, (4,))),
        ("por qué 7", Said(Word.WHY, (7,))),
        ("estafa 7", Said(Word.SCAM, (7,))),
        ("golpe 7", Said(Word.SCAM, (7,))),
        ("Arnaque 7", Said(Word.SCAM, (7,))),
        ("penipuan 7", Said(Word.SCAM, (7,))),
        ("धोखा 7", Said(Word.SCAM, (7,))),
        ("ठीक 7", Said(Word.FINE, (7,))),
        ("احتيال ٧", Said(Word.SCAM, (7,))),
        ("👎 7", Said(Word.SCAM, (7,))),
        ("👍🏽", Said(Word.FINE)),
        ("7 ✅", Said(Word.FINE, (7,))),
    ],
)
def test_an_answer_is_understood_however_it_is_written(text: str, said: Said) -> None:
    assert read(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "", "7", "hello", "ok let us meet at 7", "is 7 bad?", "7 ok?", "not ok 7", "no bad 7", "ok bad 7", "scan 7",
        "why do 7 people say so", "fine by me", "that was a bad joke", "ok " * 30, "bad 1 2 3 4 5 6 7 8 9", "🤷 7",
    ],
)  # fmt: skip
def test_conversation_decides_nothing(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("sign", "word"),
    [("👎", Word.SCAM), ("👎🏿", Word.SCAM), ("🚫", Word.SCAM), ("👍", Word.FINE), ("✅", Word.FINE), ("✅️", Word.FINE),
     ("❤️", None), ("😂", None), ("", None)],
)  # fmt: skip
def test_a_reaction_says_scam_or_fine_or_nothing(sign: str, word: Word | None) -> None:
    assert sign_of(sign) is word


@given(st.text(max_size=80))
def test_any_text_is_read_without_failing(text: str) -> None:
    said = read(text)

    assert said is None or len(said.numbers) <= 8
