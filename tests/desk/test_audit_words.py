"""Every action of the audit trail is a sentence: none is missing, none is about something that nobody records."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from django.utils.functional import Promise

from tests.wiring.audit_actions import recorded
from wbscanner.desk.audit import words
from wbscanner.desk.audit.deeds import DEEDS, IN_WORDS, TOPICS, Topic
from wbscanner.models import AuditEntry

NAME = re.compile(r"%\((\w+)\)s")


def entry(action: str, actor: str = "Ana", target: str = "evil[.]example", **details: Any) -> AuditEntry:
    return AuditEntry(actor=actor, action=action, target=target, details=details)


def test_every_action_that_is_recorded_has_a_sentence() -> None:
    assert recorded() - set(words.SENTENCES) == set()


def test_no_sentence_is_about_an_action_that_nobody_records() -> None:
    assert set(words.SENTENCES) - recorded() == set()


def test_reading_the_source_finds_actions_of_every_kind() -> None:
    by_constant, by_parameter, by_enum, by_condition, by_form, by_page = (
        "group.mute", "feed.roll_back", "link.confirm", "group.distrust", "group.change", "providerstate.set_key",
    )  # fmt: skip
    assert {by_constant, by_parameter, by_enum, by_condition, by_form, by_page} <= recorded()


def test_every_action_belongs_to_one_topic_with_a_name() -> None:
    counts = Counter(action for deeds in DEEDS.values() for action in deeds)

    assert [action for action, count in counts.items() if count > 1] == []
    assert list(DEEDS) == list(TOPICS) == list(Topic)


@pytest.mark.parametrize("action", sorted(words.SENTENCES))
def test_a_sentence_names_who_did_it_once_and_no_two_are_alike(action: str) -> None:
    sentence = str(words.SENTENCES[action])

    assert isinstance(words.SENTENCES[action], Promise)  # so that it is said in the reader's language
    assert NAME.findall(sentence).count("who") == 1
    assert "%" not in NAME.sub("", sentence)
    assert [one for one, text in words.SENTENCES.items() if str(text) == sentence] == [action]


def test_words_are_kept_only_for_details_that_a_sentence_names() -> None:
    assert all(name in NAME.findall(str(words.SENTENCES[action])) for action, name in IN_WORDS)


def test_a_confirmed_scam_is_a_sentence() -> None:
    assert words.text(entry("link.confirm")) == "Ana confirmed evil[.]example as a scam"


@pytest.mark.parametrize(
    ("action", "details", "says"),
    [
        ("group.mute", {"minutes": 120}, "Ana muted the bot in Coro for 120 min"),
        ("group.state", {"from": "off", "to": "live"}, "Ana switched Coro to “live: the bot answers”"),
        ("group.preset", {"to": "quiet"}, "Ana chose the policy “Quiet” for Coro"),
        ("group.language", {"to": "es"}, "Ana chose the language of the answers in Coro: Español"),
        ("group.language", {"to": ""}, "Ana chose the language of the answers in Coro: the installation's"),
        ("override.create", {"ruling": "deny"}, "Ana made an override for Coro: deny"),
    ],
)
def test_a_detail_is_said_in_words(action: str, details: dict[str, Any], says: str) -> None:
    assert words.text(entry(action, target="Coro", **details)) == says


@pytest.mark.parametrize("details", [{}, {"to": None}, {"to": ["live"]}, {"to": {"a": 1}}])
def test_a_detail_that_was_erased_or_is_strange_is_left_out(details: dict[str, Any]) -> None:
    assert words.text(entry("group.state", target="", **details)) == "Ana switched … to “…”"


def test_a_detail_of_another_version_is_shown_as_it_is() -> None:
    assert words.text(entry("group.state", target="Coro", to="asleep")) == "Ana switched Coro to “asleep”"


def test_details_that_are_no_table_are_no_error() -> None:
    row = AuditEntry(actor="Ana", action="group.mute", target="Coro", details=[1])

    assert words.text(row) == "Ana muted the bot in Coro for … min"


@pytest.mark.parametrize(("target", "says"), [("Coro", "Ana: group.sing Coro"), ("", "Ana: group.sing")])
def test_a_code_that_this_version_does_not_know_is_shown_as_the_code(target: str, says: str) -> None:
    assert words.text(entry("group.sing", target=target)) == says


def test_an_integration_is_called_one() -> None:
    assert words.text(entry("group.unmute", actor="token:bridge", target="Coro")).startswith("API token bridge let ")


def test_controls_and_turned_text_in_names_are_written_out() -> None:
    says = words.text(entry("link.fine", actor="A\u202ena", target="a\nb"))

    assert says == "A\\u202ena said that a\\u000ab is fine"


def test_what_strangers_wrote_is_never_taken_for_a_name_in_the_sentence() -> None:
    assert words.text(entry("link.fine", target="%(who)s %s")) == "Ana said that %(who)s %s is fine"


def test_a_translation_with_a_wrong_name_shows_an_ellipsis_instead_of_failing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(words.SENTENCES, "link.fine", "%(wer)s: %(what)s")

    assert words.text(entry("link.fine")) == "…: evil[.]example"


def test_the_outline_of_an_action_has_no_names() -> None:
    assert words.outline("link.confirm") == "… confirmed … as a scam"
    assert words.outline("group.sing") == "group.sing"
