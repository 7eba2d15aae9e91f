"""Chats and desk are translated: catalogues and sources agree, and what runs is what was written."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from overrides import rules, services
from tests.catalogues import ALL, CHATS, DESK_TEXTS, Catalogues, key_of
from tests.strings import keys_of, keys_of_code

PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]|%%|</?[a-z][^<>]*>|[✅⚠️]")
CASES = [pytest.param(one, language, id=f"{one.folder.name}-{language}") for one in ALL for language in one.languages]
every_catalogue = pytest.mark.parametrize(("catalogues", "language"), CASES)


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
    source = """from django.utils.translation import gettext_lazy as _, ngettext, npgettext
from somewhere import gettext
a = _("One"); b = ngettext(
        "%(n)d two", "%(n)d " "twos", n); c = npgettext("place", "x", "xs", 2); d = gettext("not ours"), _(a)"""

    assert keys_of_code(source) == [("", "One", ""), ("", "%(n)d two", "%(n)d twos"), ("place", "x", "xs")]


@every_catalogue
def test_every_string_is_in_the_catalogue_and_nothing_else(catalogues: Catalogues, language: str) -> None:
    assert {key_of(entry) for entry in catalogues.read(language)} == set(catalogues.wanted()), "run `make messages`"


@every_catalogue
def test_a_catalogue_keeps_the_rules_of_gettexts_own_tools(catalogues: Catalogues, language: str) -> None:
    """Those of `msgfmt --check`, so that others can work on the files with the tools they know."""
    entries = catalogues.read(language)
    forms = int(entries.metadata["Plural-Forms"].partition("nplurals=")[2].partition(";")[0])

    said = Counter((entry.msgctxt, entry.msgid) for entry in entries)
    assert [key for key, times in said.items() if times > 1] == [], "one text, alone and with a plural: word one anew"
    for entry in entries:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        assert len(texts) == (forms if entry.msgid_plural else 1), entry.msgid
        for text in [entry.msgid_plural or entry.msgid, *filter(None, texts)]:
            ends = (text.startswith("\n"), text.endswith("\n"))
            assert ends == (entry.msgid.startswith("\n"), entry.msgid.endswith("\n")), entry.msgid


@every_catalogue
def test_every_string_is_translated(catalogues: Catalogues, language: str) -> None:
    assert [entry.msgid for entry in catalogues.read(language) if not entry.translated() or entry.fuzzy] == []


@every_catalogue
def test_what_is_compiled_is_what_is_written(catalogues: Catalogues, language: str) -> None:
    path = catalogues.po_path(language)

    assert path.with_suffix(".mo").read_bytes() == catalogues.read(language).to_binary(), "run `make messages`"


@every_catalogue
def test_a_translation_keeps_its_placeholders_and_its_lines(catalogues: Catalogues, language: str) -> None:
    for entry in catalogues.read(language):
        texts = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
        wanted = {tuple(sorted(PLACEHOLDER.findall(text))) for text in (entry.msgid, entry.msgid_plural or entry.msgid)}
        for text in filter(None, texts):
            kept = tuple(sorted(PLACEHOLDER.findall(text)))
            assert kept in wanted or (entry.msgid_plural and not kept), f"{entry.msgid!r}: {text!r}"
            assert catalogues is DESK_TEXTS or text.count("\n") == entry.msgid.count("\n")


def test_what_the_rules_say_of_a_pattern_is_known_to_the_catalogue() -> None:
    said = []
    for pattern in ("*" * 9, "http://evil.example/", "*.com"):
        with pytest.raises(rules.InvalidPattern) as refused:
            rules.check_pattern(pattern)
        said.append(str(refused.value))

    assert said == list(services.OF_PATTERNS)


def test_updating_keeps_translations_and_drops_what_nobody_says_any_more() -> None:
    before = {key_of(entry): entry.msgstr for entry in CHATS.read("es")}
    key = next(iter(before))

    after = CHATS.update("es", {key: ["templates/replies/x.txt"], ("", "New", ""): ["templates/replies/x.txt"]})

    assert {key_of(entry): entry.msgstr for entry in after} == {key: before[key], ("", "New", ""): ""}
