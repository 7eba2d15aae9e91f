"""Two steps of the set-up: which groups are read, and how the bot behaves there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from groups import services
from groups.models import PRESET_CHOICES, Group
from groups.policy import Preset, State
from wbscanner import first_run
from wbscanner.desk import set_up_stages
from wbscanner.desk.set_up import go_on, show
from wbscanner.desk.set_up_stages import Stage
from wbscanner.numbers import whole
from wbscanner.permissions import owner_only

SAYS = {
    Preset.WATCH: _("Says nothing in the group. You see what it would have done, and decide after a week."),
    Preset.QUIET: _("A reaction on suspicious links, a short reply on dangerous ones."),
    Preset.FAMILY: _("As Quiet, and warns of apps and shortened links. Silent from 21:00 to 7:00, except for danger."),
    Preset.NEIGHBOURHOOD: _("As Quiet, and marks invitations to other groups."),
    Preset.MARKETPLACE: _("The strictest: deletes what is surely a scam where the bot is admin, warns of payments."),
}
READ = (State.WATCH, State.LIVE)


def known() -> QuerySet[Group]:
    """The groups that the number is in; those that are read first."""
    return Group.objects.filter(left_at=None).order_by("name", "pk")


@owner_only
@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest) -> HttpResponse:
    """Tick what shall be read. A group that was offered with a tick and comes back without one is read no longer."""
    if request.method == "POST":
        return _choose(request)
    found = list(known())
    return show(
        request, Stage.GROUPS, _("Choose the groups"),
        groups=found,
    )  # fmt: skip


def _choose(request: HttpRequest) -> HttpResponse:
    ticked, offered, by = _keys(request, "group"), _keys(request, "ticked"), request.user.get_username()
    with transaction.atomic():
        for group in known().filter(pk__in=ticked - offered, state=State.OFF):
            services.set_state(group, State.WATCH, by=by)
        for group in known().filter(pk__in=offered - ticked, state=State.WATCH):
            services.set_state(group, State.OFF, by=by)
    if Stage.GROUPS not in set_up_stages.done():
        messages.error(request, _("No group is ticked. Tick one, or skip this step."))
        return redirect(set_up_stages.address_of(Stage.GROUPS))
    return go_on(Stage.GROUPS)


def _keys(request: HttpRequest, name: str) -> set[int]:
    return {number for number in map(whole, request.POST.getlist(name)) if number is not None}


class BehaviourForm(forms.Form):
    preset = forms.ChoiceField(choices=[one for one in PRESET_CHOICES if one[0] != Preset.OWN], initial=Preset.WATCH)


@owner_only
@require_http_methods(["GET", "POST"])
def behaviour(request: HttpRequest) -> HttpResponse:
    """One ready-made policy for the groups that are ticked; Watch only stands ready."""
    form = BehaviourForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _behave(request, Preset(form.cleaned_data["preset"]))
    presets = [{"value": one.value, "label": label, "says": SAYS[one]} for one, label in PRESET_CHOICES if one in SAYS]
    found = list(known().filter(state__in=READ))
    return show(request, Stage.BEHAVIOUR, _("How the bot behaves"), presets=presets, groups=found)


def _behave(request: HttpRequest, preset: Preset) -> HttpResponse:
    chosen: Any = known().filter(pk__in=_keys(request, "group"), state__in=READ)
    by = request.user.get_username()
    with transaction.atomic():
        for group in chosen:
            services.choose_preset(group, preset, by=by)
            if preset is not Preset.WATCH and group.state != State.LIVE:
                services.set_state(group, State.LIVE, by=by)
        first_run.pass_step(Stage.BEHAVIOUR)
    return go_on(Stage.BEHAVIOUR)
