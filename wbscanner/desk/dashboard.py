"""The first page after login: what waits and whether the bot is alive; every number counts rows one can open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from groups.policy import State
from scans.models import Scan, Status
from waclient.models import Action, ActionState, Connection, Sighting
from wbscanner.backoffice import DeskAdmin
from wbscanner.desk import meter
from wbscanner.desk.going_live import questions_for
from wbscanner.desk.queue import RIGHT
from wbscanner.desk.queue_filters import Show, shown
from wbscanner.models import Alarm

OVERDUE = timedelta(seconds=30)


def add_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the dashboard's template shows, counted over the rows this person may see; called by unfold."""
    connection = Connection.get()
    context["title"] = _("Dashboard")
    context["connection"] = connection
    context["is_alive"] = connection.is_alive(timezone.now())
    waiting = shown(request.user, Show.NEEDS) if request.user.has_perm(RIGHT) else None  # type: ignore[arg-type]
    context["waiting"] = waiting.count() if waiting is not None else None
    context["dangerous"] = shown(request.user, Show.DANGEROUS).count() if waiting is not None else None  # type: ignore[arg-type]
    context["uncertain"] = _count(request, Action, state=ActionState.UNCERTAIN)
    context["failed"] = _count(request, Action, state=ActionState.FAILED)
    context["pending"] = _count(request, Action, state=ActionState.PENDING)
    context["groups"] = {state.value: _count(request, Group, state=state) for state in State}
    context["sightings"] = _count(request, Sighting)
    if request.user.has_perm("waclient.change_connection"):
        context.update(meter.context(timezone.now()))
        context["alarms"] = Alarm.objects.filter(ended_at=None)
    context["overdue"] = Scan.objects.filter(
        finished_at__isnull=True, status=Status.QUEUED, requested_at__lt=timezone.now() - OVERDUE
    ).count()
    context["questions"] = questions_for(request)
    return context


def _count(request: HttpRequest, model: type[Model], **conditions: object) -> int | None:
    """How many such rows the person may see; None when the list is not open to them."""
    page = admin.site.get_model_admin(model)
    assert isinstance(page, DeskAdmin)
    if not page.has_view_permission(request):
        return None
    return page.get_queryset(request).filter(**conditions).count()
