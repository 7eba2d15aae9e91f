"""One word for one idea: a list is called on its page as where one comes from, and its cards as its columns."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation
from django.utils.text import capfirst

from groups.models import Group
from tests.factories import make_scan, make_sighting
from wbscanner.templatetags.desk import capital_labels

pytestmark = pytest.mark.django_db


def crumb(page: str) -> str:
    """The last word of the path at the top of a page."""
    return str(re.findall(r'class="crumb last"[^>]*>(?:<bdi>)?\s*([^<]*?)\s*<', page)[-1])


def lists() -> list[tuple[str, str]]:
    """The lists of our own rows that the menu leads to, with what it calls them; libraries have words of their own."""
    with translation.override("en"):
        groups = settings.UNFOLD["SIDEBAR"]["navigation"]
        items = [(str(item["title"]), str(item["link"])) for one in groups for item in one["items"]]
    own = re.compile(r"(waclient|scans|groups|overrides|wbscanner)_\w+_changelist")
    return [(title, link) for title, link in items if own.fullmatch(resolve(link).url_name or "")]


def test_a_list_is_called_as_in_the_menu(as_owner: Client) -> None:
    found = {title: crumb(as_owner.get(link).text) for title, link in lists()}

    assert {"Links seen", "What the bot did", "Questions of members"} <= found.keys()
    assert {title: unescape(words) for title, words in found.items()} == {title: title for title in found}


def test_no_list_is_named_by_a_word_of_the_code() -> None:
    names = {capfirst(str(model._meta.verbose_name_plural)) for model in admin.site._registry}

    assert names.isdisjoint({"Sightings", "Actions"})


def test_the_labels_of_a_card_begin_with_a_capital(as_owner: Client, group: Group) -> None:
    make_sighting(group, make_scan("https://evil.example/"))

    page = as_owner.get(reverse("admin:waclient_sighting_changelist")).text

    labels = re.findall(r'data-label="([^"]*)"', page)
    assert "Group" in labels
    assert [label for label in labels if label[:1].islower()] == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('<td data-label="group of two">x</td>', '<td data-label="Group of two">x</td>'),
        ('<td data-label="élan">', '<td data-label="Élan">'),
        ('<td data-label="">', '<td data-label="">'),
        ('<td data-label="URL">', '<td data-label="URL">'),
        ("<td>data-label=&quot;low&quot;</td>", "<td>data-label=&quot;low&quot;</td>"),
    ],
)
def test_nothing_but_the_first_letter_changes(given: str, shown: str) -> None:
    assert capital_labels(given) == shown
