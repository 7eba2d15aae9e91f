"""What is said in chats is translated: catalogues and templates agree, and what runs is what was written."""

from __future__ import annotations

import re

import pytest

from tests import catalogues
from tests.catalogues import TRANSLATED, key_of, keys_of, keys_of_code, po_path, read, wanted

PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)s|%%|[✅⚠️]")


def test_strings_are_found_in_every_kind_of_tag() -> None:
    template = """{% load i18n %}{% translate "One" %} {% translate 'Two' context "chat" %}
    {% blocktranslate with a=b.c %}Three {{ a }}{% endblocktranslate %}
    {% blocktranslate count n=n %}{{ n }} link{% plural %}{{ n }} links{% endblocktranslate %}"""

    assert keys_of(template) == [
        ("", "One", ""),
        ("chat", "Two", ""),
        ("", "Three %(a)s", ""),
        ("", "%(n)s link", "%(n)s links"),
    ]


def test_strings_are_found_in_modules() -> None:
    source = """a = _("One"); b = ngettext(
        "%(n)d two", "%(n)d " "twos", n)"""

    assert sorted(keys_of_code(source)) == [("", "%(n)d two", "%(n)d twos"), ("", "One", "")]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_string_of_the_templates_is_translated_and_nothing_else(language: str) -> None:
    catalogue = read(language)

    assert {key_of(entry) for entry in catalogue} == set(wanted()), "run `make messages`"
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    path = po_path(language)

    assert path.with_suffix(".mo").read_bytes() == read(language).to_binary(), "run `make messages`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_its_placeholders_and_its_lines(language: str) -> None:
    for entry in read(language):
        for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            kept = sorted(PLACEHOLDER.findall(text))
            assert kept == sorted(PLACEHOLDER.findall(entry.msgid)) or (entry.msgid_plural and "%" not in text), text
            assert text.count("\n") == entry.msgid.count("\n")


def test_updating_keeps_translations_and_drops_what_nobody_says_any_more() -> None:
    before = {key_of(entry): entry.msgstr for entry in read("es")}
    key = next(iter(before))

    after = catalogues.update("es", {key: ["templates/replies/x.txt"], ("", "New", ""): ["templates/replies/x.txt"]})

    assert {key_of(entry): entry.msgstr for entry in after} == {key: before[key], ("", "New", ""): ""}
