"""What is refused before it is read, and what every refusal looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings

from overrides.models import Override
from scans.models import Scan
from tests.api.conftest import MakeCaller, error_of
from tests.factories import make_token
from wbscanner.admission import LONGEST_BODY
from wbscanner.auth import Scope

pytestmark = pytest.mark.django_db

JSON = "application/json"


def post(content: str | bytes, content_type: str = JSON, path: str = "scans", **headers: str) -> Any:
    token = make_token(Scope.ADMIN)[1]
    return Client().generic(
        "POST", f"/api/v1/{path}", content, content_type, headers={"Authorization": f"Bearer {token}", **headers}
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("scans", {"url": "https://a.example/", "verdict": "benign"}),
        ("scans", {"url": "https://a.example/", "ceiling": "url"}),
        ("overrides", {"kind": "host", "target": "a.example", "ruling": "deny", "created_by": "owner"}),
        ("overrides", {"kind": "host", "target": "a.example", "ruling": "deny", "id": 1}),
        ("overrides", {"kind": "host", "target": "a.example", "ruling": "deny", "shown": "x"}),
    ],
)
def test_a_field_that_is_not_declared_is_refused_by_name(path: str, body: dict[str, str]) -> None:
    response = post(json.dumps(body), path=path)

    assert response.status_code == 422
    assert error_of(response)["message"] == f"{list(body)[-1]}: Extra inputs are not permitted"
    assert not Scan.objects.exists()
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "https://a.example/",
        7,
        None,
        {"url": None},
        {"url": 7},
        {"url": ["https://a.example/"]},
        {"url": ""},
        {"url": "https://a.example/", "force": "yes"},
        {"url": "https://a.example/", "force": 1},
        {"url": "https://a.example/" + "a" * 9000},
        {"url": "https://a.example/\ud800"},
    ],
)
def test_a_body_of_another_shape_is_refused(body: object) -> None:
    response = post(json.dumps(body))

    assert response.status_code == 422
    assert error_of(response)["code"] == "invalid"


@pytest.mark.parametrize("content", ["{", "{'url': 1}", b"\xff\xfe", "[" * 20000, "1" * 5000, '{"url": NaN'])
def test_a_body_that_is_no_json_answers_400(content: str | bytes) -> None:
    response = post(content)

    assert response.status_code == 400
    assert error_of(response) == {"code": "bad_json", "message": "The body is no valid JSON in UTF-8."}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_does_not_claim_to_be_json_answers_415(content_type: str) -> None:
    response = post('{"url": "https://a.example/"}', content_type)

    assert response.status_code == 415
    assert error_of(response)["code"] == "not_json"
    assert not Scan.objects.exists()


def test_a_body_up_to_the_cap_is_read_and_a_longer_one_is_not() -> None:
    body = json.dumps({"url": "https://a.example/"})

    fits, is_longer = (post(body + " " * (LONGEST_BODY - len(body) + more)) for more in (0, 1))

    assert fits.status_code == 202
    assert is_longer.status_code == 413
    assert error_of(is_longer)["code"] == "too_large"


def test_a_long_body_is_refused_before_anybody_asks_who_sent_it() -> None:
    response = Client().generic("POST", "/api/v1/scans", "x" * (LONGEST_BODY + 1), JSON)

    assert response.status_code == 413


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/scans/1/nothing", "/api/v2/scans", "/api/", "/api/v1/docs"]
)
def test_an_unknown_address_answers_json(path: str) -> None:
    response = Client().get(path)

    assert response.status_code == 404
    assert error_of(response)["code"] == "not_found"


def test_a_wrong_method_changes_nothing(caller: MakeCaller) -> None:
    response = caller(Scope.ADMIN)("PUT", "/scans", {"url": "https://a.example/"})

    assert response.status_code == 405
    assert not Scan.objects.exists()


def test_a_fault_of_ours_answers_500_without_details(caller: MakeCaller, caplog: pytest.LogCaptureFixture) -> None:
    call = caller(Scope.READ)

    def refuse(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if "scans_scan" in sql:
            raise OperationalError("secret detail")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        response = call("GET", "/scans")

    assert response.status_code == 500
    assert error_of(response)["code"] == "failed"
    assert "secret detail" not in response.content.decode()
    assert "secret detail" in caplog.text


def test_no_answer_is_cached_sets_a_cookie_or_lets_other_sites_read_it(caller: MakeCaller) -> None:
    response = caller(Scope.READ)("GET", "/status")

    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["X-Frame-Options"] == "DENY"


def test_the_token_is_read_from_the_header_only() -> None:
    clear = make_token(Scope.ADMIN)[1]
    client = Client()
    client.cookies["Authorization"] = f"Bearer {clear}"

    assert client.get("/api/v1/status", query_params={"token": clear, "access_token": clear}).status_code == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_word_bearer_may_be_written_in_any_case(scheme: str) -> None:
    clear = make_token(Scope.READ)[1]

    response = Client().get("/api/v1/status", headers={"Authorization": f"{scheme} {clear}"})

    assert response.status_code == 200


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_another_scheme_is_no_token(scheme: str) -> None:
    clear = make_token(Scope.READ)[1]

    response = Client().get("/api/v1/status", headers={"Authorization": f"{scheme} {clear}".strip()})

    assert response.status_code == 401


def test_a_foreign_host_name_is_refused(caller: MakeCaller) -> None:
    clear = make_token(Scope.READ)[1]

    response = Client().get("/api/v1/status", headers={"Authorization": f"Bearer {clear}", "Host": "evil.example"})

    assert response.status_code == 400


def test_health_says_yes_and_nothing_else() -> None:
    response = Client().get("/healthz")

    assert (response.status_code, response.json()) == (200, {"ok": True})
    assert "no-store" in response.headers["Cache-Control"]


def test_health_says_no_when_the_database_does_not_answer() -> None:
    def refuse(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        raise OperationalError("secret detail")

    with connection.execute_wrapper(refuse):
        response = Client().get("/healthz")

    assert (response.status_code, response.json()) == (503, {"ok": False})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_health_is_only_read(method: str) -> None:
    assert Client().generic(method, "/healthz").status_code == 405


@override_settings(SECURE_SSL_REDIRECT=True)
def test_health_is_not_redirected_to_https_and_the_api_is() -> None:
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/api/v1/status").status_code == 301


def test_the_front_page_leads_to_the_desk() -> None:
    response = Client().get("/")

    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")
