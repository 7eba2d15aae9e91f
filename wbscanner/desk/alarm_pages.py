"""Alarms and the messages about them: the owner's lists, and the button that tries the channels."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wbscanner import alarms, audit
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.models import Alarm, Channel, Delivery
from wbscanner.permissions import owner_only


class _OwnersList(DeskAdmin):
    list_before_template = "desk/channels.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        channels = [Channel(name).label for name in settings.ALARM_CHANNELS]
        return super().changelist_view(request, {"channels": channels, **(extra_context or {})})


@admin.register(Alarm)
class AlarmAdmin(_OwnersList):
    list_display = ("title", "began", "ended")
    list_filter = ("kind",)
    fields = ("title", "text", "began", "calm", "ended")
    empty = _("Nothing was wrong so far.")
    began = when("began_at", _("began"))
    calm = when("calm_since", _("calm since"))
    ended = when("ended_at", _("ended"))


@admin.register(Delivery)
class DeliveryAdmin(_OwnersList):
    list_display = ("title", "channel", "state", "made", "sent", "attempts", "problem")
    list_filter = ("state", "channel")
    fields = ("title", "text", "channel", "state", "made", "sent", "due", "attempts", "problem")
    empty = _("Messages about alarms are listed here once there is one.")
    made = when("created_at", _("made"))
    sent = when("sent_at", _("sent"))
    due = when("due_at", _("next attempt"))


@owner_only
@require_POST
def tell_test(request: HttpRequest) -> HttpResponse:
    """Have a test sent over every channel; the list that follows shows what comes of it."""
    made = alarms.tell_test(timezone.now())
    audit.record(request.user.get_username(), "alarm.test", "owner", details={"channels": settings.ALARM_CHANNELS})
    if made:
        messages.success(request, _("A test is on its way. Reload this list in a few seconds."))
    else:
        messages.warning(request, _("No channel is configured: see docs/operations.md, Alarms."))
    return redirect("admin:wbscanner_delivery_changelist")
