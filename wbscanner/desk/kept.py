"""What somebody sent after their login had ended: sealed in the page of login, and offered again once they are in.

Nothing of it is stored for somebody who is not logged in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from scans import shown
from waclient.models import Answer
from wbscanner.desk.queue_filters import visible
from wbscanner.secrets import Unreadable, decrypt, encrypt

FIELD, SESSION_KEY = "kept", "desk_kept"
KEPT_SECONDS = 3600
MOST_CHARACTERS = 200_000
OF_THE_PAGE = "csrfmiddlewaretoken"
NEVER_KEPT = ("password", "secret", "key", "code")
"""Parts of names of fields: a secret is typed again rather than written into a page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: to where, from which page, by whom where that is known, when (seconds since 1970)."""

    path: str
    back: str
    fields: list[list[str]]
    by: int | None
    at: float


def read(request: HttpRequest, back: str, by: int | None) -> Kept | None:
    """The form of this request; None when it holds what is not kept: files, secrets, very much."""
    fields = [[name, value] for name, value in _fields(request.POST) if name != OF_THE_PAGE]
    size = sum(len(name) + len(value) for name, value in fields)
    is_secret = any(part in name.lower() for name, _value in fields for part in NEVER_KEPT)
    if request.FILES or is_secret or size > MOST_CHARACTERS:
        return None
    return Kept(request.get_full_path(), back, fields, by, timezone.now().timestamp())


def _fields(posted: QueryDict) -> Iterable[tuple[str, str]]:
    return ((name, str(value)) for name, values in posted.lists() for value in values)


def seal(kept: Kept) -> str:
    return encrypt(settings.INSTALLATION_KEY, json.dumps(asdict(kept)))


def unseal(token: str) -> Kept | None:
    """None when it is not ours, or older than an hour."""
    try:
        kept = Kept(**json.loads(decrypt(settings.INSTALLATION_KEY, token)))
    except Unreadable:
        return None
    return kept if timezone.now().timestamp() - kept.at <= KEPT_SECONDS else None


def carry(request: HttpRequest, user: User, leads_to: str) -> str:
    """Where a login leads: to what this person had sent when the form of login holds it, else to `leads_to`."""
    token = request.POST.get(FIELD, "")
    kept = unseal(token) if token else None
    if kept is None or kept.by not in {None, user.pk}:
        return leads_to
    request.session[SESSION_KEY] = token
    return reverse("desk:again")


@require_GET
@never_cache
def again(request: HttpRequest) -> HttpResponse:
    """What was sent too late, with the button that sends it; nothing happens without it."""
    kept = unseal(request.session.get(SESSION_KEY, ""))
    if kept is None:
        return redirect("admin:index")
    context = {"title": _("You are logged in again"), "kept": kept, "decision": _decision(kept, request)}
    return render(request, "desk/again.html", {**admin.site.each_context(request), **context})


def _decision(kept: Kept, request: HttpRequest) -> dict[str, Any] | None:
    """A decision in words, about links that its reader may see; None when another form was sent."""
    user: Any = request.user
    answer = next((value for name, value in kept.fields if name == "answer" and value in Answer), None)
    if answer is None or _route(kept) != "desk:decide":
        return None
    hashes = [value for name, value in kept.fields if name == "link"]
    rows = visible(user).filter(url_hash__in=hashes)[:1]
    about = ngettext("%(n)d link", "%(n)d links", len(hashes)) % {"n": len(hashes)}
    plates = [shown.host_plate(row.host) for row in rows if len(hashes) == 1]
    return {"answer": Answer(answer).label, "about": plates[0] if plates else about}


def _route(kept: Kept) -> str:
    try:
        return resolve(kept.path.partition("?")[0]).view_name
    except Resolver404:
        return ""
