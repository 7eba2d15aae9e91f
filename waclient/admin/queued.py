"""The queue of links that wait for a moderator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, JSONField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from groups.models import Group
from scans import services, shown
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan, Status
from waclient.admin.links import Judged, response
from waclient.models import Decision, Place, QueueItem, Sighting
from wbscanner.backoffice import when
from wbscanner.confirm import FROM_DETAIL
from wbscanner.moments import moment
from wbscanner.permissions import visible_groups, within

MOST_SHOWN = 20
OPEN, SETTLED, ALL = "no", "yes", "all"


class DecidedFilter(admin.SimpleListFilter):
    """What still needs a decision, unless something else is asked for; a row's own page reaches any row."""

    title = _("decided")
    parameter_name = "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(OPEN, _("needs a decision")), (SETTLED, _("decided")), (ALL, _("all"))]

    def choices(self, changelist: Any) -> Any:
        chosen = self.value() or OPEN
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": chosen == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == ALL or FROM_DETAIL in request.POST:
            return queryset
        return queryset.filter(is_open=self.value() != SETTLED)


@admin.register(QueueItem)
class QueueItemAdmin(Judged):
    """One row a link, over all groups its reader may see; a moderator sees links of their own groups only."""

    group_path = "sightings"
    list_display = ("host_shown", "verdict_shown", "best_reason", "seen_in", "posted", "decided")
    list_filter = (DecidedFilter, "verdict")
    search_fields = ("host", "url_hash")
    search_help_text = _("Host or URL hash")
    empty = _("Nothing needs you. Links that look bad, or that could not be checked, wait here for a person.")
    fieldsets = (
        (None, {"fields": ("verdict_shown", "url_shown", "reasons_shown")}),
        (_("Where it was posted"), {"fields": ("seen_in", "sightings_shown", "posted")}),
        (_("Decision"), {"fields": ("decided", "decisions_shown", "url_hash")}),
    )

    verdict_shown = shown.verdict_column
    url_shown = shown.url_column
    posted = when("posted_at", _("last posted"))
    decided = when("own_decided_at", _("decided"))

    def get_list_display(self, request: HttpRequest) -> Any:
        """When a link was decided says nothing about those that were not."""
        is_open = request.GET.get(DecidedFilter.parameter_name, OPEN) == OPEN
        return [name for name in self.list_display if name != "decided" or not is_open]

    def rows_for(self, user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what their reader sees of them: groups reached, what was decided there, whether anything is left."""
        groups = visible_groups(user)
        seen = Sighting.objects.filter(within(groups, "group_id"), url_hash=OuterRef("url_hash")).order_by()
        count = seen.values("url_hash").annotate(count=Count("group", distinct=True)).values("count")
        said = Decision.objects.filter(_told(groups), url_hash=OuterRef("url_hash"), undone_at__isnull=True)
        rows = rows.annotate(
            own_reach=Coalesce(count, 0),
            own_decided_at=Subquery(said.order_by("-at").values("at")[:1]),
            is_open=_is_open(groups),
        )
        return rows if groups is None else rows.filter(Exists(seen))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        scans = Scan.objects.filter(url_hash=OuterRef("url_hash"), status=Status.DONE).order_by("-requested_at", "-pk")
        groups = visible_groups(request.user)  # type: ignore[arg-type]
        disguised = Sighting.objects.filter(within(groups, "group_id"), url_hash=OuterRef("url_hash"))
        disguised = disguised.exclude(written=[]).order_by("-pk")
        rows = super().get_queryset(request)
        with_reasons: QuerySet[Any] = rows.annotate(
            newest=Subquery(scans.values("findings")[:1], output_field=JSONField()),
            hops=Subquery(scans.values("hops")[:1], output_field=JSONField()),
            spelling=Subquery(disguised.values("written")[:1], output_field=JSONField()),
        )
        return with_reasons

    def group_ids(self, row: Any) -> list[str]:
        return []

    def groups_of(self, request: HttpRequest, row: Any) -> list[Group]:
        groups = visible_groups(request.user)  # type: ignore[arg-type]
        return list(Group.objects.filter(within(groups, "pk"), sightings__url_hash=row.url_hash).distinct())

    def row_says(self, request: HttpRequest, row: Any) -> str:
        text = ngettext(
            "For this link in %(n)d group, from now on.", "For this link in %(n)d groups, from now on.", row.own_reach
        )
        return text % {"n": row.own_reach}

    @admin.display(description=_("host"), ordering="host")
    def host_shown(self, item: Any) -> str:
        return shown.host_and_end(item.host, item.hops or [])

    @admin.display(description=_("why"))
    def best_reason(self, item: Any) -> str:
        return shown.best_reason([*(item.newest or []), *(item.spelling or [])])

    @admin.display(description=_("groups"), ordering="own_reach")
    def seen_in(self, item: Any) -> int:
        return int(item.own_reach)

    @admin.display(description=_("reasons"))
    def reasons_shown(self, item: Any) -> str:
        """What is said of the link itself, and how it was written where it was last written oddly."""
        return shown.reasons(services.newest(item.url_hash), also=map(Finding.from_dict, item.spelling or []))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with what its reader may see of it: the messages and decisions of their groups."""
        item: Any = super().get_object(request, object_id, from_field)
        if item is not None:
            groups = visible_groups(request.user)  # type: ignore[arg-type]
            sightings = Sighting.objects.filter(within(groups, "group_id"), url_hash=item.url_hash)
            item.seen = sightings.select_related("group").prefetch_related("actions")[:MOST_SHOWN]
            said = Decision.objects.filter(_told(groups), url_hash=item.url_hash).select_related("group")
            item.said = [(row, groups is None or row.group_id is not None) for row in said[:MOST_SHOWN]]
        return item

    @admin.display(description=_("messages"))
    def sightings_shown(self, item: Any) -> str:
        rows = [
            {
                "url": reverse("admin:waclient_sighting_change", args=[row.pk]),
                "group": row.group,
                "when": moment(row.posted_at),
                "place": "" if row.place == Place.TEXT else row.get_place_display(),
                "is_forwarded_often": row.is_forwarded_often,
                "response": response(row),
            }
            for row in item.seen
        ]
        return render_to_string("desk/sightings.html", {"sightings": rows})

    @admin.display(description=_("said so far"))
    def decisions_shown(self, item: Any) -> str:
        rows = [
            {
                "url": reverse("admin:waclient_decision_change", args=[row.pk]) if may_open else "",
                "decision": row,
                "when": moment(row.at),
            }
            for row, may_open in item.said
        ]
        return render_to_string("desk/decisions.html", {"decisions": rows})


def _told(groups: list[int] | None) -> Q:
    """Decisions that hold in the visible groups; what was decided for all groups holds there too."""
    return Q() if groups is None else Q(group__in=groups) | Q(group__isnull=True)


def _is_open(groups: list[int] | None) -> Q | Exists:
    """Whether a link waits for its reader: decided_at counts every group, a moderator's own may be done before."""
    undecided = Q(decided_at__isnull=True)
    if groups is None:
        return undecided
    ruled = Decision.objects.filter(url_hash=OuterRef("url_hash"), group=OuterRef("group"), undone_at__isnull=True)
    bad = Sighting.objects.filter(~Q(verdict=Verdict.BENIGN), url_hash=OuterRef("url_hash"), group__in=groups)
    return undecided & Q(Exists(bad.filter(~Exists(ruled))))
