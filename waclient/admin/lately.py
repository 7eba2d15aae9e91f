"""Filters behind the counts of the dashboard: why nothing was said, and in which span."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from waclient import budget, pacing
from waclient.meter import Lately
from waclient.models import ActionState

MOST_FOUND = 5_000  # rows that are looked into; the dashboard counts in the latest 500
SPANS = [(Lately.DAY.value, _("in the last day")), (Lately.WEEK.value, _("in the last week"))]


class _LatelyFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "lately"
    field = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return SPANS

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        span = next((span for span in Lately if span.value == self.value()), None)
        return queryset if span is None else queryset.filter(**{f"{self.field}__gt": span.since(timezone.now())})


class PlannedLately(_LatelyFilter):
    """Of actions."""

    field = "created_at"


class DecidedLately(_LatelyFilter):
    """Of sightings."""

    field = "planned_at"


class SpentLately(admin.SimpleListFilter):
    """Actions that count against the number's limits, by the moment from which they do."""

    title = _("spent of the budget")
    parameter_name = "spent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("hour", _("in the last hour")), ("day", _("in the last day"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        length = {"hour": pacing.HOUR, "day": pacing.DAY}.get(self.value() or "")
        if length is None:
            return queryset
        return queryset.filter(state__in=budget.OUT_STATES, claimed_at__gt=timezone.now() - length)


class SkippedFor(admin.SimpleListFilter):
    """Why an action was not sent, of those reasons that occurred in its reader's groups."""

    title = _("not sent because")
    parameter_name = "skipped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        seen = model_admin.get_queryset(request)
        skipped = seen.filter(state=ActionState.SKIPPED).order_by().values_list("reason", flat=True)
        return [(reason, render_to_string("desk/why.html", {"reason": reason})) for reason in skipped.distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(state=ActionState.SKIPPED, reason=value) if value else queryset


class SilentFor(admin.SimpleListFilter):
    """Why nothing was planned about a link; named by the dashboard's counts, so it offers only what is chosen."""

    title = _("nothing said because")
    parameter_name = "silence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = request.GET.get("silence", "")
        return [(chosen, silence_text(chosen))] if chosen else [("muted", silence_text("muted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(facts__silence=value) if value else queryset


class FoundIn(admin.SimpleListFilter):
    """Links in which something speaks for a scam, by the code of that finding; named by the dashboard's counts."""

    title = _("found")
    parameter_name = "found"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = request.GET.get("found", "")
        return [(chosen, chosen)] if chosen else [("listed_url", "listed_url")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if not code:
            return queryset
        # The text narrows it down; whether the finding counts for a scam stands in its points.
        named = queryset.filter(facts__findings__icontains=json.dumps(code)).order_by()
        found = named.values_list("pk", "facts__findings")[:MOST_FOUND]
        return queryset.filter(pk__in=[pk for pk, findings in found if has_found(findings, code)])


def has_found(findings: list[dict[str, Any]] | None, code: str) -> bool:
    """Whether one of a sighting's findings is of this code and speaks for a scam."""
    return any(one["code"] == code and one["points"] > 0 for one in findings or ())


def silence_text(reason: str) -> str:
    """What the desk says of such a sighting."""
    return render_to_string("desk/response.html", {"silence": reason, "sighting": {"planned_at": True}})
