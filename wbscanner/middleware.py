"""Headers and packing of answers, and the content policy of the desk (docs/decisions/0002-content-policy.md)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

DESK_PATHS = ("/admin/", "/desk/", "/login/")
USED_NOWHERE = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
    "payment", "usb",
)  # fmt: skip
HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in USED_NOWHERE),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
"""Of answers that do not set them themselves, as static files do for how long they are kept."""


def closed_by_default(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let no cache keep, no other site show, and no page use what nobody asked for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def content_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Allow unfold's Alpine expressions and inline styles on its own pages; inline script is allowed nowhere."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.path.startswith(DESK_PATHS):
            update = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
            response._csp_update = update  # type: ignore[attr-defined]  # django-csp's own attribute
        return response

    return middleware


def explain_refused_methods(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """A page for whoever opens an address of the desk that only takes forms; Django's answer is empty."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not request.path.startswith(DESK_PATHS):
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


class PackPages(GZipMiddleware):
    """Pages go out at a quarter of their size; Django masks their tokens and pads what it packs, against BREACH.

    Nothing else is packed here: static files are packed once, when they are collected.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response
