"""Every route of the program, as the URL resolver knows it, and an address that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.rights.world import World

INDEX, ANY_API, ANY_ADMIN = "(index)", "api/(anything)", "admin/(anything)"
SPELLED = {"": INDEX, "^api/": ANY_API, "admin/(?P<url>.*)$": ANY_ADMIN}
APP_LIST = "admin/<app>/"


def routes() -> list[str]:
    """Each route once, in the order in which addresses are looked up; regular expressions by a name of their own."""
    return list(dict.fromkeys(_spelled(route) for route in _walk(get_resolver())))


def _walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from _walk(entry, route)


def _spelled(route: str) -> str:
    return APP_LIST if "?P<app_label>" in route else SPELLED.get(route, route)


def address(route: str, world: World) -> str:
    """An address of this route, about things of the group."""
    for part, value in world.parts().items():
        route = route.replace(part, str(value))
    return "/" + route.replace("<path:object_id>", str(world.row_at(route)))
