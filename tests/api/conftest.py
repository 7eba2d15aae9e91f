from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from groups.models import Group
from tests.factories import make_token
from wbscanner.auth import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls the API as an integration would: nothing but a header."""

    client: Client
    clear: str | None

    def __call__(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """`body` is sent as JSON; `query` as the query string. Returns Django's test response."""
        headers = {} if self.clear is None else {"Authorization": f"Bearer {self.clear}"}
        content = "" if body is None else json.dumps(body)
        kind = "application/octet-stream" if body is None else "application/json"
        url = f"/api/v1{path}"
        return self.client.generic(method, url, content, kind, headers=headers, query_params=query or None)


MakeCaller = Callable[..., Caller]


@pytest.fixture
def caller(db: None) -> MakeCaller:
    """caller(*scopes, groups=None): a fresh token each time, so that its allowance is full."""

    def make(*scopes: Scope, groups: Sequence[Group] | None = None, name: str | None = None) -> Caller:
        return Caller(Client(), make_token(*scopes, groups=groups, name=name)[1])

    return make


def error_of(response: Any) -> dict[str, str]:
    """The error of a test client's answer, which must have the API's one shape."""
    body = json.loads(response.content)
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    error: dict[str, str] = body["error"]
    return error
