"""Parts of pages that ask for themselves again get nothing while nothing in them changed, so nothing moves (ETag)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified

GUARDED = ("/admin/", "/desk/")
# What is another at every drawing and says nothing: the masked token of a form.
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')


def spare_what_is_known(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Name each part by its content, and answer 304 to whoever has it.

    static/desk.js remembers the names: browsers do not, as nothing of the desk may be stored (Cache-Control).
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_part = request.method == "GET" and "HX-Request" in request.headers and request.path.startswith(GUARDED)
        if not is_part or response.status_code != HTTPStatus.OK or not isinstance(response, HttpResponse):
            return response
        name = f'W/"{hashlib.sha256(TOKEN.sub(rb"", response.content)).hexdigest()[:32]}"'
        if request.headers.get("If-None-Match") == name:
            return HttpResponseNotModified(headers={"ETag": name})
        response.headers["ETag"] = name
        return response

    return middleware
