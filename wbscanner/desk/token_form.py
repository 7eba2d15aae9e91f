"""The form that makes an API token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from wbscanner.auth import PREFIX_BYTES, Scope, issue_token
from wbscanner.desk.people_forms import OnceField
from wbscanner.models import ApiToken

INPUT = {"class": "input"}
SCOPES = [
    (Scope.READ, _("read")),
    (Scope.SCAN, _("ask for scans")),
    (Scope.OVERRIDE, _("make and change overrides")),
    (Scope.ADMIN, _("everything, groups and audit too")),
]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What will use it. The name appears in the audit trail."),
        widget=forms.TextInput(attrs=INPUT),
    )
    scopes = forms.MultipleChoiceField(label=_("May"), choices=SCOPES, widget=forms.CheckboxSelectMultiple)
    groups = forms.ModelMultipleChoiceField(
        label=_("Only these groups"),
        queryset=Group.objects.all(),
        required=False,
        help_text=_("None chosen: all groups, those to come as well."),
        widget=forms.CheckboxSelectMultiple,
    )
    expires_at = forms.DateTimeField(
        label=_("Expires"),
        required=False,
        help_text=_("Empty: it works until it is revoked."),
        widget=forms.DateTimeInput(attrs={**INPUT, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    once = OnceField()

    def clean_once(self) -> str:
        """The prefix of the token to make; it is no secret, and taken when this form was posted before."""
        prefix = f"wb{str(self.cleaned_data['once'])[: 2 * PREFIX_BYTES]}"
        if ApiToken.objects.filter(prefix=prefix).exists():
            raise forms.ValidationError(
                _("This token was made already and is shown once only. If it was not copied, revoke it.")
            )
        return prefix

    def clean_expires_at(self) -> Any:
        value = self.cleaned_data["expires_at"]
        if value is not None and value <= timezone.now():
            raise forms.ValidationError(_("Choose a time to come."))
        return value

    def make(self, user: Any) -> tuple[ApiToken, str]:
        """The token and its clear text, which nobody can read again."""
        data = self.cleaned_data
        groups = [str(group.pk) for group in data["groups"]] or None
        scopes = [Scope(name) for name in data["scopes"]]
        return issue_token(data["name"], scopes, groups, data["expires_at"], user, data["once"])
