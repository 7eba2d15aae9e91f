"""What the owner does in the first week, and what of it is done: from rows, where a row can tell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from groups.models import Group
from groups.policy import State
from groups.texts import TextKind
from waclient.models import Connection, ModeratorsChat
from wbscanner import audit, first_run
from wbscanner.models import Delivery, DeliveryState
from wbscanner.permissions import is_owner, owner_only

HIDDEN = "hidden"  # the owner does not want to see the list any more
BY_HAND = ("backup", "notice", HIDDEN)  # no row tells: the owner says that it was done


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist; `may_tick`: the owner says so by a click (first_steps.note)."""

    name: str
    title: str
    text: str
    address: str
    is_done: bool
    may_tick: bool = False


def steps(user: User, noted: Collection[str]) -> list[Step]:
    """The checklist of the first week, with what its owner noted; empty for everybody else. At most six queries."""
    if not is_owner(user):
        return []
    chosen = list(Group.objects.filter(state__in=[State.WATCH, State.LIVE]).values_list("texts", flat=True))
    return [
        Step(
            "phone", str(_("Link the phone")), str(_("The bot is a linked device of a spare phone.")),
            reverse("desk:phone"), bool(Connection.get().jid),
        ),
        Step(
            "groups", str(_("Choose the groups")), str(_("No group is read before somebody chose it.")),
            reverse("desk:set-up-groups"), bool(chosen),
        ),
        Step(
            "chat", str(_("Bind a moderators' chat")), str(_("Bad links are told there, and decided there.")),
            reverse("admin:waclient_moderatorschat_changelist"), ModeratorsChat.objects.exclude(key="").exists(),
        ),
        Step(
            "person", str(_("Invite a second person")), str(_("Somebody decides while you are asleep or away.")),
            reverse("desk:people"),
            User.objects.filter(is_active=True, is_staff=True).exclude(pk=user.pk).exists(),
        ),
        Step(
            "alarm", str(_("Be told when it breaks")),
            str(_("By e-mail, webhook or ntfy: WhatsApp cannot tell you that WhatsApp is down. Send a test.")),
            reverse("admin:wbscanner_alarm_changelist"), Delivery.objects.filter(state=DeliveryState.SENT).exists(),
        ),
        Step(
            "notice", str(_("Read what the bot says on arrival")),
            str(_("Once in each group, so that its members know who reads along. Word it as your group speaks.")),
            reverse("admin:groups_group_changelist"),
            "notice" in noted or any(TextKind.NOTICE in texts for texts in chosen), True,
        ),
        Step(
            "backup", str(_("Make a backup")),
            str(_("Of the database and the installation's key; how is told on the page behind this line.")),
            reverse("desk:backup"), "backup" in noted, True,
        ),
    ]  # fmt: skip


@owner_only
@require_POST
def note(request: HttpRequest) -> HttpResponse:
    """The owner ticks, or takes back, a line that no row can tell."""
    name = request.POST.get("step", "")
    if name in BY_HAND:
        is_done = "done" in request.POST
        with transaction.atomic():
            first_run.note(name, is_done=is_done)
            audit.record(request.user.get_username(), "setup.note", name, details={"done": is_done})
        messages.success(request, _("Noted.") if is_done else _("Taken back."))
    return redirect("desk:backup" if request.POST.get("at") == "backup" else "admin:index")


@owner_only
@require_GET
def backup(request: HttpRequest) -> HttpResponse:
    """How a backup is made of this installation: only its operator can, at the machine."""
    context = {"title": _("Make a backup"), "is_done": "backup" in first_run.read().noted}
    return render(request, "desk/backup.html", {**admin.site.each_context(request), **context})
