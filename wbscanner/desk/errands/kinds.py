"""The long pieces of work that there are: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wbscanner.desk.errands import bringing, taking_out, trying
from wbscanner.desk.errands.steps import Kind
from wbscanner.models import Errand
from wbscanner.permissions import is_owner

BRING_OVERRIDES, TAKE_OVERRIDES, TAKE_PERSONAL = "bring_overrides", "take_overrides", "take_personal"
TRY_POLICY = "try_policy"


def _at(name: str) -> Callable[[Errand], str]:
    return lambda _errand: reverse(name)


KINDS: Mapping[str, Kind] = {
    BRING_OVERRIDES: Kind(
        _("Overrides from a file"), bringing.work, bringing.may, _at("admin:overrides_override_changelist"), "lines"
    ),
    TAKE_OVERRIDES: Kind(
        _("All overrides as a file"), taking_out.overrides, taking_out.may_take_overrides,
        _at("admin:overrides_override_changelist"), file_name="overrides.csv",
    ),
    TAKE_PERSONAL: Kind(
        _("What is stored about somebody, as a file"), taking_out.stored_about, is_owner,
        _at("desk:personal"), file_name="stored.json",
    ),
    TRY_POLICY: Kind(
        _("What would this policy have done?"), trying.work, trying.may, trying.back, "links",
        keeps_given=True, shown=trying.shown, about=trying.about,
    ),
}  # fmt: skip
