"""Generated calls, right and wrong ones, against the published schema: no failure, nothing undocumented."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import make_group, make_override, make_scan, make_sighting, make_token
from wbscanner.auth import Scope
from wbscanner.wsgi import application

CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


def bearer() -> dict[str, str]:
    """A fresh token's header, so that no example meets the rate limit."""
    return {"Authorization": f"Bearer {make_token(Scope.ADMIN)[1]}"}


@pytest.fixture
def api_schema(db: None) -> schemathesis.openapi.OpenApiSchema:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=bearer())


schema = schemathesis.pytest.from_fixture("api_schema")


@pytest.fixture
def rows(db: None) -> None:
    """One row of every kind, so that ids of small numbers are found now and then."""
    group = make_group()
    make_sighting(group, make_scan("https://seen.example.com/"))
    make_override("seen.example.com", group=group)


@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_does_what_its_schema_says(case: schemathesis.Case, rows: None) -> None:
    case.call_and_validate(headers=bearer(), checks=CHECKS)
