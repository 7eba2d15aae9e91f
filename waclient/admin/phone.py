"""The socket's one row and the work it still has to do: the owner's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from waclient import brake
from waclient.models import Connection, PendingWork
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import NotPossible, confirmed


@admin.register(Connection)
class ConnectionAdmin(DeskAdmin):
    """Facts only; linking and connecting again happen on the pairing page, which never shows in this list."""

    list_display = ("phase", "detail", "beat", "connected", "event", "failures", "retry")
    fields = (
        "phase",
        "detail",
        "jid",
        "lid",
        "beat",
        "connected",
        "event",
        "failures",
        "retry",
        "banned",
        "wish",
        "linked",
        "held",
        "held_from",
        "held_because",
    )
    actions = ("send_from_now_on",)
    change_form_outer_before_template = "desk/phone_link.html"

    beat = when("beat_at", _("last heartbeat"))
    connected = when("connected_at", _("connected"))
    event = when("event_at", _("last event"))
    retry = when("retry_at", _("next attempt"))
    banned = when("banned_until", _("banned until"))
    linked = when("paired_at", _("linked"))
    held = when("held_until", _("sending stopped until"))
    held_from = when("held_at", _("sending stopped"))

    def offers(self, action: str, row: Connection) -> bool:
        return action != "send_from_now_on" or row.held_until is not None

    @confirmed(
        _("Send again from now on"),
        _("Sending was stopped after a sign that WhatsApp restricts the number. Too early again may cost the number."),
    )
    def send_from_now_on(self, request: HttpRequest, _row: Connection, _answers: Mapping[str, Any]) -> None:
        if not brake.release(by=request.user.get_username()):
            raise NotPossible(str(_("Sending is not stopped.")))

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
