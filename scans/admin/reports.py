"""Reports in the back office: the owner's list, and what they brought as downloads that nothing opens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from scans import shown
from scans.asking.rows import cards
from scans.models import Artifact, ArtifactKind, PendingReport
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.moments import NOTHING

ENDINGS = {ArtifactKind.SCREENSHOT: "png", ArtifactKind.DOM: "txt"}
# A stranger's page: a browser that shows it after all runs nothing of it and loads nothing for it.
INERT = "sandbox; default-src 'none'; frame-ancestors 'none'"


@admin.register(PendingReport)
class ReportAdmin(DeskAdmin):
    list_display = ("host_shown", "provider_shown", "state", "asked", "attempts", "error")
    list_filter = ("state", "provider")
    search_fields = ("url_hash", "scan__host", "reference")
    search_help_text = _("Host, URL hash or their number")
    list_select_related = ("scan",)
    empty = _("Services that open pages are asked about doubtful links, where their group lets the whole URL leave.")
    fieldsets = (
        (None, {"fields": ("host_shown", "verdict_shown", "provider_shown", "state", "error")}),
        (_("What it brought"), {"fields": ("files_shown",)}),
        (_("How it went"), {"fields": ("asked", "submitted", "due", "attempts", "reference")}),
    )

    asked = when("asked_at", _("wanted"))
    submitted = when("submitted_at", _("asked for"))
    due = when("due_at", _("next look"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("scan")

    @admin.display(description=_("host"), ordering="scan__host")
    def host_shown(self, report: PendingReport) -> str:
        return shown.host_plate(report.scan.host)

    @admin.display(description=_("verdict then"))
    def verdict_shown(self, report: PendingReport) -> str:
        return shown.verdict_mark(report.scan.verdict)

    @admin.display(description=_("service"), ordering="provider")
    def provider_shown(self, report: PendingReport) -> str:
        card = cards().get(report.provider)
        return card.title if card else report.provider

    @admin.display(description=_("files"))
    def files_shown(self, report: PendingReport) -> str:
        files = list(report.artifacts.defer("content").order_by("kind"))
        return render_to_string("desk/report_files.html", {"report": report, "files": files}) if files else NOTHING

    def get_urls(self) -> list[URLPattern]:
        download = path(
            "<int:report_id>/file/<str:kind>/",
            self.admin_site.admin_view(self.download),
            name="scans_pendingreport_download",
        )
        return [download, *super().get_urls()]

    def download(self, request: HttpRequest, report_id: int, kind: str) -> HttpResponse:
        """A file of a report: never shown in the browser, whatever it is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        file = Artifact.objects.filter(report=report_id, kind=kind).select_related("report__scan").first()
        if file is None:
            raise Http404
        self.note(request, "download", file.report, {"kind": kind})
        name = f"report-{report_id}-{kind}.{ENDINGS[ArtifactKind(file.kind)]}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": INERT,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return HttpResponse(bytes(file.content), content_type="application/octet-stream", headers=headers)
