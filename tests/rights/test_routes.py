"""Every route of the program against the table of who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction

from tests.rights.asking import Answer, ask, body
from tests.rights.forms import FORMS
from tests.rights.routes import address, routes
from tests.rights.table import Line, lines
from tests.rights.world import COLUMNS, OURS, THEIRS, World

WRITES_NOTHING = {
    "(index)",
    "admin/login/",  # without a password
    "admin/",
    "admin/search/",
    "desk/me/second-factor/remove/",  # without one, or with a wrong code
    "desk/overrides/effect/",
    "desk/groups/<int:pk>/texts/<str:kind>/",
    "desk/groups/<int:group_id>/backtest/",
    "desk/privacy/people/",
}
"""Forms that only show something; lists are asked with their actions in test_actions."""

WITHOUT_CSRF = ("api/", "join/", "setup/")
"""Guarded by a token in the header, or by the secret in the address."""

pytestmark = pytest.mark.django_db

every_line = pytest.mark.parametrize("line", lines(), ids=lambda line: line.route)


def test_the_table_names_every_route_once_and_none_that_is_not_there() -> None:
    named = [line.route for line in lines()]

    assert len(named) == len(set(named))
    assert set(routes()) - set(named) == set()
    assert set(named) - set(routes()) == set()


@every_line
def test_a_route_answers_everybody_as_the_table_says(world: World, line: Line) -> None:
    path, form = address(line.route, world), FORMS.get(line.route, _nothing)(world)

    got = {who: ask(world, who, "GET", path) for who in COLUMNS}
    posted = {who: ask(world, who, "POST", path, form) for who in COLUMNS}

    assert _row(got) == _row_of(line.get)
    assert _row(posted) == _row_of(line.post), [answer.writes for answer in posted.values()]
    assert {who: answer.leaks for who, answer in [*got.items(), *posted.items()] if answer.leaks} == {}


def _nothing(_world: World) -> Mapping[str, Any]:
    return {}


def _row(answers: Mapping[str, Answer]) -> str:
    return "  ".join(f"{who}: {answer.outcome}" for who, answer in answers.items())


def _row_of(outcomes: tuple[str, ...]) -> str:
    return "  ".join(f"{who}: {outcome}" for who, outcome in zip(COLUMNS, outcomes, strict=True))


def test_every_form_of_the_table_does_something_for_somebody() -> None:
    """What a refused form left alone says nothing if nobody's form does anything."""
    idle = {
        line.route
        for line in lines()
        if any(outcome.startswith(("200", "302")) for outcome in line.post[2:])
        and not any(outcome.endswith("!") for outcome in line.post)
    }
    of_admin = {route for route in idle if route.startswith("admin/") and route not in WRITES_NOTHING}

    assert idle - of_admin == WRITES_NOTHING
    assert all(FORMS.get(route) is None for route in of_admin)


LISTS = [line for line in lines() if line.get[4] == "200" and line.get[1] == "403" and "/add/" not in line.route]
PAGES = [line for line in lines() if line.get[3:5] == ("200", "404") and "/history/" not in line.route]
SHOW_ALL = {"admin/waclient/report/": "?answered=all", "admin/waclient/campaign/": "?reach=all"}
NAMES_NO_GROUP = {"desk/check/", "desk/queue/fresh/", "desk/work/<int:key>/"}


@pytest.mark.parametrize("line", [*LISTS, *PAGES], ids=lambda line: line.route)
def test_what_is_kept_from_others_is_there_for_its_own_moderator(world: World, line: Line) -> None:
    """An empty page would keep every secret."""
    path = address(line.route, world) + SHOW_ALL.get(line.route, "")

    with transaction.atomic():
        ours = world.client("moderator").get(path)
        theirs = world.client("another's").get(path)
        transaction.set_rollback(True)

    if line.route not in NAMES_NO_GROUP:
        assert OURS in body(ours)
    if line in LISTS:
        assert OURS not in body(theirs)
        assert THEIRS in body(theirs) or line.route in NAMES_NO_GROUP


def test_no_form_is_taken_without_the_pages_own_token(world: World) -> None:
    paths = {line.route: address(line.route, world) for line in lines() if not line.route.startswith(WITHOUT_CSRF)}

    with transaction.atomic():
        client = world.client("owner", is_strict=True)
        statuses = {route: client.post(path).status_code for route, path in paths.items()}
        transaction.set_rollback(True)

    assert {route: status for route, status in statuses.items() if status not in {403, 405}} == {}
