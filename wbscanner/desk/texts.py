"""A group's own texts: one field a kind, its preview with what it would say, and how long that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from groups import services
from groups.models import Group
from groups.texts import PLACEHOLDERS, TextKind
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from waclient import replies
from waclient.replies import About, Voice
from waclient.text_checks import limit_of, problem
from wbscanner.permissions import visible_groups

RIGHT = "groups.change_group"
ROOM = 1_000  # characters of a field; what is longer than a message is refused with its length
LABELS: Mapping[TextKind, Any] = {
    TextKind.WARNING: _("Under a dangerous link"),
    TextKind.CAREFUL: _("Under a suspicious link, or one of a kind that has a rule"),
    TextKind.REMOVED: _("After a deletion"),
    TextKind.UPDATE: _("When a link turns out worse later"),
    TextKind.CORRECTION: _("When a warning is taken back"),
    TextKind.NOTICE: _("The arrival notice"),
}
_SHOWN = (Finding.of("brand_lookalike", 9, brand="Example Bank"),)
_SCAM = About(Verdict.MALICIOUS, "parcel-fee.example", _SHOWN, leads_to="customs-pay.example")
_DOUBTFUL = About(Verdict.SUSPICIOUS, "parcel-fee.example", (Finding.of("domain_age", 4),))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a group would read, its length and limit, and why a text of its own is refused."""

    kind: TextKind
    text: str
    limit: int
    refusal: str
    language: str

    @property
    def length(self) -> int:
        return len(self.text)

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"


class TextsForm(forms.Form):
    """One field for each kind of text; an empty one stands for the installation's words."""

    def __init__(self, group: Group, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        for kind, label in LABELS.items():
            self.fields[kind] = forms.CharField(
                label=label, required=False, max_length=ROOM, widget=forms.Textarea(attrs={"rows": 3})
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for kind in LABELS:
            data[kind] = tidied(data.get(kind, ""))
            if data[kind] and (refusal := problem(kind, data[kind], self.group.reply_language)):
                self.add_error(kind, refusal)
        return data


def tidied(text: str) -> str:
    """The lines as they are kept: without the space around them and without empty ones."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def preview(group: Group, kind: TextKind, own: str) -> Preview:
    """What the group would read with this text of its own, or with ours where it is empty or refused."""
    language = group.reply_language
    refusal = problem(kind, own, language) if own else ""
    texts = {str(kind): own} if own and not refusal else {}
    return Preview(kind, _said(group, kind, Voice(language, texts)), limit_of(kind), refusal, language)


def _said(group: Group, kind: TextKind, voice: Voice) -> str:
    if kind is TextKind.NOTICE:
        return replies.notice(Group(language=voice.language, ceiling=group.ceiling, texts=dict(voice.texts)))
    if kind is TextKind.CORRECTION:
        return replies.retraction(voice, _SCAM.host, is_removed=False)
    if kind is TextKind.UPDATE:
        return replies.follow_up(voice, _SCAM)
    about = _DOUBTFUL if kind is TextKind.CAREFUL else _SCAM
    return replies.warning(voice, about, is_removed=kind is TextKind.REMOVED)


def _group(request: HttpRequest, pk: int) -> Group:
    """The group, when this person may see it; to others there is none."""
    groups = visible_groups(request.user)  # type: ignore[arg-type]  # admin_view lets nobody else in
    group = Group.objects.filter(pk=pk).first() if groups is None or pk in groups else None
    if group is None:
        raise Http404
    return group


@require_http_methods(["GET", "POST"])
def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; saving it changes only what this group is told from now on."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    group = _group(request, pk)
    form = TextsForm(group, request.POST if request.method == "POST" else None, initial=group.texts)
    back = reverse("admin:groups_group_change", args=[pk])
    if request.method == "POST" and form.is_valid():
        chosen = {kind: form.cleaned_data[kind] for kind in LABELS}
        services.set_texts(group, chosen, by=request.user.get_username())
        messages.success(request, _("The texts of this group were saved."))
        return redirect(back)
    written = {kind: tidied(str(form[kind].value() or "")) for kind in LABELS}
    fields = [(form[kind], PLACEHOLDERS[kind], preview(group, kind, written[kind])) for kind in LABELS]
    context = {**admin.site.each_context(request), "title": _("Texts of this group"), "group": group, "back": back}
    return render(request, "desk/texts.html", {**context, "fields": fields})


@require_POST
def live(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The preview of one text as it is being written; nothing is kept."""
    if not request.user.is_staff or not request.user.has_perm(RIGHT):
        return HttpResponseForbidden()
    if kind not in set(TextKind):
        raise Http404
    group, own = _group(request, pk), tidied(request.POST.get(kind, "")[:ROOM])
    return render(request, "desk/text_preview.html", {"preview": preview(group, TextKind(kind), own)})
