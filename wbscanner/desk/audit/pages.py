"""The audit trail's pages: the filtered list, one entry, and the files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from groups.models import Group
from wbscanner import audit
from wbscanner.desk.audit import choices, entries, files, words
from wbscanner.desk.audit.entries import Place
from wbscanner.desk.audit.files import Form
from wbscanner.desk.audit.filters import Filter
from wbscanner.models import AuditEntry
from wbscanner.permissions import visible_groups, within

SEES = "wbscanner.view_auditentry"
ROWS_A_PAGE = 50
MOST_GROUPS = 5  # named below an entry
MOST_COUNTED = 1000  # counting on would take long and tell nobody anything


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, ready to be shown; `raw` is its JSON, empty where the reader does not see all of it."""

    at: datetime
    parts: list[words.Part]
    code: str
    groups: list[str]
    more_groups: int
    is_whole: bool
    raw: str
    url: str


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day by the reader's clock, with its name."""

    day: date
    name: str
    lines: list[Line]


@require_GET
@never_cache
def trail(request: HttpRequest) -> HttpResponse:
    """The entries that a filter finds, the newest first."""
    user, groups = _reader(request)
    chosen, names, now = Filter.of(request.GET, groups), _names(groups), timezone.now()
    rows, place = chosen.rows(user, now), Place.read(request.GET.get("before", ""))
    found = entries.newest(rows, ROWS_A_PAGE + 1, place)
    is_all = place is None and len(found) <= ROWS_A_PAGE
    count = len(found) if is_all else rows[: MOST_COUNTED + 1].count()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Audit"),
        "days": _days(found[:ROWS_A_PAGE], groups, names, now),
        "count": min(count, MOST_COUNTED),
        "is_more": count > MOST_COUNTED,
        "chosen": chosen.asked(),
        "problem": chosen.problem,
        "query": chosen.query(),
        "spans": choices.spans(chosen),
        "used": choices.used(chosen, names),
        "people": choices.people(user, chosen.who),
        "actions": choices.actions(chosen.what),
        "groups": choices.groups(names, chosen.group),
        "is_older": place is not None,
        "older": chosen.query(before=str(Place.after(found[ROWS_A_PAGE - 1]))) if len(found) > ROWS_A_PAGE else "",
    }
    return render(request, "desk/audit/trail.html", context)


@require_GET
@never_cache
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its raw facts, and the way back to the list as it was; one of other groups is not there."""
    user, groups = _reader(request)
    back = Filter.of(request.GET, groups).query()
    found = entries.visible(user).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    line = _line(found, groups, _names(groups))
    context = {**admin.site.each_context(request), "title": _("Audit"), "line": line, "query": back}
    return render(request, "desk/audit/entry.html", context)


@require_GET
@never_cache
def take_out(request: HttpRequest, form: str) -> HttpResponseBase:
    """What the filter finds as a file; the export itself is an entry, written before the first line is sent."""
    user, groups = _reader(request)
    chosen, now = Filter.of(request.GET, groups), timezone.now()
    rows = chosen.rows(user, now).filter(at__lt=now)  # not what is written from now on, such as the export's own entry
    count = rows[: files.MOST_ROWS + 1].count()
    if chosen.problem or count > files.MOST_ROWS:
        too_many = _("A file holds at most %(most)s entries: choose a shorter time.") % {"most": f"{files.MOST_ROWS:,}"}
        messages.error(request, str(chosen.problem or too_many))
        return redirect(f"{reverse('desk:audit')}?{chosen.query()}")
    kind = Form(form)
    with transaction.atomic():
        ids = [str(group) for group in groups or ()]
        details = {"rows": count, "filter": chosen.query()}
        audit.record(user.get_username(), "audit.export", files.TITLES[kind], group_ids=ids, details=details)
    name = f"audit-{timezone.localdate(now).isoformat()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    parts = files.parts(kind, rows, groups, _names(groups))
    return StreamingHttpResponse(parts, content_type=files.KINDS[kind], headers=headers)


def _reader(request: HttpRequest) -> tuple[Any, list[int] | None]:
    """Who reads, and which groups they see; raises PermissionDenied for whoever may see no entry at all."""
    user: Any = request.user
    if not user.has_perm(SEES):
        raise PermissionDenied
    return user, visible_groups(user)


def _names(groups: list[int] | None) -> dict[str, str]:
    return entries.names_of(Group.objects.filter(within(groups, "pk")))


def _days(found: Iterable[AuditEntry], groups: list[int] | None, names: Mapping[str, str], now: datetime) -> list[Day]:
    today = timezone.localdate(now)
    said = {0: _("Today"), 1: _("Yesterday")}
    by_day = groupby(found, key=lambda one: timezone.localdate(one.at))
    return [
        Day(day, said.get((today - day).days, date_format(day, "l")), [_line(one, groups, names) for one in some])
        for day, some in by_day
    ]


def _line(row: AuditEntry, groups: list[int] | None, names: Mapping[str, str]) -> Line:
    is_whole = entries.is_whole(row, groups)
    seen = entries.as_seen(row, groups)
    named = [names[group] for group in seen.group_ids if group in names]
    return Line(
        at=seen.at,
        parts=words.said(seen),
        code=seen.action,
        groups=named[:MOST_GROUPS],
        more_groups=len(named[MOST_GROUPS:]),
        is_whole=is_whole,
        raw=_raw(seen),
        url=reverse("desk:audit-entry", args=[seen.pk]),
    )


def _raw(seen: AuditEntry) -> str:
    """The entry as the API gives it, for those who want to see it."""
    facts = {
        "id": seen.pk,
        "at": seen.at.isoformat(),
        "actor": seen.actor,
        "action": seen.action,
        "target": seen.target,
        "group_ids": seen.group_ids,
        "details": seen.details,
    }
    return json.dumps(facts, indent=2, ensure_ascii=True)
