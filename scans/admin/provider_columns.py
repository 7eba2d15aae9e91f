"""What the pages of the providers show of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from scans.asking import latency, quotas
from scans.asking.access import is_on
from scans.asking.keys import Place, find
from scans.asking.latency import Latency
from scans.asking.quotas import Use
from scans.asking.rows import cards
from scans.models import CEILING_CHOICES, ProviderState
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.moments import NOTHING, moment

PLACES = {
    Place.NOT_NEEDED: _("needs none"),
    Place.ENVIRONMENT: _("set in the environment"),
    Place.DESK: _("set here"),
    Place.UNREADABLE: _("cannot be read: set it again"),
}


class ProviderColumns(DeskAdmin):
    """The columns and fields; the choices are in scans.admin.providers."""

    answered = when("last_answer_at", _("last answer"))
    failed = when("last_failure_at", _("last failure"))

    def get_list_display(self, request: HttpRequest) -> Any:
        """What was spent, and how long it took, is read once for the whole list."""
        uses, times = quotas.uses(cards().values(), timezone.now()), latency.lately(cards(), timezone.now())

        @admin.display(description=_("spent"))
        def spent_shown(state: ProviderState) -> str:
            return spent(uses.get(state.name, ()))

        @admin.display(description=_("how fast"))
        def times_shown(state: ProviderState) -> str:
            return how_fast(state, times.get(state.name))

        return ("title_shown", "use_shown", "told_shown", "health_shown", times_shown, spent_shown, "answered")

    @admin.display(description=_("provider"), ordering="name")
    def title_shown(self, state: ProviderState) -> str:
        card = cards().get(state.name)
        aside = state.name if card else _("no longer part of the program")
        return format_html('<bdi>{}</bdi> <small class="aside">{}</small>', card.title if card else state.name, aside)

    @admin.display(description=_("use"))
    def use_shown(self, state: ProviderState) -> str:
        card = cards().get(state.name)
        has_key = card is not None and (not card.key_name or bool(find(card, state)[0]))
        context = {"is_on": card is not None and is_on(card, state), "has_key": has_key, "card": card}
        return render_to_string("desk/provider_use.html", context)

    @admin.display(description=_("is told"))
    def told_shown(self, state: ProviderState) -> str:
        card = cards().get(state.name)
        return str(dict(CEILING_CHOICES)[card.ceiling]) if card else NOTHING

    @admin.display(description=_("terms"))
    def terms_shown(self, state: ProviderState) -> str:
        card = cards().get(state.name)
        return card.terms if card else NOTHING

    @admin.display(description=_("health"))
    def health_shown(self, state: ProviderState) -> str:
        now = timezone.now()
        is_paused = state.open_until is not None and state.open_until > now
        context = {
            "state": state,
            "is_paused": is_paused,
            "until": moment(state.open_until),
            "is_waiting": state.open_until is not None and not is_paused,
        }
        return render_to_string("desk/provider_health.html", context)

    @admin.display(description=_("last problem"))
    def error_shown(self, state: ProviderState) -> str:
        return state.last_error or NOTHING

    @admin.display(description=_("key"))
    def key_shown(self, state: ProviderState) -> str:
        card = cards().get(state.name)
        if card is None:
            return str(_("set here")) if state.key else NOTHING
        _key, place = find(card, state)
        missing = _("missing: set it here, or as %(name)s in the environment") % {"name": card.key_name}
        return str(PLACES.get(place, missing))

    @admin.display(description=_("how fast"))
    def times_shown(self, state: ProviderState) -> str:
        return how_fast(state, latency.lately([state.name], timezone.now()).get(state.name))

    @admin.display(description=_("spent"))
    def spent_shown(self, state: ProviderState) -> str:
        card = cards().get(state.name)
        return spent(quotas.uses([card], timezone.now())[state.name] if card else ())


def spent(uses: Sequence[Use]) -> str:
    """What is spent of each allowance, as HTML."""
    return render_to_string("desk/provider_spent.html", {"uses": uses})


def how_fast(state: ProviderState, latency: Latency | None) -> str:
    """What its calls of the last day took, as HTML."""
    was_asked = state.last_answer_at is not None or state.last_failure_at is not None
    return render_to_string("desk/provider_times.html", {"latency": latency, "was_asked": was_asked})
