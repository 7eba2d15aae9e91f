"""Which token may call what: every route of the API; tests/rights says what a session opens there (nothing)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from groups.models import Group
from overrides.models import Override
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.api.conftest import Caller, MakeCaller, error_of
from tests.factories import make_group, make_override, make_owner, make_scan, make_sighting, make_token
from wbscanner.auth import Scope, revoke
from wbscanner.models import AuditEntry
from wbscanner.problems import NO_SUCH_ROW

READ, SCAN, OVERRIDE, ADMIN = Scope

ALLOWED = {
    READ: {READ, SCAN, OVERRIDE, ADMIN},
    SCAN: {SCAN, ADMIN},
    OVERRIDE: {OVERRIDE, ADMIN},
    ADMIN: {ADMIN},
}


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the matrix: the scope it needs, how to call it, what a right call answers."""

    method: str
    pattern: str
    scope: Scope
    status: int = 200
    body: dict[str, Any] | None = None
    is_of_group: bool = field(default=False)  # names a row that belongs to a group


NEW_OVERRIDE = {"kind": "host", "target": "evil.example", "ruling": "deny", "group_id": "GROUP"}

MATRIX = [
    Route("GET", "status", READ),
    Route("POST", "scans", SCAN, 202, {"url": "https://new.example.com/"}),
    Route("GET", "scans", READ),
    Route("GET", "scans/<scan_id>", READ, is_of_group=True),
    Route("POST", "scans/<scan_id>/rescan", SCAN, 202, is_of_group=True),
    Route("POST", "overrides", OVERRIDE, 201, NEW_OVERRIDE),
    Route("GET", "overrides", READ),
    Route("PATCH", "overrides/<override_id>", OVERRIDE, 200, {"ruling": "allow"}, is_of_group=True),
    Route("DELETE", "overrides/<override_id>", OVERRIDE, 204, is_of_group=True),
    Route("GET", "groups", READ),
    Route("PATCH", "groups/<group_id>", ADMIN, 200, {"state": "watch"}, is_of_group=True),
    Route("POST", "groups/<group_id>/mute", ADMIN, 200, {"minutes": 5}, is_of_group=True),
    Route("POST", "groups/<group_id>/unmute", ADMIN, is_of_group=True),
    Route("GET", "audit", ADMIN),
    Route("GET", "openapi.json", READ),
]
NO_ROUTE = {""}  # ninja's root page, which answers 404 to everybody
BY_SECRET = {"urlscan/callback", "urlscan/callback/<str:secret>"}  # test_urlscan_callback


@dataclass(frozen=True, slots=True)
class World:
    """One group with a scan that was seen in it and an override of its own; and another group."""

    group: Group
    foreign: Group
    scan: Scan
    override: Override

    def path(self, pattern: str) -> str:
        ids = {"<scan_id>": self.scan.pk, "<override_id>": self.override.pk, "<group_id>": self.group.pk}
        for name, value in ids.items():
            pattern = pattern.replace(name, str(value))
        return f"/{pattern}"

    def call(self, caller: Caller, route: Route) -> Any:
        body = None if route.body is None else dict(route.body)
        if body and "group_id" in body:
            body["group_id"] = self.group.pk
        return caller(route.method, self.path(route.pattern), body)


@pytest.fixture
def world(db: None) -> World:
    group = make_group("Ours")
    scan = make_scan("https://seen.example.com/", Verdict.MALICIOUS)
    make_sighting(group, scan)
    return World(group, make_group("Theirs"), scan, make_override("seen.example.com", group=group))


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield here
        else:
            yield from _patterns(entry, here)


def api_patterns() -> set[str]:
    prefix = "api/v1/"
    return {pattern.removeprefix(prefix) for pattern in _patterns(get_resolver()) if pattern.startswith(prefix)}


def route_name(route: Route) -> str:
    return f"{route.method} {route.pattern}"


every_route = pytest.mark.parametrize("route", MATRIX, ids=route_name)


def test_every_route_of_the_resolver_is_in_the_matrix() -> None:
    assert api_patterns() == {route.pattern for route in MATRIX} | NO_ROUTE | BY_SECRET


def test_every_method_of_every_route_is_in_the_matrix(world: World) -> None:
    for pattern in {route.pattern for route in MATRIX}:
        allowed = Client().options(f"/api/v1{world.path(pattern)}").headers["Allow"]
        assert {method.strip() for method in allowed.split(",")} == {
            route.method for route in MATRIX if route.pattern == pattern
        }


@every_route
@pytest.mark.parametrize("kind", ["none", "empty", "bad", "wrong secret", "expired", "revoked"])
def test_without_a_living_token_every_route_answers_401(world: World, route: Route, kind: str) -> None:
    response = world.call(Caller(Client(), _dead_token(kind)), route)

    assert response.status_code == 401
    assert error_of(response)["code"] == "unauthenticated"
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert not AuditEntry.objects.exists()


def _dead_token(kind: str) -> str | None:
    now = timezone.now()
    token, clear = make_token(ADMIN, expires_at=now - timedelta(seconds=1) if kind == "expired" else None)
    if kind == "revoked":
        revoke(token, now)
    bad = {"none": None, "empty": "", "bad": "wb0123456789ab_x", "wrong secret": f"{token.prefix}_{'A' * 43}"}
    return bad.get(kind, clear)


@every_route
@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_opens_its_own_routes_and_no_other(
    world: World, caller: MakeCaller, route: Route, scope: Scope
) -> None:
    response = world.call(caller(scope), route)

    if scope in ALLOWED[route.scope]:
        assert response.status_code == route.status
    else:
        assert response.status_code == 403
        assert route.scope in error_of(response)["message"]
        assert not AuditEntry.objects.exists()


@every_route
def test_a_token_of_the_group_gets_through(world: World, caller: MakeCaller, route: Route) -> None:
    response = world.call(caller(route.scope, groups=[world.group]), route)

    assert response.status_code == route.status


@pytest.mark.parametrize("route", [route for route in MATRIX if route.is_of_group], ids=route_name)
def test_a_foreign_id_answers_exactly_as_a_missing_one(world: World, caller: MakeCaller, route: Route) -> None:
    foreign = world.call(caller(route.scope, groups=[world.foreign]), route)
    missing_path = f"/{route.pattern}".replace("<", "{").replace(">", "}").format_map(dict.fromkeys(_IDS, 987654))
    missing = caller(route.scope, groups=[world.foreign])(route.method, missing_path, route.body)

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert error_of(foreign) == {"code": "not_found", "message": NO_SUCH_ROW}
    assert dict(foreign.headers) == dict(missing.headers)
    assert not AuditEntry.objects.exists()


_IDS = ("scan_id", "override_id", "group_id")


@pytest.mark.parametrize("route", [route for route in MATRIX if route.is_of_group], ids=route_name)
def test_a_token_of_no_group_finds_nothing(world: World, caller: MakeCaller, route: Route) -> None:
    assert world.call(caller(route.scope, groups=[]), route).status_code == 404


@pytest.mark.parametrize("pattern", ["scans", "overrides", "groups", "audit"])
def test_lists_hold_nothing_of_foreign_groups(world: World, caller: MakeCaller, pattern: str) -> None:
    caller(ADMIN)("POST", f"/groups/{world.group.pk}/mute", {"minutes": 5})

    ours = caller(ADMIN, groups=[world.group])("GET", f"/{pattern}").json()["items"]
    theirs = caller(ADMIN, groups=[world.foreign])("GET", f"/{pattern}").json()["items"]

    assert len(ours) == 1
    assert theirs == [] or [item["id"] for item in theirs] == [world.foreign.pk]
    assert "Ours" not in str(theirs)


def test_status_counts_only_the_groups_of_the_token(world: World, caller: MakeCaller) -> None:
    make_override("global.example")

    ours = caller(READ, groups=[world.group])("GET", "/status").json()
    theirs = caller(READ, groups=[world.foreign])("GET", "/status").json()
    everything = caller(READ)("GET", "/status").json()

    assert [(seen["sightings"], seen["overrides"], seen["groups_by_state"]["live"]) for seen in (ours, theirs)] == [
        (1, 1, 1),
        (0, 0, 1),
    ]
    assert (everything["sightings"], everything["overrides"], everything["groups_by_state"]["live"]) == (1, 2, 2)


def test_a_revoked_token_is_refused_from_the_next_call_on(world: World) -> None:
    token, clear = make_token(READ)
    caller = Caller(Client(), clear)
    before = caller("GET", "/status").status_code

    revoke(token, timezone.now())

    assert (before, caller("GET", "/status").status_code) == (200, 401)


def test_a_staff_session_may_read_the_schema_and_a_plain_user_may_not(db: None) -> None:
    staff, nobody = Client(), Client()
    owner = make_owner()
    staff.force_login(owner)
    visitor = type(owner).objects.create_user("visitor")
    nobody.force_login(visitor)

    assert staff.get("/api/v1/openapi.json").status_code == 200
    assert nobody.get("/api/v1/openapi.json").status_code == 401


def test_the_docs_page_that_loads_foreign_scripts_does_not_exist(db: None) -> None:
    response = Client().get("/api/v1/docs")

    assert response.status_code == 404
    assert error_of(response)["code"] == "not_found"
