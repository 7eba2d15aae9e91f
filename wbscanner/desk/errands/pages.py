"""The page of one long piece of work: how far it is, its question, its result, or what to do now."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from groups.models import Group
from scans.engine.defang import defang_text
from wbscanner.desk import health
from wbscanner.desk.errands import bringing, carrying_out, files
from wbscanner.desk.errands.kinds import KINDS
from wbscanner.desk.health import Tone
from wbscanner.models import Errand, ErrandState
from wbscanner.permissions import includes, visible_groups

BAD_SHOWN = 100


@require_GET
@never_cache
def errand(request: HttpRequest, key: int) -> HttpResponse:
    """The whole page, or for htmx the part that changes."""
    row = _open(request, key)
    template = "live" if request.headers.get("HX-Request") else "errand"
    page = {} if template == "live" else {**admin.site.each_context(request), "title": KINDS[row.kind].title}
    user: Any = request.user
    more = KINDS[row.kind].shown(row, user)
    return render(request, f"desk/errands/{template}.html", {**page, **_context(row), **more})


@require_POST
def yes(request: HttpRequest, key: int) -> HttpResponse:
    """Save what the file was found to hold; of two clicks the second changes nothing."""
    row = _open(request, key)
    if not carrying_out.say_yes(row, bringing.begun(row.place)):
        messages.info(request, _("This was answered before."))
    return redirect("desk:errand", key)


@require_GET
@never_cache
def take(request: HttpRequest, key: int) -> HttpResponseBase:
    """The file that was made."""
    row = _open(request, key)
    path = files.made(row)
    if row.state != ErrandState.DONE or not path.exists():
        raise Http404
    headers = {"Cache-Control": "private, no-store"}
    name = KINDS[row.kind].file_name
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, headers=headers)


def _open(request: HttpRequest, key: int) -> Errand:
    """The row, for nobody but who asked for it and may still see such things, and the group where it is about one."""
    row = Errand.objects.filter(pk=key, asked_by=request.user.pk).first()
    assert isinstance(request.user, User)
    if row is None or row.kind not in KINDS or not KINDS[row.kind].may_see(request.user):
        raise Http404
    if not _sees(request.user, row.given.get("group")):
        raise Http404
    return row


def _sees(user: User, group: int | None) -> bool:
    return group is None or (includes(visible_groups(user), group) and Group.objects.filter(pk=group).exists())


def _context(row: Errand) -> dict[str, Any]:
    kind = KINDS[row.kind]
    is_going_on = row.state == ErrandState.GOING_ON
    worker = health.worker(timezone.now()) if is_going_on else None
    asks = row.state == ErrandState.ASKS
    counts = row.place.get("counts", {})
    return {
        "errand": row,
        "kind": kind,
        "is_saving": "at" in row.place,
        "percent": 100 * row.done // row.total if row.total else 0,
        "worker": worker if worker is not None and worker.tone is not Tone.FINE else None,
        "counts": {name: counts.get(name, 0) for name in ("added", "changed", "unchanged", "invalid")},
        "effect": row.place.get("effect"),
        "bad": [(d.line, defang_text(d.text), d.problem) for d in bringing.bad_lines(row, BAD_SHOWN)] if asks else [],
        "to_save": counts.get("added", 0) + counts.get("changed", 0),
        "has_file": row.state == ErrandState.DONE and bool(kind.file_name),
        "back": kind.back(row),
        "kept_until": row.ended_at + carrying_out.KEPT if row.ended_at else None,
    }
