"""A login that ended while its page stood open leads back there and loses nothing (docs/decisions/0018-logins.md)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from ada_url import URL
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from wbscanner.desk import kept, login

GUARDED = ("/admin/", "/desk/")


def lead_back(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer somebody who is not logged in any more with the way to log in and on.

    A part of a page is answered in words that htmx understands: a redirect would put the page of login into the part.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path.startswith(GUARDED) or request.user.is_authenticated or not _is_refused(request, response):
            return response
        if "HX-Request" in request.headers:
            return _tell_page(request)
        return _ask_again(request) if request.method == "POST" else response

    return middleware


def _is_refused(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Live parts answer 403; a page that is refused so is another matter, as a form without its token."""
    if response.status_code == HTTPStatus.FORBIDDEN:
        return "HX-Request" in request.headers
    return response.headers.get("Location", "").startswith(f"{reverse('admin:login')}?")


def _tell_page(request: HttpRequest) -> HttpResponse:
    """401 with a note. A page that only looked is led to the login; a form that was sent is left to static/desk.js."""
    answer = render(request, "desk/ended.html", status=HTTPStatus.UNAUTHORIZED)
    if request.method == "GET":
        answer.headers["HX-Redirect"] = _login(_own(request, request.headers.get("HX-Current-URL", "")))
    return answer


def _ask_again(request: HttpRequest) -> HttpResponse:
    back = _own(request, request.POST.get("next", "") or request.headers.get("Referer", ""))
    what = kept.read(request, back, getattr(request, "ended_of", None))
    return redirect(_login(back)) if what is None else login.ask_again(request, what)


def _login(back: str) -> str:
    return f"{reverse('admin:login')}?{urlencode({REDIRECT_FIELD_NAME: back})}"


def _own(request: HttpRequest, address: str) -> str:
    """The page of the desk that an address names, without its host; the dashboard when it names none."""
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        found = URL(address, base=request.build_absolute_uri("/"))
        if found.pathname.startswith(GUARDED) and found.pathname != reverse("admin:login"):
            return found.pathname + found.search
    return reverse("admin:index")
