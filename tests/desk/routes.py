"""The routes of the site as the URL configuration has them, and what their addresses need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from groups.models import Group
from scans.models import PendingReport
from tests.desk.pages import registered
from waclient.models import ModeratorsChat, QueueItem
from wbscanner.models import AuditEntry, Errand, Invitation

# Whose key an argument is, by what stands before it in the route.
ROWS: dict[str, tuple[type[Model], str]] = {
    "desk/audit/<int": (AuditEntry, "pk"),
    "desk/groups/<int": (Group, "pk"),
    "desk/link/<str": (QueueItem, "url_hash"),
    "desk/work/<int": (Errand, "pk"),
    "desk/invitations/<int": (Invitation, "pk"),
    "desk/people/<int": (User, "pk"),
    "moderatorschat/<int": (ModeratorsChat, "pk"),
    "pendingreport/<int": (PendingReport, "pk"),
}
# Arguments that are no keys of rows: one of the values.
VALUES: dict[str, str] = {"kind": "warning", "what": "sign-out", "stage": "phone", "app_label": "waclient"}
# Routes without a name, by how they are written.
NAMELESS = {"", "admin/login/", "^api/", "api/v1/urlscan/callback", "api/v1/urlscan/callback/<str:secret>"}
OLD_ADDRESS, ANYTHING_ELSE = "<path:object_id>/", "admin/(?P<url>.*)$"  # Django's own: a redirect, and "not found"


@dataclass(frozen=True, slots=True)
class Route:
    """`name` with its namespace, `written` as in the configuration."""

    name: str
    written: str
    arguments: tuple[str, ...]

    @property
    def model_page(self) -> tuple[str, str]:
        """Of the back office's routes: the kind of row they are about, and which of its pages it is."""
        label, _underscore, page = self.name.removeprefix("admin:").rpartition("_")
        return label, page


def _walk(patterns: Any, space: str = "", before: str = "", arguments: tuple[str, ...] = ()) -> Iterator[Route]:
    for one in patterns:
        written, pattern = before + str(one.pattern), one.pattern
        named = (*arguments, *pattern.converters, *getattr(getattr(pattern, "regex", None), "groupindex", ()))
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, one.namespace or space, written, named)
        elif isinstance(one, URLPattern) and one.name:
            yield Route(f"{space}:{one.name}" if space else one.name, written, tuple(dict.fromkeys(named)))
        else:
            is_known = written in NAMELESS or written.endswith(OLD_ADDRESS) or written == ANYTHING_ELSE
            assert is_known, f"{written} has no name: nobody can open it without one"


def routes() -> list[Route]:
    """Every named route of the site but those of the API, which answers no browser."""
    found = _walk(get_resolver().url_patterns)
    return [route for route in found if not route.written.startswith(("api/", "healthz"))]


def arguments_of(route: Route, rows: list[Model]) -> list[dict[str, Any]]:
    """What the route can be filled with: one for each of these rows, none when a row or a value is missing."""
    values = {name: VALUES[name] for name in route.arguments if name in VALUES}
    keys = [name for name in route.arguments if name not in VALUES]
    if not keys:
        return [values]
    kind, column = _kind_of(route)
    return [{**values, keys[0]: getattr(row, column)} for row in rows if len(keys) == 1 and type(row) is kind]


def _kind_of(route: Route) -> tuple[type[Model] | None, str]:
    for part, found in ROWS.items():
        if part in route.written:
            return found
    label, _page = route.model_page
    kinds = {f"{kind._meta.app_label}_{kind._meta.model_name}": kind for kind in registered()}
    return kinds.get(label), "pk"
