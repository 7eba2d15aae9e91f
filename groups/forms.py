"""The form of a group's policy, and the words that explain it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

HELP: Mapping[str, Any] = {
    "language": _("What the bot says in this group. Empty: the installation's language."),
    "ceiling": _("With “nothing” the links posted here are not opened either; otherwise this machine opens them."),
    "weighs_newcomers": _(
        "For a week it is then kept, under a code name, who joined and when. It makes no clean link dangerous."
    ),
    "time_zone": _("As in “Europe/Madrid”. Empty: the installation's own."),
}
CHOSEN = ("on_suspicious", "on_malicious", "on_invites", "on_payments", "on_installers", "on_shorteners")


def widgets() -> dict[str, forms.Widget]:
    """Plain fields, which every phone opens in its own way."""
    clock = {"type": "time", "class": "input"}
    plain = {"class": "input", "autocapitalize": "none", "spellcheck": "false"}
    return {
        **{name: forms.Select() for name in (*CHOSEN, "language", "ceiling")},
        **{name: forms.TimeInput(attrs=clock, format="%H:%M") for name in ("quiet_from", "quiet_to")},
        **{name: forms.CheckboxInput() for name in ("exempts_admins", "weighs_newcomers")},
        "time_zone": forms.TextInput(attrs=plain),
    }


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class takes no argument
    """A group's own policy; what makes no sense together is refused. `tried` is shown instead of what is saved."""

    tried: ClassVar[Mapping[str, object]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {**self.tried, **(kwargs.get("initial") or {})}})

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone and zone not in available_timezones():
            raise forms.ValidationError(
                _("Write it as in “Europe/Madrid”, or leave it empty for the installation's own.")
            )
        return zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("quiet_from") is None) != (data.get("quiet_to") is None):
            raise forms.ValidationError(_("Quiet hours need both a beginning and an end."))
        return data
