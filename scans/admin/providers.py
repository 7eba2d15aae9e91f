"""The providers in the back office: the owner chooses who is asked, with which key and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from scans.admin.provider_columns import ProviderColumns, spent
from scans.asking import quotas
from scans.asking import rows as provider_rows
from scans.asking.access import is_on
from scans.asking.keys import MAX_KEY, BadKey, cleaned, find
from scans.asking.rows import cards
from scans.engine.providers.provider import Card, Span
from scans.models import ProviderState
from wbscanner.confirm import Answers, Note, NotPossible, confirmed

# Typed once, exactly as handed out: nothing may correct, remember or spell it.
EXACT = {"class": "input", "autocomplete": "new-password", "autocapitalize": "off", "spellcheck": "false"}
MOST_A_SPAN = 1_000_000


class KeyAnswer(Answers):
    """A key is typed once; no page shows it again."""

    key = forms.CharField(
        label=_("Key"),
        max_length=MAX_KEY,
        widget=forms.PasswordInput(attrs=EXACT),
        help_text=_("It is stored encrypted and never shown again."),
    )

    def clean_key(self) -> str:
        try:
            return cleaned(self.cleaned_data["key"])
        except BadKey:
            raise forms.ValidationError(_("This cannot be a key: it holds characters that no key has.")) from None


def _limit(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_A_SPAN, widget=widget)


class LimitAnswers(Answers):
    """Requests in a span; empty for the provider's own limit."""

    minute = _limit(_("In a minute"))
    hour = _limit(_("In an hour"))
    day = _limit(_("In a day"))
    month = _limit(_("In a month"))


def terms(_page: Any, _request: HttpRequest, rows: list[ProviderState]) -> list[Note]:
    """What each is told and on which terms, before it is; and what is missing for it."""
    said = []
    for row in rows:
        card = cards().get(row.name)
        if card is not None:
            said.append(Note(format_html("<strong>{}</strong> {}", card.title, card.terms)))
            if card.key_name and not find(card, row)[0]:
                said.append(Note(_("%(title)s is not asked before it has a key.") % {"title": card.title}, "soon"))
    return said


def limits_now(_page: Any, _request: HttpRequest, rows: list[ProviderState]) -> list[Note]:
    """The limits that hold now, the provider's or one's own."""
    known = [cards()[row.name] for row in rows if row.name in cards()]
    held = quotas.uses(known, timezone.now())
    return [Note(format_html("<strong>{}</strong> {}", card.title, spent(held[card.name]))) for card in known]


@admin.register(ProviderState)
class ProviderAdmin(ProviderColumns):
    search_fields = ("name",)
    actions = ("switch_on", "set_key", "set_limits", "switch_off", "remove_key")
    empty = _("The program has no providers: links are judged by what is on this machine.")
    fieldsets = (
        (None, {"fields": ("title_shown", "use_shown", "health_shown", "times_shown", "error_shown")}),
        (_("What leaves this machine"), {"fields": ("told_shown", "terms_shown", "key_shown")}),
        (_("How much"), {"fields": ("spent_shown", "answered", "failed")}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, in which a provider that came with an update is there from the first look on."""
        if self.has_view_permission(request):
            provider_rows.sync()
        return super().changelist_view(request, extra_context)

    def offers(self, action: str, row: ProviderState) -> bool:
        card = cards().get(row.name)
        offered = {
            "switch_on": card is not None and not is_on(card, row),
            "switch_off": card is not None and is_on(card, row),
            "set_key": card is not None and bool(card.key_name),
            "set_limits": card is not None,
            "remove_key": bool(row.key),
        }
        return offered.get(action, True)

    @confirmed(
        _("Switch on"),
        _("From now on these providers are asked about links, as far as the groups allow. This is what they are told."),
        notes=terms,
    )
    def switch_on(self, request: HttpRequest, state: ProviderState, _answers: Mapping[str, Any]) -> None:
        _card_of(state)
        provider_rows.switch(state, True)
        self.note(request, "switch_on", state, {})

    @confirmed(_("Switch off"), _("These providers are no longer asked. What they said before no longer counts."))
    def switch_off(self, request: HttpRequest, state: ProviderState, _answers: Mapping[str, Any]) -> None:
        _card_of(state)
        provider_rows.switch(state, False)
        self.note(request, "switch_off", state, {})

    @confirmed(_("Set the key"), _("The key takes the place of one that was set here before."), answers=KeyAnswer)
    def set_key(self, request: HttpRequest, state: ProviderState, answers: Mapping[str, Any]) -> None:
        if not _card_of(state).key_name:
            raise NotPossible(_("it needs no key."))
        if len(request.POST.getlist(ACTION_CHECKBOX_NAME)) > 1:
            raise NotPossible(_("a key belongs to one provider; choose one."))
        provider_rows.set_key(state, answers["key"])
        self.note(request, "set_key", state, {})

    @confirmed(_("Remove the key"), _("The key set here is forgotten; one from the environment stays."))
    def remove_key(self, request: HttpRequest, state: ProviderState, _answers: Mapping[str, Any]) -> None:
        if not state.key:
            raise NotPossible(_("no key was set here."))
        provider_rows.remove_key(state)
        self.note(request, "remove_key", state, {})

    @confirmed(
        _("Set limits of your own"),
        _("At most so many requests are sent. A field that is left empty goes back to the provider's own limit."),
        answers=LimitAnswers,
        notes=limits_now,
    )
    def set_limits(self, request: HttpRequest, state: ProviderState, answers: Mapping[str, Any]) -> None:
        _card_of(state)
        provider_rows.set_limits(state, {span: answers[span.value] for span in Span})
        self.note(request, "set_limits", state, {span.value: answers[span.value] for span in Span})


def _card_of(state: ProviderState) -> Card:
    card = cards().get(state.name)
    if card is None:
        raise NotPossible(_("it is no longer part of the program."))
    return card
