"""Text of strangers stays text: on no page does it become an element, an attribute or an expression."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from groups.models import Group
from groups.policy import State
from tests.desk.conftest import client_of
from tests.desk.pages import act, list_url, registered, row_url
from tests.desk.payloads import HARMLESS, MARK, PAYLOADS, fill
from tests.desk.test_group_actions import FORM
from tests.factories import make_owner
from waclient.models import Action, QueueItem, Sighting

DECISIVE = ("href", "src", "action", "formaction", "srcdoc", "style")
TOGETHER = 5  # payloads in one text: short columns keep the first, long ones all
ON_ONE_PAGE = 30  # rows of a list without a second page
FRAMES = ("/admin/", "/desk/phone/", "/desk/phone/?by=code", "/desk/queue/?show=all", "/desk/audit/")
QUESTIONS: dict[type[Model], str] = {Group: "mute", Sighting: "scam", Action: "send_again"}
READ_BY_SCRIPT = ("x-", ":", "@", "on", "hx-")


Kinds = set[tuple[str, tuple[str, ...]]]


@dataclass
class Shape(HTMLParser):
    """What a page consists of: its kinds of elements with their attributes, and values that carry the mark."""

    kinds: Kinds = field(default_factory=set)
    dangerous: list[str] = field(default_factory=list)
    scripts: int = 0
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.add((tag, tuple(sorted(name for name, _value in attrs))))
        self.scripts += tag == "script"
        self.inside = tag
        for name, value in attrs:
            is_read = name.startswith(READ_BY_SCRIPT) or name in DECISIVE
            if is_read and MARK in (value or "") and not _is_own_address(name, value or ""):
                self.dangerous.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if MARK in data and self.inside in {"script", "style"}:
            self.dangerous.append(f"<{self.inside}>: {data}")


def _is_own_address(name: str, value: str) -> bool:
    """A link of the back office itself that repeats a percent-encoded filter or key."""
    own = ("?", "/admin/")
    return name in {"href", "action"} and value.startswith(own) and not set(value) & set('<>"\\ ')


def shape_of(page: Any) -> Shape:
    assert page.status_code == 200
    shape = Shape()
    shape.feed(page.text)
    shape.close()
    return shape


def refused_override(client: Client, text: str) -> Any:
    asked = {"target": text, "reason": text, "kind": text, "group": text}
    return client.post("/admin/overrides/override/add/", asked)


def pages_of(client: Client, text: str, number: int) -> dict[str, Shape]:
    """Every page about rows with this text, by a name that is the same for every text."""
    rows = fill(text, number)
    pages = {url: client.get(url) for url in FRAMES}
    for row in rows:
        pages[f"{row._meta.label} detail"] = client.get(row_url(row))
        if type(row) in QUESTIONS:
            pages[f"{row._meta.label} question"] = act(client, QUESTIONS[type(row)], row, confirmed=False)
    group = rows[0]
    pages["backtest"] = client.get(reverse("desk:backtest", args=[group.pk]))
    pages["backtest of a form"] = client.post(reverse("desk:backtest", args=[group.pk]), {**FORM, "ceiling": text})
    Group.objects.filter(pk=group.pk).update(state=State.LIVE)
    refused = act(client, "go_live", group)
    pages["message"] = client.get(refused.headers["Location"], {"q": "no such row"})
    pages["override form"] = refused_override(client, text)
    pages["token form"] = client.post("/admin/wbscanner/apitoken/add/", {"name": text[:80], "scopes": text})
    pages["search"] = client.get(list_url(Sighting), {"q": f"{text} nothing", "in_group": text})
    return {name: shape_of(page) for name, page in pages.items()}


def cards_of_three_links(client: Client) -> dict[str, Shape]:
    """The first, a middle and the last card of a queue: with a way on, both ways, and a way back."""
    for number in (901, 902):
        fill(HARMLESS, number)
    items = QueueItem.objects.order_by("-rank", "-pk")
    return {f"card {number} of the queue": shape_of(client.get(row_url(item))) for number, item in enumerate(items, 1)}


_harmless: dict[str, Shape] = {}


@pytest.fixture
def harmless(db: None) -> dict[str, Shape]:
    """The same pages with ordinary words; drawn by the first test that asks."""
    if not _harmless:
        client = client_of(make_owner("reader"))
        _harmless.update(pages_of(client, HARMLESS, 900))
        _harmless.update({model._meta.label: shape_of(client.get(list_url(model))) for model in registered()})
        _harmless.update(cards_of_three_links(client))
        _harmless["override form, too long"] = shape_of(refused_override(client, HARMLESS * 20))
    return _harmless


def assert_alike(shapes: dict[str, Shape], harmless: dict[str, Shape]) -> None:
    known: Kinds = set().union(*(shape.kinds for shape in harmless.values()))
    for name, shape in shapes.items():
        assert not shape.dangerous, name
        added = shape.kinds - known
        assert not added, name
        assert shape.scripts == harmless[name].scripts, name


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), ON_ONE_PAGE))
def test_hostile_text_adds_nothing_to_any_list(harmless: dict[str, Shape], as_owner: Client, start: int) -> None:
    for number, payload in enumerate(PAYLOADS[start : start + ON_ONE_PAGE]):
        fill(payload, number)

    shapes = {model._meta.label: shape_of(as_owner.get(list_url(model))) for model in registered()}

    assert_alike(shapes, harmless)


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), TOGETHER))
def test_hostile_text_adds_nothing_to_details_questions_messages_and_forms(
    harmless: dict[str, Shape], as_owner: Client, start: int
) -> None:
    text = " ".join(PAYLOADS[start : start + TOGETHER])

    assert_alike(pages_of(as_owner, text, 1), harmless)


def test_a_hostile_user_name_adds_nothing_to_the_frame_of_a_page(harmless: dict[str, Shape], owner: User) -> None:
    for number, payload in enumerate(PAYLOADS):
        client = client_of(make_owner(f"{payload}{number}"))
        assert_alike({"/admin/": shape_of(client.get("/admin/"))}, harmless)
