"""The page that says what a policy would have done in one group lately: before it is saved, chosen, or goes live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from groups import golive
from groups.backtest import Replayed
from groups.forms import PolicyForm
from groups.messages import Outcome
from groups.models import PRESET_CHOICES, GoLiveAnswer, GoLiveQuestion, Group
from groups.policy import Preset, State
from groups.presets import POLICY_COLUMNS, PRESETS
from scans import shown
from waclient.models import ActionKind, Sighting
from wbscanner.desk import going_live, replays
from wbscanner.desk.replays import RESPONSES, Comparison
from wbscanner.moments import moment
from wbscanner.permissions import includes, visible_groups

SEES, CHANGES = "groups.view_group", "groups.change_group"
# What of the group's form makes a policy; the rest is not asked here and saved by the form itself.
FIELDS = (*POLICY_COLUMNS, "time_zone")
KINDS = {response: ActionKind(kind).label for kind, response in RESPONSES.items()}


class Proposal(PolicyForm):
    """The group's own form as far as it is its policy: read, checked, and not saved."""

    class Meta:
        model = Group
        fields = FIELDS


@dataclass(frozen=True, slots=True)
class Row:
    """A link about which the policies differ, ready to be shown."""

    mark: str
    host: str
    at: str
    was: str
    would: str
    is_fine: bool
    card: str


def open_group(request: HttpRequest, group_id: int, right: str = SEES) -> Group:
    """The group, if this person may see it; one that they may not is as if it were not there."""
    user = request.user
    assert isinstance(user, User)
    if not user.has_perm(right):
        raise PermissionDenied
    group = Group.objects.filter(pk=group_id).first()
    if group is None or not includes(visible_groups(user), group.pk):
        raise Http404
    return group


@require_http_methods(["GET", "POST"])
def backtest(request: HttpRequest, group_id: int) -> HttpResponse:
    """By GET the policy as it is or a ready-made one (`preset`), by POST the values of the group's form, not saved."""
    group = open_group(request, group_id)
    name, proposal = _proposed(request, group)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What would this policy have done?"),
        "group": group,
        "name": name,
        "presets": _presets(name),
        "may_change": request.user.has_perm(CHANGES),
        "back": reverse("admin:groups_group_change", args=[group.pk]),
        "given": _given(request) if proposal is not None else [],
        "problems": [],
    }
    if proposal is not None and not proposal.is_valid():
        problems = [problem for errors in proposal.errors.values() for problem in errors]
        return render(request, "desk/backtest.html", {**context, "problems": problems}, status=422)
    return render(request, "desk/backtest.html", {**context, **_found(group, name)})


@require_POST
def go_live(request: HttpRequest, group_id: int) -> HttpResponse:
    """Answer the question whether a watched group shall go live."""
    group = open_group(request, group_id, CHANGES)
    question, said = GoLiveQuestion.objects.filter(group=group).first(), request.POST.get("answer", "")
    if question is None or said not in GoLiveAnswer.values:
        raise Http404
    try:
        golive.answer(question, GoLiveAnswer(said), by=request.user.get_username())
        text = _("The bot now answers in this group.") if said == GoLiveAnswer.LIVE else _("The group stays watched.")
        messages.success(request, text)
    except golive.AlreadyAnswered:
        messages.warning(request, _("This was answered before. Nothing was changed."))
    return redirect("admin:groups_group_change", group.pk)


def _proposed(request: HttpRequest, group: Group) -> tuple[str, Proposal | None]:
    """Makes the group, unsaved, one of the proposed policy."""
    if request.method == "POST":
        return "form", Proposal(request.POST, instance=group)
    preset = request.GET.get("preset", "")
    if preset not in PRESETS:
        return "now", None
    for column, value in PRESETS[Preset(preset)].items():
        setattr(group, column, value)
    return preset, None


def _found(group: Group, name: str) -> dict[str, Any]:
    now = timezone.now()
    found = replays.compare(group, replays.live(group.policy), now)
    return {
        "found": found,
        "days": max(round((now - found.since).total_seconds() / 86400), 1),
        "rows": rows_of(found),
        "silent_now": found.links - found.was.links + found.was.silent,
        "silent_then": found.links - found.would.links + found.would.silent,
        "is_live": group.state == State.LIVE,
        "fine": len(found.fine),
        "sentence": golive.sentence(found.would),
        "question": going_live.question_of(group) if name == "now" else None,
        "is_on_page": True,
    }


def rows_of(found: Comparison) -> list[Row]:
    """The newest links about which the policies differ, with their cards."""
    cards = Sighting.objects.in_bulk([row.seen.key for row in found.shown])
    return [_row(row, cards[row.seen.key], found) for row in found.shown if row.seen.key in cards]


def _row(row: Replayed, sighting: Sighting, found: Comparison) -> Row:
    return Row(
        mark=shown.verdict_mark(row.seen.verdict),
        host=shown.host_plate(sighting.host),
        at=moment(row.seen.facts.now),
        was=_said(row.seen.done),
        would=_said(row.would),
        is_fine=row.seen.link in found.fine,
        card=reverse("admin:waclient_sighting_change", args=[sighting.pk]),
    )


def _said(outcome: Outcome) -> str:
    """In words: what the group hears; where that is nothing, whether its moderators do."""
    said = [str(KINDS[response]) for response in outcome.responses if response in KINDS]
    if not said and outcome.alerts:
        return str(_("only the moderators are told"))
    return ", ".join(said) or str(_("nothing"))


def _presets(name: str) -> list[dict[str, Any]]:
    choices = [(preset, label) for preset, label in PRESET_CHOICES if preset not in {Preset.OWN, Preset.WATCH}]
    return [{"name": preset.value, "label": label, "is_chosen": preset == name} for preset, label in choices]


def _given(request: HttpRequest) -> list[tuple[str, str]]:
    """The form's values, to be handed on to where they are saved."""
    kept = {key for key in request.POST if not key.startswith("_") and key != "csrfmiddlewaretoken"}
    return [(key, value) for key in sorted(kept) for value in request.POST.getlist(key)]
