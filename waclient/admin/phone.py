"""The socket's one row and the work it still has to do: the owner's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from waclient.models import Connection, PendingWork
from wbscanner.backoffice import DeskAdmin, when


@admin.register(Connection)
class ConnectionAdmin(DeskAdmin):
    """Facts only; linking and connecting again happen on the pairing page, which never shows in this list."""

    list_display = ("phase", "detail", "beat", "connected", "event", "failures", "retry")
    fields = ("phase", "detail", "jid", "lid", "beat", "connected", "event", "failures", "retry", "banned", "wish")
    change_form_outer_before_template = "desk/phone_link.html"

    beat = when("beat_at", _("last heartbeat"))
    connected = when("connected_at", _("connected"))
    event = when("event_at", _("last event"))
    retry = when("retry_at", _("next attempt"))
    banned = when("banned_until", _("banned until"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if self.has_view_permission(request):
            Connection.get()
        return super().changelist_view(request, extra_context)


@admin.register(PendingWork)
class PendingWorkAdmin(DeskAdmin):
    list_display = ("kind", "ref", "created", "due", "attempts")
    list_filter = ("kind",)
    search_fields = ("ref",)
    fields = ("kind", "ref", "created", "due", "attempts")
    created = when("created_at", _("asked"))
    due = when("due_at", _("due"))
