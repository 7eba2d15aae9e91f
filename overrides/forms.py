"""The form that makes an override: what a person types is read by overrides.services, the API's own door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from overrides import services
from overrides.models import KIND_CHOICES, RULING_CHOICES, Override
from overrides.rules import Kind, Ruling
from wbscanner.permissions import visible_groups, within

INPUT = {"class": "input"}


class OverrideForm(forms.Form):
    """One allow or deny; groups offered, and whether "all groups" is, depend on who asks."""

    ruling = forms.ChoiceField(label=_("Ruling"), choices=RULING_CHOICES, initial=Ruling.DENY)
    kind = forms.ChoiceField(label=_("Applies to"), choices=KIND_CHOICES, initial=Kind.HOST)
    target = forms.CharField(
        label=_("Link, host, domain or pattern"),
        max_length=2000,
        widget=forms.TextInput(attrs={**INPUT, "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("A whole URL, a host such as pay.example.com, a domain, or a pattern such as *.example.com/pay/*"),
    )
    group = forms.ModelChoiceField(label=_("Only in group"), queryset=Group.objects.none(), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, widget=forms.TextInput(attrs=INPUT))
    expires_at = forms.DateTimeField(
        label=_("Ends"),
        required=False,
        help_text=_("Empty: it stays until somebody removes it."),
        widget=forms.DateTimeInput(attrs={**INPUT, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = visible_groups(user)
        field = self.fields["group"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Group.objects.filter(within(groups, "pk"))
        field.required = groups is not None
        field.empty_label = str(_("All groups")) if groups is None else None

    def make(self, by: str) -> Override | None:
        """The new override; None, with an error on the field it belongs to, when the target cannot be used."""
        data = self.cleaned_data
        try:
            return services.create_override(
                Kind(data["kind"]),
                data["target"],
                Ruling(data["ruling"]),
                by=by,
                group=data["group"],
                reason=data["reason"],
                expires_at=data["expires_at"],
            )
        except services.InvalidExpiry as error:
            self.add_error("expires_at", str(error))
        except ValueError as error:  # InvalidTarget and InvalidPattern: their messages say what to change
            self.add_error("target", str(error))
        except services.AlreadyThere as error:
            self.add_error(None, str(error))
        return None
