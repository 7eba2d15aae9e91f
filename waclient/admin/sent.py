"""What the bot said and did, and asking for it once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from groups.filters import OwnGroupFilter
from scans import shown
from waclient import sending
from waclient.admin.lately import PlannedLately, SkippedFor, SpentLately
from waclient.models import Action, ActionState
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import Note, NotPossible, confirmed
from wbscanner.moments import NOTHING

TONES = {
    ActionState.PENDING: "unknown",
    ActionState.SENDING: "unknown",
    ActionState.SENT: "fine",
    ActionState.UNCERTAIN: "soon",
    ActionState.FAILED: "bad",
    ActionState.SKIPPED: "nothing",
}
RESENDABLE = frozenset({ActionState.UNCERTAIN, ActionState.FAILED, ActionState.SKIPPED})


def doubts(_page: Any, _request: HttpRequest, rows: list[Any]) -> list[Note]:
    """A warning when something chosen may have reached the group already."""
    if not any(row.state == ActionState.UNCERTAIN for row in rows):
        return []
    text = _("Nobody knows whether it arrived. If it did, members may then see it twice: look in the group first.")
    return [Note(text, "soon")]


@admin.register(Action)
class ActionAdmin(DeskAdmin):
    group_path = "group"
    list_display = ("kind", "state_shown", "group_name", "host_shown", "created", "sent", "why")
    list_filter = ("state", "kind", OwnGroupFilter, SkippedFor, PlannedLately, SpentLately, "created_at")
    list_select_related = ("group", "sighting")
    search_fields = ("group__name", "sighting__host", "reason", "asked_by")
    search_help_text = _("Group, host or reason")
    actions = ("send_again",)
    empty = _("Reactions, replies and deletions are listed here, sent or not. In watched groups the bot says nothing.")
    fieldsets = (
        (None, {"fields": ("kind", "state_shown", "why", "text")}),
        (_("Where"), {"fields": ("group_name", "host_shown")}),
        (_("When"), {"fields": ("created", "claimed", "sent", "asked_by", "wa_message_id")}),
    )

    created = when("created_at", _("planned"))
    claimed = when("claimed_at", _("claimed"))
    sent = when("sent_at", _("sent"))

    def offers(self, action: str, row: Action) -> bool:
        return action != "send_again" or row.state in RESENDABLE

    @admin.display(description=_("why"), ordering="reason")
    def why(self, action: Action) -> str:
        return render_to_string("desk/why.html", {"reason": action.reason})

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, action: Action) -> str:
        tone = TONES[ActionState(action.state)]
        return format_html('<span class="mark {}">{}</span>', tone, action.get_state_display())

    @admin.display(description=_("group"), ordering="group__name")
    def group_name(self, action: Action) -> str:
        return str(action.group) if action.group else str(_("to a person alone"))

    @admin.display(description=_("host"), ordering="sighting__host")
    def host_shown(self, action: Action) -> str:
        return shown.host_plate(action.sighting.host) if action.sighting else NOTHING

    @confirmed(
        _("Send again"),
        _("These wait for the bot to send them, within its budget and unless the group is off or muted by then."),
        notes=doubts,
    )
    def send_again(self, request: HttpRequest, action: Action, _answers: Mapping[str, Any]) -> None:
        try:
            sending.send_again(action, by=request.user.get_username())
        except sending.CannotResend as refusal:
            raise NotPossible(str(refusal)) from refusal
