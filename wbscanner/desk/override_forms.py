"""What people paste, or have in a file, when they make many overrides at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from overrides import sheet
from overrides.drafts import MOST_LINES, Draft, Reach, read_lines
from overrides.forms import INPUT, OverrideForm
from overrides.rules import Ruling
from wbscanner.permissions import visible_groups, within

LARGEST = 500_000  # bytes of what is pasted, or handed on by a preview
MOST_IN_A_FILE, LARGEST_FILE = 50_000, 10_000_000  # lines and bytes; more than MOST_LINES are saved by the worker
REACHES = [
    (Reach.WRITTEN, _("what it says: an address, a host, or a pattern with *")),
    (Reach.HOST, _("its host")),
    (Reach.DOMAIN, _("its domain with all hosts")),
]


class PasteForm(OverrideForm):
    """One ruling about many links."""

    target = kind = None  # type: ignore[assignment]  # Django's way to leave fields of the parent out
    field_order = ("lines", "ruling", "reach", "group", "reason", "expires_at")
    reach = forms.ChoiceField(label=_("Each line stands for"), choices=REACHES, initial=Reach.WRITTEN)
    lines = forms.CharField(
        label=_("Links, hosts or patterns, one a line"),
        max_length=LARGEST,
        help_text=_("Up to %(n)d lines. Broken ones such as evil[.]example are read too.") % {"n": MOST_LINES},
        widget=forms.Textarea(
            attrs={**INPUT, "rows": 6, "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def drafts(self) -> list[Draft]:
        data = self.cleaned_data
        like = Draft(
            0,
            "",
            Ruling(data["ruling"]),
            group=data["group"],
            reason=data["reason"],
            expires_at=data["expires_at"],
            keeps_reason=True,
        )
        return read_lines(data["lines"], Reach(data["reach"]), like)

    def clean_lines(self) -> str:
        lines = str(self.cleaned_data["lines"])
        if sum(bool(line.strip()) for line in lines.splitlines()) > MOST_LINES:
            raise forms.ValidationError(_("These are more than %(n)d lines. Do it in parts."), params={"n": MOST_LINES})
        return lines


class SheetForm(forms.Form):
    """A CSV file, as it is chosen (`file`) or as the preview hands it on (`sheet`).

    `is_long`, once it was read: it has more lines than a page shows and saves at once.
    """

    is_long = False

    file = forms.FileField(label=_("CSV file"), required=False)
    sheet = forms.CharField(required=False, max_length=LARGEST, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = visible_groups(user)
        self.sees_all = groups is None
        self.groups = {group.pk: group for group in Group.objects.filter(within(groups, "pk"))}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = self._text(data.get("file"), data.get("sheet") or "")
        if not text.strip():
            raise forms.ValidationError(_("Choose a CSV file first."))
        try:
            rows = sheet.rows(text)
        except sheet.NoSheet as error:
            raise forms.ValidationError(str(error)) from error
        if len(rows) > MOST_IN_A_FILE:
            raise forms.ValidationError(
                _("These are more than %(n)d lines. Do it in parts."), params={"n": MOST_IN_A_FILE}
            )
        self.is_long = len(rows) > MOST_LINES
        drafts = [] if self.is_long else [sheet.draft(row, self.groups, self.sees_all) for row in rows]
        return {**data, "sheet": text, "drafts": drafts}

    def _text(self, file: UploadedFile[bytes] | None, text: str) -> str:
        if file is None:
            return text
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large: 10 MB at most."))
        try:
            return bytes(file.read()).decode()
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Save the file as UTF-8, and choose it again.")) from error
