"""Headers of every answer, and the content policy of the desk's pages (docs/decisions/0002-content-policy.md)."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponseBase

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
