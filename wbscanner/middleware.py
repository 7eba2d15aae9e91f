"""What holds for every page of the desk: its content policy (docs/decisions/0002-content-policy.md), and its clock."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from wbscanner import house

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


def own_clock(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Show the times of the desk's pages by the clock that the owner chose."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(DESK_PATHS):
            return get_response(request)
        with timezone.override(house.clock()):
            return get_response(request)

    return middleware
