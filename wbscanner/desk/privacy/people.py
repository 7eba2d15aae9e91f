"""Export and erasure: whom it is about travels in a signed form field, never in an address or a log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core import signing
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from groups.models import Group
from waclient.models import Erasure, Sighting
from waclient.retention import erasing, exporting, personal
from wbscanner import audit
from wbscanner.desk import health
from wbscanner.desk.errands.carrying_out import begin, forget
from wbscanner.desk.errands.kinds import TAKE_PERSONAL, TRY_POLICY
from wbscanner.desk.errands.mine import mine
from wbscanner.desk.errands.taking_out import MOST_AT_ONCE
from wbscanner.permissions import owner_only

SALT, HOUR = "privacy.about", 3600
AT_ONCE = 2.0  # seconds that an erasure is gone on with before the page answers; the worker does the rest
SHOWN = 20
LATE = timedelta(minutes=2)  # the worker goes on every minute


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Choose a member or a group; what is stored about them is counted, nothing of what was typed is kept."""
    about = _asked(request)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What is stored about whom"),
        "groups": Group.objects.order_by("name", "pk"),
        **_erasures(),
        "errands": mine(_owner(request), TAKE_PERSONAL),
        "is_unknown": request.method == "POST" and about is None,
        **(_found(about) if about else {}),
    }
    return render(request, "desk/privacy/people.html", context)


@owner_only
@require_GET
@never_cache
def erasures(request: HttpRequest) -> HttpResponse:
    """How far the erasures are, for htmx."""
    return render(request, "desk/privacy/erasures.html", _erasures())


def _erasures() -> dict[str, Any]:
    rows = list(Erasure.objects.all()[:SHOWN])
    left = {one.pk: erasing.left(one) for one in rows if one.ended_at is None}
    is_late = any(one.ended_at is None and one.asked_at < timezone.now() - LATE for one in rows)
    return {
        "erasures": [(one, left.get(one.pk, 0), one.done + left.get(one.pk, 0)) for one in rows],
        "is_going_on": bool(left),
        "worker": health.worker(timezone.now()) if is_late else None,
    }


@owner_only
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The file, sent while it is read."""
    about = _signed(request)
    what = "group" if "group" in about else "member"
    audit.record(request.user.get_username(), f"{what}.export", "", group_ids=_ids(about))
    if exporting.count(list(_tables(about))) > MOST_AT_ONCE:
        return redirect("desk:errand", begin(TAKE_PERSONAL, _owner(request), about).pk)
    parts = exporting.json_parts(_tables(about), timezone.now())
    response = StreamingHttpResponse(parts, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{what}.json"'
    return response


@owner_only
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Begin to forget, once the right words were typed; the list says how far it is."""
    about = _signed(request)
    if request.POST.get("typed", "").strip() != _to_type(about):
        messages.error(request, _("Nothing was erased: the words that were typed are other ones."))
        return redirect("desk:personal")
    Erasure.objects.create(
        keys=about.get("keys", []), group_key=about.get("group"), asked_by=request.user.get_username()
    )
    forget(TAKE_PERSONAL)
    forget(TRY_POLICY)
    erasing.carry_out(AT_ONCE)
    messages.success(request, _("It is being erased. The list below says how far it is; you may leave."))
    return redirect("desk:personal")


def _asked(request: HttpRequest) -> dict[str, Any] | None:
    """Whom the page was asked about: a link's sender, a number, or a group; None when nobody or nobody known."""
    sighting, group = request.GET.get("sighting", ""), request.POST.get("group", "")
    if request.method == "POST" and group:
        return {"group": get_object_or_404(Group, pk=group).pk} if group.isdecimal() and len(group) < 19 else None
    if request.method == "POST":
        keys = personal.keys_of(request.POST.get("number", "")[:60])
        return {"keys": keys} if keys else None
    if not (sighting.isdecimal() and len(sighting) < 19):
        return None
    row = get_object_or_404(Sighting, pk=sighting)
    keys = personal.whose([row.sender, row.sender_alt])
    return {"keys": keys} if keys else None


def _found(about: dict[str, Any]) -> dict[str, Any]:
    counts = [(name.replace("_", " "), exporting.count([(name, rows)])) for name, rows in _tables(about)]
    return {
        "counts": [(name, count) for name, count in counts if count],
        "total": sum(count for _name, count in counts),
        "token": signing.dumps(about, salt=SALT),
        "to_type": _to_type(about),
        "is_group": "group" in about,
        "about": _group(about) if "group" in about else about["keys"][0][:8],
    }


def _owner(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _tables(about: dict[str, Any]) -> Iterable[tuple[str, Iterable[Model]]]:
    return personal.of_group(_group(about)) if "group" in about else personal.of_member(about["keys"])


def _to_type(about: dict[str, Any]) -> str:
    if "group" not in about:
        return str(about["keys"][0][:8])
    name = str(_group(about)).strip()
    return name if name and name.isprintable() else f"Group {about['group']}"


def _group(about: dict[str, Any]) -> Group:
    return get_object_or_404(Group, pk=about["group"])


def _ids(about: dict[str, Any]) -> list[str]:
    return [str(about["group"])] if "group" in about else []


def _signed(request: HttpRequest) -> dict[str, Any]:
    try:
        about: dict[str, Any] = signing.loads(request.POST.get("about", ""), salt=SALT, max_age=HOUR)
    except signing.BadSignature as error:
        raise Http404 from error
    return about
