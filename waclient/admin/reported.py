"""Members' checks and appeals: one list, decided here or in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from groups.filters import OwnGroupFilter
from groups.models import Group
from scans import services, shown
from waclient import reports
from waclient.admin.links import Judged
from waclient.models import QueueItem, Report, ReportKind, ReportState
from wbscanner.backoffice import when
from wbscanner.confirm import FROM_DETAIL, NotPossible, confirmed
from wbscanner.moments import NOTHING
from wbscanner.permissions import visible_groups, within

OPEN, SETTLED, ALL = "no", "yes", "all"


class WaitingFilter(admin.SimpleListFilter):
    """What still waits for a person, unless something else is asked for; a row's own page reaches any row."""

    title = _("answered")
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(OPEN, _("waits")), (SETTLED, _("settled")), (ALL, _("all"))]

    def choices(self, changelist: Any) -> Any:
        chosen = self.value() or OPEN
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": chosen == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == ALL or FROM_DETAIL in request.POST:
            return queryset
        is_open = {"state": ReportState.OPEN}
        return queryset.exclude(**is_open) if self.value() == SETTLED else queryset.filter(**is_open)


@admin.register(Report)
class ReportAdmin(Judged):
    """A decision about the link answers who asked; so does one made in the queue."""

    group_path = "group"
    actions = (*Judged.actions, "close")
    list_display = ("host_shown", "kind_shown", "verdict_shown", "group_name", "asked", "answered")
    list_filter = (WaitingFilter, "kind", OwnGroupFilter, "asked_at")
    list_select_related = ("group", "sighting", "scan")
    search_fields = ("host", "url_hash", "by", "group__name")
    search_help_text = _("Host, group, URL hash or who asked")
    empty = _("When a member writes !appeal or !check, it is listed here until it is answered.")
    fieldsets = (
        (None, {"fields": ("kind_shown", "verdict_shown", "url_shown", "reasons_shown", "card")}),
        (_("Who asked"), {"fields": ("group_name", "by", "way", "asked")}),
        (_("Answer"), {"fields": ("state", "told", "answered", "answered_by", "url_hash")}),
    )

    url_shown = shown.url_column
    asked = when("asked_at", _("asked"))
    told = when("told_at", _("told what was found"))
    answered = when("answered_at", _("answered"))

    def groups_of(self, request: HttpRequest, row: Report) -> list[Group]:
        groups = visible_groups(request.user)  # type: ignore[arg-type]
        if row.group is not None:
            return [row.group]
        return list(Group.objects.filter(within(groups, "pk"), sightings__url_hash=row.url_hash).distinct())

    def offers(self, action: str, row: Report) -> bool:
        return action != "close" or row.state == ReportState.OPEN

    def row_says(self, request: HttpRequest, row: Report) -> str:
        if row.state != ReportState.OPEN:
            return str(_("This question was settled. A new answer changes the link's verdict, and is told to nobody."))
        if row.address is None:
            return str(_("Who asked is not known any more: your answer cannot be told to them."))
        return str(_("Your answer about the link is told to who asked, in one line."))

    @admin.display(description=_("host"), ordering="host")
    def host_shown(self, report: Report) -> str:
        return shown.host_plate(report.host)

    @admin.display(description=_("what"), ordering="kind")
    def kind_shown(self, report: Report) -> str:
        tone = "soon" if report.kind == ReportKind.APPEAL else "unknown"
        return format_html('<span class="mark {}">{}</span>', tone, report.get_kind_display())

    @admin.display(description=_("verdict"))
    def verdict_shown(self, report: Report) -> str:
        if report.sighting is not None:
            return shown.verdict_mark(report.sighting.verdict)
        return shown.verdict_mark(report.scan.verdict if report.scan is not None else None)

    @admin.display(description=_("reasons"))
    def reasons_shown(self, report: Report) -> str:
        also = report.sighting.remarks if report.sighting is not None else ()
        return shown.reasons(services.newest(report.url_hash), also=also)

    @admin.display(description=_("card"))
    def card(self, report: Report) -> str:
        if report.sighting_id is None:
            return NOTHING
        url = reverse("admin:waclient_sighting_change", args=[report.sighting_id])
        if QueueItem.objects.filter(url_hash=report.url_hash).exists():
            url = reverse("desk:card", args=[report.url_hash])
        return format_html('<a href="{}">{}</a>', url, _("What is known about the link"))

    @admin.display(description=_("group"), ordering="group__name")
    def group_name(self, report: Report) -> str:
        return str(report.group) if report.group else str(_("none: the link was sent in private"))

    @admin.display(description=_("where"))
    def way(self, report: Report) -> str:
        return str(_("in a private chat with the bot") if report.is_direct else _("in the group"))

    @confirmed(_("Close"), _("It leaves this list. Who asked hears nothing, and the link's verdict stays as it is."))
    def close(self, request: HttpRequest, report: Report, _answers: Mapping[str, Any]) -> None:
        if not reports.close(report, by=request.user.get_username()):
            raise NotPossible(_("it was settled already."))
