"""Headers of every kind of answer of the real web server, with http and with https; what a visitor may not claim."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.test import RequestFactory

from tests.ports import free_port
from tests.wiring.desk_server import INVITED, Desk, desk
from wbscanner.proxies import client_address

pytestmark = pytest.mark.django_db

HTTPS = "https://desk.example.org"
YEAR = 365 * 24 * 3600
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": ("same-origin", "no-referrer"),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KINDS = {
    "a page": ("GET", "/admin/login/", 200),
    "a page behind the login": ("GET", "/desk/me/", 200),
    "a file to keep": ("GET", "/desk/overrides/export/", 200),
    "a redirect": ("GET", "/", 302),
    "the way to the login": ("GET", "/desk/phone/", 302),
    "not for this person": ("GET", "/desk/privacy/", 403),
    "a form without its token": ("POST", "/admin/login/", 403),
    "no such page": ("GET", "/nothing/", 404),
    "no such page behind the login": ("GET", f"/desk/link/{'0' * 64}x/y/", 404),
    "a method that it has not": ("POST", "/api/v1/status", 405),
    "a link that is used up": ("GET", f"/join/{INVITED}/", 410),
    "a page that broke": ("GET", "/desk/queue/", 500),
    "an error of the API": ("GET", "/api/v1/scans", 401),
    "a call that broke": ("GET", "/api/v1/scans", 500),
    "health": ("GET", "/healthz", 200),
    "a static file": ("GET", "/static/page.0123456789ab.css", 200),
    "no such static file": ("GET", "/static/nothing.css", 404),
    "a wrong host": ("GET", "/admin/login/", 400),
}
WITHOUT_LOGIN = {"a page", "the way to the login"}


@pytest.fixture(scope="module", params=["http", "https"])
def server(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Desk]:
    port = free_port()
    base = HTTPS if request.param == "https" else f"http://127.0.0.1:{port}"
    with django_db_blocker.unblock(), desk(tmp_path_factory.mktemp("desk"), port, base) as running:
        yield running


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_has_its_headers(server: Desk, kind: str) -> None:
    method, path, status = KINDS[kind]
    more = {"Cookie": "" if kind in WITHOUT_LOGIN else server.session}
    more |= {"Host": "evil.example"} if kind == "a wrong host" else {}
    more |= {"Authorization": f"Bearer {server.token}"} if kind == "a call that broke" else {}

    answer = server.ask(method, path, {} if method == "POST" else None, **more)

    assert answer.status == status
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) in (value if isinstance(value, tuple) else (value,)), name
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert ("no-store" in answer.headers["Cache-Control"]) is (kind != "a static file")
    kept = answer.headers.get("Strict-Transport-Security", "")
    assert kept == (f"max-age={YEAR}; includeSubDomains" if server.is_https else "")
    assert "Traceback" not in answer.body
    assert "no such table" not in answer.body


def test_cookies_go_back_to_this_host_alone_and_to_no_script(server: Desk) -> None:
    login = server.ask("GET", "/admin/login/").headers.get_all("Set-Cookie") or []

    for text in (server.session, *login):
        ((name, cookie),) = SimpleCookie(text).items()
        assert name.startswith("__Host-") is server.is_https
        assert bool(cookie["secure"]) is server.is_https
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert len(login) == 1


def test_a_host_that_is_not_ours_is_refused_whatever_names_it(server: Desk) -> None:
    refused = [
        server.ask("GET", "/admin/login/", Host=host).status
        for host in ("evil.example", "desk.example.org.evil.example", f"{server.host}@evil.example", "127.0.0.2")
    ]
    claimed = server.ask("GET", "/desk/phone/", X_Forwarded_Host="evil.example", Forwarded="host=evil.example")

    assert set(refused) == {400}
    assert claimed.status == 302
    assert "evil" not in str(claimed.headers) + claimed.body


def test_http_is_sent_to_the_address_in_base_url(server: Desk) -> None:
    plain = server.ask("GET", "/admin/login/?next=/x", Host="evil.example", X_Forwarded_Proto="http")

    if server.is_https:
        assert (plain.status, plain.headers["Location"]) == (301, f"{HTTPS}/admin/login/?next=/x")
        assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]
    else:
        assert plain.status == 400


def test_https_that_is_only_claimed_switches_nothing_on(server: Desk) -> None:
    claimed = server.ask("GET", "/admin/login/", X_Forwarded_Proto="https")

    assert ("Strict-Transport-Security" in claimed.headers) is server.is_https
    assert ("Secure" in claimed.headers["Set-Cookie"]) is server.is_https


@pytest.mark.parametrize(
    ("is_https", "peer", "forwarded", "expected"),
    [
        (True, "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first was sent by the visitor
        (True, "127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
        (True, "127.0.0.1", "", "127.0.0.1"),
        (True, "10.1.2.3", "2001:db8::9", "2001:db8::9"),
        (True, "203.0.113.5", "198.51.100.1", "203.0.113.5"),  # no proxy of ours
        (False, "127.0.0.1", "198.51.100.1", "127.0.0.1"),  # without https there is no proxy
        (False, "203.0.113.5", "198.51.100.1", "203.0.113.5"),
    ],
)
def test_failed_logins_are_counted_by_an_address_that_nobody_can_make_up(
    settings: Any, is_https: bool, peer: str, forwarded: str, expected: str
) -> None:
    settings.IS_HTTPS, settings.FORWARDED_ALLOW_IPS = is_https, ["127.0.0.1", "::1", "10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})

    assert client_address(request) == expected
