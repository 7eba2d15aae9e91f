"""Sightings and the queue of links that wait for a moderator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from groups.filters import OwnGroupFilter
from groups.models import Group
from scans import services, shown
from waclient.admin import judging
from waclient.models import Answer, Decision, QueueItem, Sighting
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import confirmed
from wbscanner.moments import moment
from wbscanner.permissions import visible_groups, within

SCAM_SAYS = _("The bot treats it as dangerous from now on, in the groups you choose.")
FINE_SAYS = _("The bot says nothing about it any more, in the groups you choose.")
UNSURE_SAYS = _("It leaves the queue. Nothing else changes.")


MOST_SHOWN = 20


def response(sighting: Sighting) -> str:
    """What was said and done about a message, or why nothing was, as HTML."""
    silence = sighting.facts.get("silence", "") if isinstance(sighting.facts, dict) else ""
    context = {"sighting": sighting, "actions": list(sighting.actions.all()), "silence": silence}
    return render_to_string("desk/response.html", context)


class Judged(DeskAdmin):
    """A page whose rows are links that a person may decide about."""

    actions = ("scam", "fine", "unsure")

    def may_act(self, request: HttpRequest) -> bool:
        return self.is_open_to(request) and request.user.has_perm("waclient.add_decision")

    def groups_of(self, request: HttpRequest, row: Any) -> list[Group]:
        raise NotImplementedError

    def _answer(self, request: HttpRequest, row: Any, word: Answer, answers: Mapping[str, Any]) -> None:
        by = request.user.get_username()
        judging.judge(row, word, answers, by=by, here=self.groups_of(request, row))

    @confirmed(_("It is a scam"), SCAM_SAYS, answers=judging.Judgement)
    def scam(self, request: HttpRequest, row: Any, answers: Mapping[str, Any]) -> None:
        self._answer(request, row, Answer.CONFIRM, answers)

    @confirmed(_("It is fine"), FINE_SAYS, answers=judging.Judgement)
    def fine(self, request: HttpRequest, row: Any, answers: Mapping[str, Any]) -> None:
        self._answer(request, row, Answer.FINE, answers)

    @confirmed(_("Not sure"), UNSURE_SAYS, answers=judging.Where)
    def unsure(self, request: HttpRequest, row: Any, answers: Mapping[str, Any]) -> None:
        self._answer(request, row, Answer.UNSURE, answers)


@admin.register(Sighting)
class SightingAdmin(Judged):
    group_path = "group"
    list_display = ("host_shown", "verdict_shown", "group_name", "posted", "response_shown")
    list_filter = ("verdict", OwnGroupFilter, "is_history")
    list_select_related = ("group", "scan", "override")
    search_fields = ("host", "url_hash", "sender", "group__name")
    search_help_text = _("Host, group, URL hash or sender")
    date_hierarchy = "posted_at"
    fieldsets = (
        (None, {"fields": ("verdict_shown", "url_shown", "reasons_shown", "response_shown")}),
        (_("The message"), {"fields": ("group_name", "posted", "received", "withdrawn", "came_late", "message_id")}),
        (_("Who"), {"fields": ("sender", "sender_alt")}),
        (_("How it was settled"), {"fields": ("planned", "override_shown", "url_hash")}),
    )

    verdict_shown = shown.verdict_column
    host_shown = shown.host_column
    url_shown = shown.url_column
    posted = when("posted_at", _("posted"))
    received = when("received_at", _("received"))
    withdrawn = when("withdrawn_at", _("withdrawn"))
    planned = when("planned_at", _("decided"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("actions")

    def groups_of(self, request: HttpRequest, row: Any) -> list[Group]:
        return [row.group]

    @admin.display(description=_("group"), ordering="group__name")
    def group_name(self, sighting: Sighting) -> str:
        return str(sighting.group)

    @admin.display(description=_("arrived"))
    def came_late(self, sighting: Sighting) -> str:
        return str(_("late: it is judged, never answered") if sighting.is_history else _("as it was posted"))

    @admin.display(description=_("reasons"))
    def reasons_shown(self, sighting: Sighting) -> str:
        return shown.reasons(sighting.scan)

    @admin.display(description=_("override"))
    def override_shown(self, sighting: Sighting) -> str:
        return str(sighting.override or "-")

    @admin.display(description=_("what the bot did"))
    def response_shown(self, sighting: Sighting) -> str:
        return response(sighting)


class DecidedFilter(admin.SimpleListFilter):
    title = _("decided")
    parameter_name = "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("needs a decision")), ("yes", _("decided"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(decided_at__isnull=self.value() == "no") if self.value() in {"yes", "no"} else queryset


@admin.register(QueueItem)
class QueueItemAdmin(Judged):
    """One row a link, over all groups its reader may see; a moderator sees links of their own groups only."""

    group_path = "sightings"
    list_display = ("host_shown", "verdict_shown", "seen_in", "posted", "decided")
    list_filter = ("verdict", DecidedFilter)
    search_fields = ("host", "url_hash")
    search_help_text = _("Host or URL hash")
    fieldsets = (
        (None, {"fields": ("verdict_shown", "url_shown", "reasons_shown")}),
        (_("Where it was posted"), {"fields": ("seen_in", "sightings_shown", "posted")}),
        (_("Decision"), {"fields": ("decided", "decisions_shown", "url_hash")}),
    )

    verdict_shown = shown.verdict_column
    host_shown = shown.host_column
    url_shown = shown.url_column
    posted = when("posted_at", _("last posted"))
    decided = when("decided_at", _("decided"))

    def rows_for(self, user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        groups = visible_groups(user)
        seen = Sighting.objects.filter(within(groups, "group_id"), url_hash=OuterRef("url_hash")).order_by()
        count = seen.values("url_hash").annotate(count=Count("group", distinct=True)).values("count")
        rows = rows.annotate(own_reach=Coalesce(count, 0))
        return rows if groups is None else rows.filter(Exists(seen))

    def group_ids(self, row: Any) -> list[str]:
        return []

    def groups_of(self, request: HttpRequest, row: Any) -> list[Group]:
        groups = visible_groups(request.user)  # type: ignore[arg-type]
        return list(Group.objects.filter(within(groups, "pk"), sightings__url_hash=row.url_hash).distinct())

    @admin.display(description=_("groups"), ordering="own_reach")
    def seen_in(self, item: Any) -> int:
        return int(item.own_reach)

    @admin.display(description=_("reasons"))
    def reasons_shown(self, item: QueueItem) -> str:
        return shown.reasons(services.newest(item.url_hash))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with what its reader may see of it: the messages and decisions of their groups."""
        item: Any = super().get_object(request, object_id, from_field)
        if item is not None:
            own = within(visible_groups(request.user), "group_id")  # type: ignore[arg-type]
            sightings = Sighting.objects.filter(own, url_hash=item.url_hash).select_related("group")
            item.seen = sightings.prefetch_related("actions")[:MOST_SHOWN]
            item.said = Decision.objects.filter(own, url_hash=item.url_hash).select_related("group")[:MOST_SHOWN]
        return item

    @admin.display(description=_("messages"))
    def sightings_shown(self, item: Any) -> str:
        rows = [{"group": row.group, "when": moment(row.posted_at), "response": response(row)} for row in item.seen]
        return render_to_string("desk/sightings.html", {"sightings": rows})

    @admin.display(description=_("said so far"))
    def decisions_shown(self, item: Any) -> str:
        rows = [{"decision": row, "when": moment(row.at)} for row in item.said]
        return render_to_string("desk/decisions.html", {"decisions": rows})
