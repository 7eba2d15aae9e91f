"""What holds for every page of the desk: its content policy (docs/decisions/0002-content-policy.md)."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponseBase

DESK_PATHS = ("/admin/", "/desk/", "/login/")


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
