"""What every API call must pass before anything of it is read: size and kind of its body."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from wbscanner.problems import Code, Problem, answer

LONGEST_BODY = 64 * 1024  # bytes
READS_NO_BODY = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})

Operation = Callable[..., HttpResponseBase]


def admit(run: Operation) -> Operation:
    """Answer 413 or 415 instead of running an operation whose body is too long or not JSON; no answer is cached.

    A body without Content-Length is not read at all by Django's WSGI handler, so the header can be relied on.
    """

    @wraps(run)
    def admitted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        problem = _problem(request)
        response = answer(problem) if problem else run(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return admitted


def _problem(request: HttpRequest) -> Problem | None:
    if request.method in READS_NO_BODY:
        return None
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST_BODY:
        return Problem(413, Code.TOO_LARGE, f"A request body may have {LONGEST_BODY} bytes at most.")
    if int(length) and request.content_type != "application/json":
        return Problem(415, Code.NOT_JSON, "Send the body as JSON, with Content-Type: application/json.")
    return None
