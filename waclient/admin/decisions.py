"""What moderators said, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.filters import OwnGroupFilter
from scans import shown
from waclient import decisions
from waclient.models import Decision, Sighting
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import NotPossible, confirmed


@admin.register(Decision)
class DecisionAdmin(DeskAdmin):
    group_path = "group"
    list_display = ("host_shown", "answer", "scope", "by", "at_shown", "undone")
    list_filter = ("answer", OwnGroupFilter, "at")
    list_select_related = ("group", "override")
    search_fields = ("url_hash", "by")
    search_help_text = _("Person or URL hash")
    actions = ("undo",)
    empty = _("What moderators say about links in the queue is listed here, and can be undone here.")
    fields = ("answer", "url_shown", "covers", "scope", "by", "at_shown", "undone", "url_hash")

    at_shown = when("at", _("when"))
    undone = when("undone_at", _("undone"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        newest = Sighting.objects.filter(url_hash=OuterRef("url_hash")).order_by("-pk")[:1]
        rows = super().get_queryset(request)
        with_link: QuerySet[Any] = rows.annotate(
            host=Subquery(newest.values("host")), url=Subquery(newest.values("url"))
        )
        return with_link

    def offers(self, action: str, row: Decision) -> bool:
        return action != "undo" or row.undone_at is None

    @admin.display(description=_("host"))
    def host_shown(self, decision: Any) -> str:
        return shown.host_plate(decision.host) if decision.host else f"{decision.url_hash[:12]}…"

    @admin.display(description=_("link"))
    def url_shown(self, decision: Any) -> str:
        return shown.url_text(decision.url) if decision.url else decision.url_hash

    @admin.display(description=_("where"), ordering="group")
    def scope(self, decision: Decision) -> str:
        return str(decision.group) if decision.group else str(_("all groups"))

    @admin.display(description=_("rule made for"))
    def covers(self, decision: Decision) -> str:
        return decision.override.shown if decision.override else "-"

    @confirmed(
        _("Undo"),
        _("The link returns to the queue. The rule that the decision made goes; one that it replaced is back."),
    )
    def undo(self, request: HttpRequest, decision: Decision, _answers: Mapping[str, Any]) -> None:
        if decision.undone_at is not None:
            raise NotPossible(_("it was undone already."))
        decisions.undo(decision, by=request.user.get_username())
