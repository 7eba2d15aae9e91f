"""Privacy in the desk: the ledger of what left the house, and how long what is stored stays."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scans import shown
from scans.models import Disclosure
from waclient.retention import classes
from wbscanner import audit
from wbscanner.desk.privacy import ledger
from wbscanner.moments import moment
from wbscanner.permissions import owner_only


@owner_only
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The whole page; nothing on it is about one person."""
    now, chosen = timezone.now(), ledger.Filter.of(request.GET)
    rows, older = ledger.page(chosen, now)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Privacy"),
        "kept": [_kept(held) for held in classes.held(classes.table(), now)],
        "rows": [_told(row) for row in rows],
        "parts": ledger.counts(chosen, now),
        "spans": [(span, chosen.query(days=span), span == chosen.days) for span in (0, *ledger.SPANS)],
        "is_filtered": bool(chosen.query()),
        "query": chosen.query(),
        "older": chosen.query(before=older) if older else "",
    }
    return render(request, "desk/privacy/privacy.html", context)


@owner_only
@require_safe
def ledger_file(request: HttpRequest) -> HttpResponseBase:
    """The filtered ledger as a CSV file, sent while it is read."""
    chosen = ledger.Filter.of(request.GET)
    audit.record(request.user.get_username(), "ledger.export", chosen.query())
    response = StreamingHttpResponse(
        ledger.csv_lines(chosen.rows(timezone.now())), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="what-left-this-machine.csv"'
    return response


def _told(row: Disclosure) -> dict[str, Any]:
    return {
        "what": row.get_kind_display(),
        "to": row.provider,
        "at": moment(row.at),
        "host": shown.host_plate(row.scan.host),
        "link": reverse("admin:scans_scan_change", args=[row.scan_id]),
    }


def _kept(held: classes.Held) -> dict[str, Any]:
    """One line of the table of retention."""
    kept = held.kept
    return {
        "label": kept.label,
        "count": held.count,
        "link": _list(kept.link) if kept.link else "",
        "period": kept.period,
        "days": kept.hours // 24,
        "hours": kept.hours,
        "setting": kept.setting,
        "oldest": moment(held.oldest) if held.oldest and kept.period != classes.AT_ONCE else "",
        "next": moment(held.next_at) if held.next_at and not held.past else "",
        "past": held.past,
        "soon": held.soon - held.past,
    }


def _list(link: str) -> str:
    """The address of a page of the desk, or of a list of the back office by its model's name, with its filter."""
    name, _mark, query = link.partition("?")
    return reverse(name if ":" in name else f"admin:{name}_changelist") + (f"?{query}" if query else "")
