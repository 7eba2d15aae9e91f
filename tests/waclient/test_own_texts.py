"""Texts that a group words for itself: what may be sent, and what becomes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from groups.models import Group
from groups.texts import TextKind
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from waclient import replies
from waclient.own_texts import fill
from waclient.replies import MAX_REPLY, About, Voice
from waclient.text_checks import LONGEST_BRAND, REASONS, problem
from wbscanner.languages import CODES

REASON_TEMPLATE = Path(__file__).resolve().parents[2] / "templates/replies/reason.txt"
OURS = "⚠️ Cuidado con {host}\n{reason}\nPregunten antes de abrir."
SCAM = About(Verdict.MALICIOUS, "evil.example", [Finding.of("listed_url", 9)])


@pytest.mark.parametrize("kind", [kind for kind in TextKind if kind not in {TextKind.CORRECTION, TextKind.NOTICE}])
@pytest.mark.parametrize("language", sorted(CODES))
def test_a_short_text_with_every_placeholder_may_be_used(kind: TextKind, language: str) -> None:
    assert problem(kind, "⚠️ Possible scam: {host}\n{reason} Ask first.", language) == ""
    assert problem(kind, "Possible scam, see {host}\n{leads_to}", language) == ""


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (TextKind.WARNING, "Read https://help.example/scams first", "tapped"),
        (TextKind.WARNING, "Read help.org first: {host}", "tapped"),
        (TextKind.WARNING, "Ask me: admin@school", "tapped"),
        (TextKind.WARNING, "Call +34 600 123 456 {host}", "tapped"),
        (TextKind.WARNING, "www{host}", ""),
        (TextKind.WARNING, "evil.{host}", ""),
        (TextKind.WARNING, "Careful {hots}", "{hots}"),
        (TextKind.WARNING, "Careful {}", "{}"),
        (TextKind.WARNING, "Careful {host", "{"),
        (TextKind.CORRECTION, "Sorry about {host}, {reason}", "{reason}"),
        (TextKind.NOTICE, "Hello {host}", "{host}"),
        (TextKind.WARNING, "x" * 150 + "{host}", "220"),
        (TextKind.WARNING, "one {host}\ntwo\nthree\nfour", "lines"),
        (TextKind.WARNING, "hidden \u202e {host}", "nobody sees"),
        (TextKind.WARNING, "{reason}", "nothing"),
        (TextKind.NOTICE, "n" * 501, "500"),
    ],
)
def test_what_may_not_be_sent_is_refused_and_the_reason_named(kind: TextKind, text: str, words: str) -> None:
    refusal = problem(kind, text, "en")

    assert words in refusal
    assert bool(refusal) is bool(words)


def test_the_room_for_the_longest_reason_in_the_groups_language_is_kept() -> None:
    """Reasons, and what is said of Google, take more room in French."""
    own = f"{'w' * 60}: {{host}}\n{{reason}}"

    assert [problem(TextKind.WARNING, own, language) == "" for language in ("en", "fr")] == [True, False]


def test_every_sentence_of_the_reasons_is_among_the_readings() -> None:
    sentences = len(re.findall(r"{% (?:translate|blocktranslate)", REASON_TEMPLATE.read_text(encoding="utf-8")))

    said = {replies.reason("en", Finding.of(code, 9)) for code in REASONS} | {replies.reason("en", LONGEST_BRAND)}

    assert len(said) == sentences
    assert "" not in said


def test_a_groups_own_text_is_said_with_its_placeholders_filled() -> None:
    text = replies.warning(Voice("es", {"warning": OURS}), SCAM)

    assert text.splitlines() == [
        "⚠️ Cuidado con evil[.]example",
        "Está en una lista de enlaces denunciados por estafa.",
        "Pregunten antes de abrir.",
    ]


def test_a_line_of_which_nothing_can_be_filled_in_is_left_out() -> None:
    about = About(Verdict.MALICIOUS, "evil.example")

    assert fill("a {host}\nand on to {leads_to}", {"host": "x", "leads_to": ""}) == "a x"
    assert replies.warning(Voice("en", {"warning": OURS}), about).splitlines()[1:] == ["Pregunten antes de abrir."]


def test_what_stands_in_a_host_is_never_taken_for_a_placeholder() -> None:
    assert fill("{host}", {"host": "{reason}", "reason": "x"}) == "{reason}"


@pytest.mark.parametrize("own", ["see https://evil.example", "x" * 300, "a\nb\nc\nd {host}"])
def test_a_text_that_came_past_the_check_is_not_said(own: str) -> None:
    """As after a language was changed, or a row by hand."""
    text = replies.warning(Voice("en", {"warning": own}), SCAM)

    assert text.startswith("⚠️ This link may be a scam: evil[.]example")
    assert len(text) <= MAX_REPLY


def test_the_other_kinds_keep_the_words_of_the_program() -> None:
    voice = Voice("en", {"warning": OURS})

    assert replies.warning(voice, SCAM, is_removed=True).startswith("⚠️ A link that may be a scam was removed")
    assert replies.retraction(voice, "evil.example", is_removed=False).startswith("✅ Correction")


def test_an_arrival_notice_of_its_own_takes_the_place_of_ours() -> None:
    assert (
        replies.notice(Group(texts={"notice": "Hi, I check links.\nAsk an admin."}))
        == "Hi, I check links.\nAsk an admin."
    )
