"""The API's front door: what every call passes, what every error looks like, which routers are mounted."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from groups.api import router as groups
from overrides.api import router as overrides
from scans.api import router as scans
from waclient.api import router as status
from wbscanner.admission import admit
from wbscanner.audit_api import router as audit
from wbscanner.auth import Scope
from wbscanner.bearer import Bearer
from wbscanner.problems import Code, Problem, answer

log = logging.getLogger(__name__)

UNAUTHENTICATED = Problem(
    401, Code.UNAUTHENTICATED, "Send a living token in the header Authorization: Bearer TOKEN. The desk makes them."
)
NOT_FOUND = Problem(404, Code.NOT_FOUND, "There is no such address in this API: see /api/v1/openapi.json.")
BAD_JSON = Problem(400, Code.BAD_JSON, "The body is no valid JSON in UTF-8.")
FAILED = Problem(500, Code.FAILED, "This failed here and was logged. See whether it took effect before you try again.")
NUMBER_OF_FAULTS = 5  # named in one answer

# A route that names no scope needs admin: what was forgotten is closed, not open. Ninja's docs page is off, it loads
# scripts from elsewhere.
api = NinjaAPI(
    title="wbscanner",
    version="1",
    description="Scans, overrides and groups. Every call needs a token; its scopes and groups limit what it may do.",
    openapi_url=None,
    docs_url=None,
    auth=Bearer(Scope.ADMIN),
)
api.add_decorator(admit, mode="view")
api.add_router("/status", status)
api.add_router("/scans", scans)
api.add_router("/overrides", overrides)
api.add_router("/groups", groups)
api.add_router("/audit", audit)


def staff_session(request: HttpRequest) -> AbstractUser | None:
    """The signed-in back-office user; for reading the schema only, never for data."""
    user = request.user
    return user if isinstance(user, AbstractUser) and user.is_active and user.is_staff else None


@api.get("/openapi.json", auth=[Bearer(Scope.READ), staff_session], include_in_schema=False)
def openapi(request: HttpRequest) -> dict[str, Any]:
    """The OpenAPI 3.1 description of this API."""
    return api.get_openapi_schema()


def unknown_route(request: HttpRequest) -> HttpResponse:
    """JSON instead of the site's 404 page for whatever else is asked for below /api/v1/."""
    return answer(NOT_FOUND)


@api.exception_handler(Problem)
def _on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return answer(problem)


@api.exception_handler(AuthenticationError)
def _on_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(UNAUTHENTICATED)


@api.exception_handler(HttpError)
def _on_bad_json(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own complaint, raised when a body cannot be parsed."""
    return answer(BAD_JSON)


@api.exception_handler(ValidationError)
def _on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [f"{_place(fault['loc'])}: {fault['msg']}" for fault in error.errors[:NUMBER_OF_FAULTS]]
    return answer(Problem(422, Code.INVALID, "; ".join(faults)))


@api.exception_handler(Exception)
def _on_failure(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(FAILED)


def _place(location: tuple[str | int, ...]) -> str:
    """Where a fault is, without ninja's own words for body and argument: ("body", "body", "url") is url."""
    return ".".join(str(part) for part in location if part not in ("body", "query", "path")) or "body"
