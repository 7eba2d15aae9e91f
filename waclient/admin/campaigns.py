"""Campaigns: one scam seen as many links, decided on as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from groups.models import Group
from groups.policy import Silence
from scans import shown
from scans.engine.likeness import MarkKind
from waclient import campaign_decisions
from waclient.admin.judging import Scope, Where
from waclient.campaigns import in_common
from waclient.models import MARK_CHOICES, Answer, Campaign, Decision, Sighting
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import FROM_DETAIL, NotPossible, confirmed
from wbscanner.moments import moment
from wbscanner.permissions import visible_groups, within

MOST_SHOWN = 30
SEVERAL, ALL = "several", "all"
MARKS = dict(MARK_CHOICES)
SCAM_SAYS = _(
    "Every link of these campaigns is dangerous from now on where you choose, and so are those that join later: live "
    "groups do what their settings say. In ten seconds the bot also acts on the messages of the last 24 hours."
)
FINE_SAYS = _(
    "The bot says nothing about these links from now on where you choose, nor about further ones that lead to the same "
    "site, and takes back what it said."
)
UNDO_SAYS = _("The links return to the queue and are judged by their scans again. Rules that stood before are back.")


class ReachFilter(admin.SimpleListFilter):
    """A single link in a single group is no campaign yet; a row's own page reaches any row."""

    title = _("reach")
    parameter_name = "reach"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(SEVERAL, _("several links or groups")), (ALL, _("all"))]

    def choices(self, changelist: Any) -> Any:
        chosen = self.value() or SEVERAL
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": chosen == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == ALL or FROM_DETAIL in request.POST:
            return queryset
        return queryset.filter(Q(own_links__gt=1) | Q(own_groups__gt=1))


@admin.register(Campaign)
class CampaignAdmin(DeskAdmin):
    """One row a campaign, counted over the groups its reader may see; moderators see links of their own groups only."""

    group_path = "sightings"
    is_thumb = True
    list_display = ("host_shown", "links", "groups_reached", "messages", "since", "until", "answer_shown")
    list_filter = (ReachFilter,)
    search_fields = ("sightings__host",)
    search_help_text = _("Host")
    actions = ("scam", "fine", "undo")
    empty = _("Links of one scam stand together here: the same site, page or kind of path, in several groups.")
    fieldsets = (
        (None, {"fields": ("host_shown", "common", "answer_shown")}),
        (_("Reach"), {"fields": ("links", "groups_reached", "messages", "held_back", "since", "until")}),
        (_("Links"), {"fields": ("links_shown",)}),
    )

    since = when("own_first", _("first posted"))
    until = when("own_last", _("last posted"))

    def may_act(self, request: HttpRequest) -> bool:
        return self.is_open_to(request) and request.user.has_perm("waclient.add_decision")

    def rows_for(self, user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what their reader sees of them; those of which that is nothing are left out."""
        own = within(visible_groups(user), "sightings__group")
        seen = Sighting.objects.filter(within(visible_groups(user), "group"), campaign=OuterRef("pk"))
        counted: QuerySet[Any] = rows.annotate(
            own_posts=Count("sightings", filter=own, distinct=True),
            own_links=Count("sightings__url_hash", filter=own, distinct=True),
            own_groups=Count("sightings__group", filter=own, distinct=True),
            own_first=Min("sightings__posted_at", filter=own),
            own_last=Max("sightings__posted_at", filter=own),
            own_host=Subquery(seen.order_by("-pk").values("host")[:1]),
        )
        return counted.filter(own_posts__gt=0)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(_told(visible_groups(request.user)))  # type: ignore[arg-type]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the hosts that its reader sees: a host of another group finds nothing."""
        words = search_term.strip()
        if not words:
            return queryset, False
        groups = visible_groups(request.user)  # type: ignore[arg-type]
        own = Sighting.objects.filter(within(groups, "group"), campaign=OuterRef("pk"), host__icontains=words)
        return queryset.filter(Exists(own)), False

    def offers(self, action: str, row: Any) -> bool:
        return action != "undo" or bool(row.told)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with its members and what was said of it, as far as its reader may see them."""
        row: Any = super().get_object(request, object_id, from_field)
        if row is not None:
            groups = visible_groups(request.user)  # type: ignore[arg-type]
            row.seen = list(_members(row, groups).select_related("scan", "group").order_by("-pk")[: MOST_SHOWN * 10])
            held_back = _members(row, groups).filter(facts__silence=Silence.CAMPAIGN_COOLDOWN)
            row.held_back_count = held_back.count()
        return row

    def row_says(self, request: HttpRequest, row: Any) -> str:
        text = ngettext("For all of it, %(n)d link.", "For all of it, %(n)d links.", row.own_links)
        return text % {"n": row.own_links}

    @admin.display(description=_("host"))
    def host_shown(self, row: Any) -> str:
        return shown.host_plate(row.own_host or "")

    @admin.display(description=_("links"), ordering="own_links")
    def links(self, row: Any) -> int:
        return int(row.own_links)

    @admin.display(description=_("groups"), ordering="own_groups")
    def groups_reached(self, row: Any) -> int:
        return int(row.own_groups)

    @admin.display(description=_("messages"), ordering="own_posts")
    def messages(self, row: Any) -> int:
        return int(row.own_posts)

    @admin.display(description=_("not said again"))
    def held_back(self, row: Any) -> int:
        return int(row.held_back_count)

    @admin.display(description=_("decided"))
    def answer_shown(self, row: Any) -> str:
        return render_to_string("desk/campaign_answers.html", {"said": _said(row)})

    @admin.display(description=_("what its links have in common"))
    def common(self, row: Any) -> str:
        marks = [
            {
                "label": MARKS[mark.kind],
                "site": shown.host_plate(mark.value) if mark.kind is MarkKind.SITE else "",
                "shape": mark.value if mark.kind is MarkKind.SHAPE else "",
            }
            for mark in in_common(row.seen)[:MOST_SHOWN]
        ]
        return render_to_string("desk/campaign_marks.html", {"marks": marks})

    @admin.display(description=_("links"))
    def links_shown(self, row: Any) -> str:
        """The newest message of each link, with the groups it was posted in."""
        by_link: dict[str, list[Sighting]] = {}
        for sighting in row.seen:
            by_link.setdefault(sighting.url_hash, []).append(sighting)
        rows = [
            {
                "url": reverse("admin:waclient_sighting_change", args=[some[0].pk]),
                "link": shown.short_url_text(some[0].url),
                "verdict": shown.verdict_mark(some[0].verdict),
                "when": moment(some[0].posted_at),
                "groups": sorted({str(sighting.group) for sighting in some}),
            }
            for some in list(by_link.values())[:MOST_SHOWN]
        ]
        return render_to_string("desk/campaign_links.html", {"links": rows})

    @confirmed(_("It is a scam"), SCAM_SAYS, answers=Where)
    def scam(self, request: HttpRequest, row: Any, answers: Mapping[str, Any]) -> None:
        self._decide(request, row, Answer.CONFIRM, answers)

    @confirmed(_("It is fine"), FINE_SAYS, answers=Where)
    def fine(self, request: HttpRequest, row: Any, answers: Mapping[str, Any]) -> None:
        self._decide(request, row, Answer.FINE, answers)

    @confirmed(_("Undo"), UNDO_SAYS)
    def undo(self, request: HttpRequest, row: Any, _answers: Mapping[str, Any]) -> None:
        groups = visible_groups(request.user)  # type: ignore[arg-type]
        scope = {decision.group for decision in _said(row) if groups is None or decision.group is not None}
        if not campaign_decisions.undo(row, by=request.user.get_username(), scope=scope):
            raise NotPossible(_("nothing was said of it that you can take back."))

    def _decide(self, request: HttpRequest, row: Any, answer: Answer, answers: Mapping[str, Any]) -> None:
        groups = visible_groups(request.user)  # type: ignore[arg-type]
        here = list(Group.objects.filter(within(groups, "pk"), sightings__campaign=row).distinct())
        scope: list[Group | None] = [None] if answers["scope"] == Scope.EVERYWHERE else [*here]
        campaign_decisions.decide(row, answer, by=request.user.get_username(), scope=scope)


def _members(row: Campaign, groups: list[int] | None) -> QuerySet[Sighting]:
    return Sighting.objects.filter(within(groups, "group"), campaign=row)


def _told(groups: list[int] | None) -> Prefetch[Any]:
    """What stands of what was said of campaigns where their reader may look, the newest first."""
    where = Q() if groups is None else Q(group__in=groups) | Q(group__isnull=True)
    told = Decision.objects.filter(where, undone_at__isnull=True).select_related("group").order_by("-at", "-pk")
    return Prefetch("decisions", queryset=told, to_attr="told")


def _said(row: Any) -> list[Decision]:
    """One for each scope and answer."""
    by_scope: dict[tuple[int | None, str], Decision] = {}
    for decision in row.told:
        by_scope.setdefault((decision.group_id, decision.answer), decision)
    return list(by_scope.values())
