"""What is asked about a person."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm, UserCreationForm
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from wbscanner.models import Invitation
from wbscanner.people import Role

INPUT = {"class": "input"}
ONCE_BYTES = 16
ONCE = re.compile(r"[0-9a-f]{32}")

if TYPE_CHECKING:
    NewUserForm = UserCreationForm[User]
    PasswordForm = SetPasswordForm[User]
else:
    NewUserForm = UserCreationForm
    PasswordForm = SetPasswordForm


class OnceField(forms.CharField):
    """A number of one drawing of a form: what is posted again with it happened already."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(initial=lambda: secrets.token_hex(ONCE_BYTES))

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not ONCE.fullmatch(text):
            raise forms.ValidationError(_("Load this page again."))
        return text


class RoleForm(forms.Form):
    """As what somebody uses the desk, and which groups they see."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    groups = forms.ModelMultipleChoiceField(
        label=_("Groups they see"),
        queryset=Group.objects.all(),
        required=False,
        help_text=_("Owners see all groups, whatever is chosen here."),
        widget=forms.CheckboxSelectMultiple,
    )

    def group_ids(self) -> list[int]:
        return [group.pk for group in self.cleaned_data["groups"]]


class PersonForm(RoleForm):
    is_active = forms.BooleanField(
        label=_("May log in"), required=False, help_text=_("Without this the person is shut out at once.")
    )


class InviteForm(RoleForm):
    name = forms.CharField(
        label=_("For whom"),
        max_length=80,
        help_text=_("Only to tell invitations apart; they choose their own log-in name."),
        widget=forms.TextInput(attrs=INPUT),
    )
    once = OnceField()
    field_order = ("name", "role", "groups", "once")

    def invitation(self) -> Invitation:
        data = self.cleaned_data
        ends = timezone.now() + settings.INVITATION_KEPT
        return Invitation(name=data["name"], role=data["role"], group_ids=self.group_ids(), expires_at=ends)


class JoinForm(NewUserForm):
    """Name and password of a new person, through Django's own validators."""

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = ""
        _dress(self)


class NewPasswordForm(PasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)


def _dress(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        field.widget.attrs["class"] = "input"
