"""The API's one way to say no: a status, a code for programs, a sentence for people."""

from __future__ import annotations

from enum import StrEnum

from django.http import JsonResponse
from ninja import Schema


class Code(StrEnum):
    """What went wrong, stable for programs."""

    BAD_JSON = "bad_json"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    INVALID = "invalid"
    TOO_MANY_REQUESTS = "too_many_requests"
    FAILED = "failed"


class ErrorDetail(Schema):
    """`code` is one of Code, `message` says what to do."""

    code: str
    message: str


class ErrorOut(Schema):
    """The body of every answer from 400 upwards."""

    error: ErrorDetail


class Problem(Exception):
    """Ends an API call with this status; `retry_after` (seconds) becomes the Retry-After header."""

    def __init__(self, status: int, code: Code, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def answer(problem: Problem) -> JsonResponse:
    """The JSON answer that tells a problem."""
    body = ErrorOut(error=ErrorDetail(code=problem.code, message=problem.message))
    response = JsonResponse(body.model_dump(), status=problem.status)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


NO_SUCH_ROW = "There is nothing with this id, or this token may not see it."

ALWAYS = (401, 403, 429)
WITH_BODY = (400, 413, 415, 422)
WITHOUT_FIELDS = (413, 415, 422)  # of a POST that reads no body


def missing() -> Problem:
    """The same answer for an id that does not exist and for one that this token may not see."""
    return Problem(404, Code.NOT_FOUND, NO_SUCH_ROW)


def errors(*statuses: int) -> dict[int, type[Schema]]:
    """Response schemas for these error statuses and for those that any authenticated call may get."""
    return dict.fromkeys((*ALWAYS, *statuses), ErrorOut)
