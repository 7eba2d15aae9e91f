"""Every page that a browser can open, found by asking every route of the site."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from ada_url import URL
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from groups.models import Group
from tests.desk.pages import list_url, registered
from tests.desk.routes import Route, arguments_of, routes
from tests.desk.second_step import app_code, log_in
from tests.factories import PASSWORD, make_owner
from wbscanner import people, second_factor
from wbscanner.desk.errands.kinds import BRING_OVERRIDES
from wbscanner.models import Errand, ErrandState, Invitation

HOST = "127.0.0.1"
BACKEND = "django.contrib.auth.backends.ModelBackend"
HTML, POSTS_ONLY = "text/html", 405
GENERIC = {"add", "change", "delete", "history"}  # pages that Django's admin has for every kind of row, or refuses
# Routes that show no page to an owner who follows a link, and why.
NO_PAGE = {
    "admin:autocomplete": "data for a field",
    "admin:login": "to the dashboard: a stranger's page, opened as `login`",
    "admin:logout": "posts only",
    "admin:scans_pendingreport_download": "a file",
    "admin:search": "data for a search that is switched off",
    "admin:waclient_moderatorschat_code": "posts only",
    "admin:view_on_site": "no row has a page outside of the back office",
    "desk:again": "shows what was sent after a login had ended, and else leads to the dashboard",
    "desk:errand-file": "a file",
    "desk:join": "a stranger's page, opened as `join`",
    "desk:login-code": "a stranger's page, opened as `code`",
    "desk:picture": "a file",
    "desk:queue-fresh": "answers a live page",
    "desk:set-up": "to the step where the set-up goes on",
    "desk:setup": "ends with the first owner; opened as `setup` before there is one",
    "desk:simulator-live": "answers a live page",
}
# Pages that say more with these words in the address.
ASKED = {
    "desk:queue": ["show=all", "show=changed", "q=zqx"],
    "desk:phone": ["by=code"],
    "desk:happened": ["days=30"],
    "admin:waclient_sighting_changelist": ["q=zqx", "verdict__exact=malicious"],
}


class Visitor(StrEnum):
    OWNER = "owner"
    STRANGER = "stranger"
    HALFWAY = "halfway"  # gave the password, not yet the code


@dataclass(frozen=True, slots=True)
class Address:
    """One page: a name that stays the same whatever its rows hold, where it is, and who opens it."""

    name: str
    path: str
    visitor: Visitor = Visitor.OWNER


@dataclass(frozen=True, slots=True)
class Post:
    """A page that answers a form: what a list's action asks before it acts, and others that only say something."""

    name: str
    path: str
    fields: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tour:
    """Everything to open, and the session of each kind of visitor."""

    sessions: dict[Visitor, str]
    addresses: list[Address]
    posts: list[Post]


def tour(owner: User, rows: list[Model]) -> Tour:
    """Every page about these rows, and every page about none. Raises AssertionError for a route that shows none."""
    invitation, link = _invite(owner, _text(rows))
    known, client = [*rows, invitation, _errand(owner)], _client_of(owner)
    answers = {route.name: _answers(route, known, client) for route in routes() if route.name not in NO_PAGE}
    silent = [name for name, found in answers.items() if found is None]
    assert not silent, f"no page, nor anything else, was found behind {silent}: give them rows, or name them in NO_PAGE"
    pages = [address for found in answers.values() for address in found or []]
    sessions = {Visitor.OWNER: client.cookies["sessionid"].value, Visitor.HALFWAY: _halfway()}
    return Tour(sessions, [*pages, *_of_strangers(link)], [*_questions(owner, known), *_said(known)])


def _client_of(user: User) -> Client:
    client = Client(SERVER_NAME=HOST)
    client.force_login(user, backend=BACKEND)
    return client


def _answers(route: Route, rows: list[Model], client: Client) -> list[Address] | None:
    """The addresses of the route that show a page; None when they show neither a page nor what is known to be none."""
    found = [(address, client.get(address.path)) for address in _addresses(route, rows)]
    pages = [address for address, answer in found if _is_page(answer)]
    is_other = bool(found) and all(_is_no_page(answer, route) for _address, answer in found)
    return pages if pages or is_other else None


def _is_page(answer: Any) -> bool:
    return bool(answer.status_code == 200 and answer.headers["Content-Type"].startswith(HTML))


def _is_no_page(answer: Any, route: Route) -> bool:
    """A file, data, something that is only posted, or what Django's admin refuses for this kind of row."""
    is_refused = route.model_page[1] in GENERIC and answer.status_code in {302, 403}
    return is_refused or answer.status_code in {200, POSTS_ONLY}


def _addresses(route: Route, rows: list[Model]) -> Iterator[Address]:
    """The route filled with each row, of Django's lesser pages with the first only; and its address with more words."""
    name = re.sub(r"[:_]", "-", route.name.removeprefix("admin:").removeprefix("desk:"))
    filled = arguments_of(route, rows)
    if route.model_page[1] in {"delete", "history"}:
        filled = filled[:1]
    for number, arguments in enumerate(filled, 1):
        path = reverse(route.name, kwargs=arguments)
        yield Address(f"{name}-{number}" if len(filled) > 1 else name, path)
        for asked in ASKED.get(route.name, []):
            yield Address(f"{name}-{re.sub('[^a-z0-9]+', '-', asked)}", f"{path}?{asked}")


def _invite(owner: User, name: str) -> tuple[Invitation, str]:
    ends = timezone.now() + timedelta(days=1)
    invitation = Invitation(name=name[:80], role=people.Role.MODERATOR, expires_at=ends)
    return invitation, people.invite(secrets.token_hex(8), invitation, owner.get_username())


def _errand(owner: User) -> Errand:
    """A file of overrides that was looked at and waits for its yes."""
    place = {"counts": {"added": 2}, "effect": {"links": 0}, "bad": []}
    return Errand.objects.create(kind=BRING_OVERRIDES, asked_by=owner, state=ErrandState.ASKS, place=place)


def _of_strangers(invitation: str) -> list[Address]:
    return [
        Address("login", reverse("admin:login"), Visitor.STRANGER),
        Address("join", URL(invitation).pathname, Visitor.STRANGER),
        Address("code", reverse("desk:login-code"), Visitor.HALFWAY),
    ]


def _text(rows: list[Model]) -> str:
    return next(row.name for row in rows if isinstance(row, Group))


def _halfway() -> str:
    """The session of somebody who has given their password and owes the code."""
    user, client = User.objects.filter(username="noor").first(), Client(SERVER_NAME=HOST)
    if user is None:
        user = make_owner("noor")
        second_factor.begin(user)
        second_factor.confirm(user, app_code(user))
    log_in(client, user, PASSWORD)
    return client.cookies["sessionid"].value


def _questions(owner: User, rows: list[Model]) -> Iterator[Post]:
    """What every list's actions ask about all of these rows."""
    request = RequestFactory().get("/")
    request.user = owner
    for model in registered():
        keys = [("_selected_action", str(row.pk)) for row in rows if type(row) is model]
        names = admin.site._registry[model].get_actions(request) if keys else {}
        label = model._meta.label_lower.replace(".", "-")
        for name in names:
            yield Post(f"{label}-{name}", list_url(model), [("action", name), *keys])


def _said(rows: list[Model]) -> list[Post]:
    """Pages that show what was typed, or what was found for it."""
    group = next(row for row in rows if isinstance(row, Group))
    return [
        Post("override-paste-said", reverse("desk:override-paste"), [("lines", _text(rows)), ("ruling", "deny")]),
        Post("personal-group", reverse("desk:personal"), [("group", str(group.pk))]),
        Post("personal-nobody", reverse("desk:personal"), [("number", _text(rows))]),
        Post("second-factor-key", reverse("desk:second-factor"), []),
        Post("token-said", reverse("admin:wbscanner_apitoken_add"), [("name", _text(rows)), ("scopes", _text(rows))]),
    ]
