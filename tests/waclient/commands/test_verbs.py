"""What is a command, however it is written, and in which language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.policy import Preset
from waclient.chat_commands import verbs
from waclient.chat_commands.lengths import length_of
from waclient.chat_commands.synonyms import LANGUAGE_NAMES, MEMBERS, POLICIES, SYNONYMS, Verb
from wbscanner.languages import CODES

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("!check https://a.example/x", Verb.CHECK, "https://a.example/x"),
        ("  ! Check\nhttps://a.example", Verb.CHECK, "https://a.example"),
        ("！check", Verb.CHECK, ""),
        ("!chek", Verb.CHECK, ""),
        ("!why?", Verb.WHY, "?"),
        ("!¿Por qué?", Verb.WHY, "?"),
        ("!warum", Verb.WHY, ""),
        ("!لماذا", Verb.WHY, ""),
        ("!apeal", Verb.APPEAL, ""),
        ("!appeal this is our own shop", Verb.APPEAL, "this is our own shop"),
        ("!Einspruch!", Verb.APPEAL, "!"),
        ("!privacidad", Verb.PRIVACY, ""),
        ("!hilfe", Verb.HELP, ""),
        ("!मदद", Verb.HELP, ""),
        ("!scanner", Verb.HELP, ""),
        ("!scanner help", Verb.HELP, ""),
        ("!scanner scan https://a.example", Verb.CHECK, "https://a.example"),
        ("!scanner mute", Verb.MUTE, ""),
        ("!Scanner MUTE 2h", Verb.MUTE, "2h"),
        ("!scaner: mtue 30 min", Verb.MUTE, "30 min"),
        ("!wbscanner silencio 2h", Verb.MUTE, "2h"),
        ("!scanner pause for an hour", Verb.MUTE, "for an hour"),
        ("!scanner pausa una hora", Verb.MUTE, "una hora"),
        ("!scanner pause", Verb.PAUSE, ""),
        ("!scanner stop", Verb.PAUSE, ""),
        ("!scanner रुको", Verb.PAUSE, ""),
        ("!scanner unmute", Verb.UNMUTE, ""),
        ("!scanner rescan a.example/x", Verb.RESCAN, "a.example/x"),
        ("!scanner permitir a.example", Verb.ALLOW, "a.example"),
        ("!scanner sperren a.example", Verb.BLOCK, "a.example"),
        ("!scanner unblock a.example", Verb.FORGET, "a.example"),
        ("!scanner idioma español", Verb.LANGUAGE, "español"),
        ("!scanner policy quiet", Verb.POLICY, "quiet"),
        ("!scanner consent", Verb.CONSENT, ""),
        ("!scanner consentstatus", Verb.CONSENT_STATUS, ""),
        ("!scanner status", Verb.STATUS, ""),
        ("!scanner pair-status", Verb.PAIR, ""),
        ("!scanner pair", Verb.PAIR, ""),
        ("!scanner approve 4915112345678", Verb.NOT_POSSIBLE, "4915112345678"),
        ("!scanner governance 10", Verb.NOT_POSSIBLE, "10"),
        ("!scanner make me a coffee", None, "me a coffee"),
    ],
)
def test_a_command_is_known_in_many_spellings(text: str, verb: Verb | None, rest: str) -> None:
    spoken = verbs.read(text)

    assert spoken is not None
    assert (spoken.verb, spoken.rest) == (verb, rest)


@pytest.mark.parametrize(
    "text",
    ["", "!", "!!!", "! ", "hello", "check https://a.example", "please !check this", "!play a song", "!important: read",
     "!mute", "!status", "!ban Bob", "!chat", "!hello", "! 1 2 3", "!scan", "!scandal in town", "/check", "!https://a.example"],
)  # fmt: skip
def test_what_is_meant_for_others_is_no_command(text: str) -> None:
    spoken = verbs.read(text)

    assert spoken is None or (spoken.verb is Verb.CHECK and text == "!scan")


@pytest.mark.parametrize(("verb", "word"), [(verb, word) for verb, words in SYNONYMS.items() for word in words])
def test_every_synonym_names_its_command_and_no_other(verb: Verb, word: str) -> None:
    assert verbs.read(f"!scanner {word.title()}") == verbs.Spoken(verb, "", is_named=True)
    if verb in MEMBERS:
        assert verbs.read(f"!{word.upper()}") == verbs.Spoken(verb)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2h", 2 * HOUR), ("for 2 hours", 2 * HOUR), ("30m", 30 * MINUTE), ("90 min", 90 * MINUTE),
        ("1.5h", 90 * MINUTE),
        ("1,5 Stunden", 90 * MINUTE), ("an hour", HOUR), ("for an hour please", HOUR), ("una hora", HOUR),
        ("half an hour", 30 * MINUTE), ("media hora", 30 * MINUTE), ("eine halbe Stunde", 30 * MINUTE),
        ("dos días", 2 * DAY), ("una semana", 7 * DAY), ("2 घंटे", 2 * HOUR), ("ساعتين", 2 * HOUR), ("sejam", HOUR),
        ("3 izinsuku", 3 * DAY), ("", None), ("now", None), ("2", None), ("until tomorrow", None), ("a lot", None),
        ("99999 weeks", 99999 * 7 * DAY),
    ],
)  # fmt: skip
def test_lengths_are_read_as_people_write_them(text: str, length: timedelta | None) -> None:
    assert length_of(text) == length


@pytest.mark.parametrize(
    ("text", "preset"),
    [("quiet", Preset.QUIET), ("Famly", Preset.FAMILY), ("escuela", Preset.FAMILY), ("mercado", Preset.MARKETPLACE),
     ("neighborhood", Preset.NEIGHBOURHOOD), ("watch only", Preset.WATCH), ("own", None), ("strict", None), ("", None)],
)  # fmt: skip
def test_policies_are_known_by_name(text: str, preset: Preset | None) -> None:
    assert verbs.preset_of(text) == preset


@pytest.mark.parametrize(
    ("text", "code"),
    [("es", "es"), ("ES", "es"), ("Español", "es"), ("spanish", "es"), ("en español", "es"), ("deutsch", "de"),
     ("العربية", "ar"), ("Zulu", "zu"), ("klingon", None), ("", None), ("xx", None)],
)  # fmt: skip
def test_languages_are_known_by_code_and_by_name(text: str, code: str | None) -> None:
    assert verbs.language_of(text) == code


def test_every_language_and_policy_can_be_named() -> None:
    assert LANGUAGE_NAMES.keys() == CODES
    assert set(POLICIES) == set(Preset) - {Preset.OWN}


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    verbs.read(f"!scanner {text}")
    verbs.read(f"!{text}")
    length_of(text)
