"""Scans in the back office: the owner's page, read-only, with a second look on request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from scans import services, shown
from scans.admin.timeline import timeline
from scans.models import Scan
from wbscanner import audit
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import confirmed

HOW_IT_WAS_MADE = (
    *("cause", "status", "score", "risk", "priority", "requested", "started"),
    *("finished", "expires", "attempts", "url_hash"),
)


@admin.register(Scan)
class ScanAdmin(DeskAdmin):
    list_display = ("host_shown", "verdict_shown", "status", "score", "requested", "last_seen")
    list_filter = ("verdict", "changed_from", "cause", "status", "ceiling", "priority", "requested_at")
    search_fields = ("host", "url_hash", "registrable_domain")
    search_help_text = _("Host or URL hash")
    actions = ("rescan",)
    empty = _("A scan is one check of one link. The first appears with the first link posted in a watched group.")
    fieldsets = (
        (None, {"fields": ("verdict_shown", "url_shown", "host_shown", "reasons_shown")}),
        (_("Over time"), {"fields": ("timeline_shown", "last_seen", "decided")}),
        (_("How it was made"), {"fields": HOW_IT_WAS_MADE}),
        (_("What left this machine"), {"fields": ("ceiling", "disclosures_shown")}),
    )

    verdict_shown = shown.verdict_column
    host_shown = shown.host_column
    url_shown = shown.url_column
    requested = when("requested_at", _("requested"))
    started = when("started_at", _("started"))
    finished = when("finished_at", _("finished"))
    expires = when("expires_at", _("reused until"))
    last_seen = when("last_seen_at", _("last seen"))
    decided = when("decided_at", _("decided by a person"))

    @admin.display(description=_("reasons"))
    def reasons_shown(self, scan: Scan) -> str:
        return shown.reasons(scan)

    @admin.display(description=_("all its checks"))
    def timeline_shown(self, scan: Scan) -> str:
        return timeline(scan)

    @admin.display(description=_("what left"))
    def disclosures_shown(self, scan: Scan) -> str:
        return shown.disclosures(scan.disclosures.all())

    @confirmed(
        _("Check again"),
        _("Each link is checked anew, past every cache. The result appears as a new scan in a few seconds."),
    )
    def rescan(self, request: HttpRequest, scan: Scan, _answers: Mapping[str, Any]) -> None:
        again = services.rescan(scan)
        audit.record(request.user.get_username(), "scan.rescan", str(scan), details={"scan": scan.pk, "new": again.pk})
