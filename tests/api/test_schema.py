"""Generated calls, right and wrong ones, against the published schema: no failure, nothing undocumented."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import DataObject, data
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from scans.models import Scan
from tests.factories import make_group, make_override, make_scan, make_sighting, make_token
from wbscanner.api import api
from wbscanner.auth import Scope
from wbscanner.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 25  # of each operation and kind, the same ones in every run


def without_security(described: dict[str, Any]) -> dict[str, Any]:
    """The schema without its need for a token: every example gets one, who has none is test_authorisation's matter."""
    open_schema = deepcopy(described)
    del open_schema["components"]["securitySchemes"]
    for operations in open_schema["paths"].values():
        for operation in operations.values():
            del operation["security"]
    return open_schema


DESCRIBED = json.loads(json.dumps(api.get_openapi_schema()))
SCHEMA = schemathesis.openapi.from_dict(without_security(DESCRIBED))
SCHEMA.app = application
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]

Operation = APIOperation[Any, Any, Any, Any]


def can_be_wrong(operation: Operation) -> bool:
    """Whether there is anything to send; GET /status takes nothing."""
    return bool(operation.definition.raw["parameters"]) or "requestBody" in operation.definition.raw


PAIRS = [
    pytest.param(operation, mode, id=f"{operation.label}-{mode}")
    for operation in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or can_be_wrong(operation)
]

pytestmark = pytest.mark.django_db


def bearer() -> dict[str, str]:
    """A fresh token's header, so that no example meets the rate limit."""
    return {"Authorization": f"Bearer {make_token(Scope.ADMIN)[1]}"}


@pytest.mark.parametrize(("operation", "mode"), PAIRS)
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(drawn=data())
def test_the_api_does_what_its_schema_says(operation: Operation, mode: GenerationMode, drawn: DataObject) -> None:
    if not Scan.objects.exists():  # one row of every kind, so that small ids are found now and then
        group = make_group()
        make_sighting(group, make_scan("https://seen.example.com/"))
        make_override("seen.example.com", group=group)
    case = drawn.draw(operation.as_strategy(mode))

    response = case.call(headers=bearer())

    case.validate_response(response, checks=CHECKS)


def test_the_published_schema_is_the_one_that_is_tested() -> None:
    published = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=bearer())

    assert published.raw_schema == DESCRIBED


def test_every_operation_is_tested() -> None:
    assert len(OPERATIONS) == 14
    assert len(PAIRS) == 2 * 14 - 1
