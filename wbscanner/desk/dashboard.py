"""The first page after login: what waits, is it alive, what happened; every number is a link to its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from groups.models import Group
from groups.policy import State
from scans.engine.scoring import Verdict
from waclient.models import Action, ActionState, Connection, Report, ReportKind, ReportState, Sighting
from wbscanner import first_run
from wbscanner.backoffice import DeskAdmin
from wbscanner.desk import charts, frame, happened, health, meter
from wbscanner.desk.first_steps import HIDDEN, steps
from wbscanner.desk.going_live import questions_for
from wbscanner.desk.queue import RIGHT
from wbscanner.desk.queue_filters import Show, shown, visible
from wbscanner.models import Alarm
from wbscanner.permissions import is_owner


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that waits for its reader, and the list that holds exactly these rows."""

    count: int
    what: str
    text: str
    url: str


def add_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the dashboard's template shows, counted over the rows this person may see; called by unfold."""
    context["title"] = _("Dashboard")
    context.update(now_context(request))
    context["groups"] = _by(request, Group, "state", list(State))
    context["questions"] = questions_for(request)
    context["is_new_here"] = context["groups"] is None and not request.user.has_perm(RIGHT)
    return context


def now_context(request: HttpRequest) -> dict[str, Any]:
    """The part that refreshes itself: what waits, and whether it is alive."""
    connection, now = Connection.get(), timezone.now()
    waiting = _links(request) if request.user.has_perm(RIGHT) else None
    on = list(Alarm.objects.filter(ended_at=None)) if request.user.has_perm("waclient.change_connection") else []
    actions = _by(request, Action, "state", [ActionState.UNCERTAIN, ActionState.FAILED, ActionState.PENDING])
    return {
        "connection": connection,
        "is_alive": connection.is_alive(now),
        "listening": frame.listening(connection),
        "waiting": waiting[0] if waiting else None,
        "waits": [*_of_links(waiting), *_asked(request), *_unsent(actions)],
        "pending": actions["pending"] if actions is not None else None,
        "lights": health.lights(request, connection, now, len(on)),
        "alarms": on,
    }


@require_GET
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/dashboard/live.html", now_context(request))


@require_GET
@never_cache
def what_happened(request: HttpRequest) -> HttpResponse:
    """The charts: a part of the dashboard, or without script a page of its own."""
    days = happened.SPANS[1] if request.GET.get("days") == str(happened.SPANS[1]) else happened.SPANS[0]
    context: dict[str, Any] = {"days": days, "spans": happened.SPANS}
    rows = _rows(request, Sighting)
    if rows is not None:
        starts = happened.midnights(timezone.now(), days)
        by_day = happened.by_day(rows, starts)
        answers = _rows(request, Action)
        decided = happened.until_decided(rows, starts[0])
        answered = happened.until_answered(answers, starts[0]) if answers is not None else None
        context |= {
            "by_day": by_day,
            "chart": charts.stacked(by_day),
            "totals": _totals(by_day),
            "worst": happened.worst_groups(rows, starts[0]),
            "reasons": happened.top_reasons(rows, starts[0]),
            "decided": decided,
            "answered": answered,
            "speeds": charts.speeds([decided, answered]),
        }
    if request.headers.get("HX-Request"):
        return render(request, "desk/dashboard/happened.html", context)
    page = {**admin.site.each_context(request), "title": _("What happened"), **context}
    return render(request, "desk/dashboard/happened_page.html", page)


@require_GET
@never_cache
def house(request: HttpRequest) -> HttpResponse:
    """How much the bot says, and the list of the first week: again a part, or a page of its own."""
    context: dict[str, Any] = {"steps": _first_week(request)}
    if request.user.has_perm("waclient.change_connection"):
        context.update(meter.context(timezone.now()))
    if request.headers.get("HX-Request"):
        return render(request, "desk/dashboard/house.html", context)
    page = {**admin.site.each_context(request), "title": _("How much the bot says"), "is_house": True, **context}
    return render(request, "desk/dashboard/happened_page.html", page)


def _totals(by_day: list[happened.Day]) -> list[Wait]:
    """Each verdict over the whole span."""
    since = {"posted_at__gte": by_day[0].start.isoformat()}
    return [
        Wait(sum(day.counts[one] for day in by_day), one, "", happened.list_url(verdict__exact=one, **since))
        for one in happened.ORDER
    ]


def _first_week(request: HttpRequest) -> list[Any]:
    """Nothing when all is done, or the owner does not want to see it any more."""
    if not is_owner(request.user) or HIDDEN in (noted := first_run.read().noted):
        return []
    found = steps(request.user, noted)
    return [] if all(one.is_done for one in found) else found


def _links(request: HttpRequest) -> tuple[int, int]:
    """How many links wait, and how many of them are dangerous."""
    rows = shown(request.user, Show.NEEDS).order_by()  # type: ignore[arg-type]
    counts = rows.aggregate(all=Count("pk"), dangerous=Count("pk", filter=Q(verdict=Verdict.MALICIOUS)))
    return counts["all"], counts["dangerous"]


def _of_links(waiting: tuple[int, int] | None) -> list[Wait]:
    if waiting is None:
        return []
    count, dangerous = waiting
    queue = reverse("desk:queue")
    words = ngettext("link to decide about", "links to decide about", count)
    found = [Wait(count, words, str(_("The most urgent first")), queue)]
    if dangerous:
        text = str(_("The bot has acted as each group's settings say"))
        found.append(Wait(dangerous, str(_("of them dangerous")), text, f"{queue}?show=dangerous"))
    return found


def _asked(request: HttpRequest) -> list[Wait]:
    """Questions of members that nobody answered; appeals stand in the queue where each has its link there."""
    rows = _rows(request, Report)
    if rows is None:
        return []
    appeal, check = (Q(kind=kind, state=ReportState.OPEN) for kind in (ReportKind.APPEAL, ReportKind.CHECK))
    in_queue = Q(Exists(visible(request.user).filter(url_hash=OuterRef("url_hash"))))  # type: ignore[arg-type]
    counts = rows.order_by().aggregate(
        appeals=Count("pk", filter=appeal),
        checks=Count("pk", filter=check),
        strays=Count("pk", filter=appeal & ~in_queue),
        links=Count("url_hash", filter=appeal & in_queue, distinct=True),
    )
    page = reverse("admin:waclient_report_changelist")
    appeals, checks, url = counts["appeals"], counts["checks"], f"{page}?kind__exact={ReportKind.APPEAL}"
    what = ngettext("open appeal", "open appeals", appeals)
    if not counts["strays"] and request.user.has_perm(RIGHT):
        appeals, url = counts["links"], f"{reverse('desk:queue')}?show={Show.APPEALS}"
        what = ngettext("link that members appeal against", "links that members appeal against", appeals)
    words = ngettext("check asked for", "checks asked for", checks)
    waits = [
        Wait(appeals, what, str(_("Members say it was wrong")), url),
        Wait(checks, words, str(_("Members want to know")), f"{page}?kind__exact={ReportKind.CHECK}"),
    ]
    return [one for one in waits if one.count]


def _unsent(actions: dict[str, int] | None) -> list[Wait]:
    """What the bot could not say, or nobody knows whether it did."""
    page = reverse("admin:waclient_action_changelist")
    words = {
        ActionState.UNCERTAIN: (_("uncertain"), _("Sent or not: nobody knows")),
        ActionState.FAILED: (_("failed"), _("The bot could not say it")),
    }
    return [
        Wait(actions[state], str(what), str(text), f"{page}?state__exact={state}")
        for state, (what, text) in words.items()
        if actions is not None and actions[state]
    ]


def _by(request: HttpRequest, model: type[Model], field: str, values: list[Any]) -> dict[str, int] | None:
    """How many rows the person may see of each of these values; None when the list is not open to them."""
    rows = _rows(request, model)
    if rows is None:
        return None
    found = rows.filter(**{f"{field}__in": values}).order_by().values_list(field).annotate(count=Count("pk"))
    return {str(value): 0 for value in values} | dict(found)


def _rows(request: HttpRequest, model: type[Model]) -> QuerySet[Any] | None:
    """The rows of a list of the desk that this person may see; None when the list is not open to them."""
    page = admin.site.get_model_admin(model)
    assert isinstance(page, DeskAdmin)
    return page.get_queryset(request) if page.has_view_permission(request) else None
