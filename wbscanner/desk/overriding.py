"""Overrides by the dozen: pasted or from a file, with what they would have decided lately before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from overrides import plans, sheet
from overrides.drafts import Draft, bad_lines
from overrides.forms import OverrideForm
from overrides.models import Override
from overrides.plans import Change, Step
from overrides.rules import Kind, Ruling
from overrides.services import read_target
from scans.engine.defang import defang_text
from wbscanner import audit
from wbscanner.desk import effects
from wbscanner.desk.effects import Effect
from wbscanner.desk.errands.carrying_out import begin
from wbscanner.desk.errands.kinds import BRING_OVERRIDES, TAKE_OVERRIDES
from wbscanner.desk.errands.mine import mine
from wbscanner.desk.errands.taking_out import MOST_AT_ONCE
from wbscanner.desk.override_forms import PasteForm, SheetForm
from wbscanner.permissions import visible_groups, within

SEES = "overrides.view_override"
MAKES = ("overrides.add_override", "overrides.change_override")
LIST = "admin:overrides_override_changelist"
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One draft, ready to be shown."""

    number: int
    what: str
    change: Change
    ruling: str
    group: str
    problem: str
    links: int


@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """Lines that rule on many links at once: read, shown with their effect, then saved."""
    user = _allowed(request)
    form = PasteForm(request.POST if request.method == "POST" else None, user=user)
    drafts = form.drafts() if form.is_bound and form.is_valid() else []
    if "save" in request.POST and drafts:
        steps = _save(request, drafts)
        left = bad_lines([step.draft for step in steps])
        if not left:
            return redirect(LIST)
        form = PasteForm({**{name: form[name].value() for name in form.fields}, "lines": left}, user=user)
        form.is_valid()
        drafts = form.drafts()
    given = [(name, form[name].value() or "") for name in form.fields] if drafts else []
    return _page(
        request, user, drafts, form=form, file_form=SheetForm(user=user), given=given, place="desk:override-paste"
    )


@require_http_methods(["POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """The same from a file that was exported, or written by hand."""
    user = _allowed(request)
    file_form = SheetForm(request.POST, request.FILES, user=user)
    drafts = file_form.cleaned_data["drafts"] if file_form.is_valid() else []
    if file_form.is_valid() and file_form.is_long:
        content = file_form.cleaned_data["sheet"].encode()
        return redirect("desk:errand", begin(BRING_OVERRIDES, user, {}, content).pk)
    if "save" in request.POST and drafts and not bad_lines([s.draft for s in _save(request, drafts)]):
        return redirect(LIST)
    given = [("sheet", file_form.cleaned_data["sheet"])] if drafts else []
    return _page(
        request, user, drafts, form=PasteForm(user=user), file_form=file_form, given=given, place="desk:override-import"
    )


@require_http_methods(["POST"])
def effect(request: HttpRequest) -> HttpResponse:
    """What the one override of the form would have decided; nothing is saved."""
    user = _allowed(request)
    form = OverrideForm(request.POST, user=user)
    drafts = [_single(form)] if form.is_valid() else []
    given = [(name, form[name].value() or "") for name in form.fields]
    return _page(request, user, drafts, form=form, given=given, place="admin:overrides_override_add", is_single=True)


@require_GET
def take_out(request: HttpRequest) -> HttpResponseBase:
    """All overrides that this person sees as a CSV file, line by line."""
    user = _known(request)
    if not user.has_perm(SEES):
        raise PermissionDenied
    groups = visible_groups(user)
    rows = Override.objects.filter(within(groups, "group_id")).select_related("group").order_by("pk")
    ids = [] if groups is None else [str(group) for group in groups]
    audit.record(user.get_username(), "override.export", "CSV", group_ids=ids, details={"rows": rows.count()})
    if rows.count() > MOST_AT_ONCE:
        return redirect("desk:errand", begin(TAKE_OVERRIDES, user, {}).pk)
    name = f"overrides-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(
        sheet.write(rows.iterator(500)), content_type="text/csv; charset=utf-8", headers=headers
    )


def _known(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _allowed(request: HttpRequest) -> User:
    user = _known(request)
    if not user.has_perms(MAKES):
        raise PermissionDenied
    return user


def _single(form: OverrideForm) -> Draft:
    data = form.cleaned_data
    draft = Draft(1, data["target"], Ruling(data["ruling"]), data["group"], data["reason"], data["expires_at"])
    try:
        target = read_target(Kind(data["kind"]), data["target"])
    except ValueError as error:
        form.add_error("target", str(error))
        return Draft(1, data["target"], draft.ruling, problem=str(error))
    return Draft(1, draft.text, draft.ruling, draft.group, draft.reason, draft.expires_at, target)


def _save(request: HttpRequest, drafts: Sequence[Draft]) -> list[Step]:
    """Everything that can be saved, and a word about it; returns the steps as they were before."""
    steps = plans.plan(drafts, timezone.now())
    done = plans.carry_out(steps, by=request.user.get_username())
    said = ngettext("%(n)d override works from now on.", "%(n)d overrides work from now on.", done) % {"n": done}
    messages.success(request, said)
    left = sum(step.change is Change.INVALID for step in steps)
    if left:
        said = ngettext("%(n)d line was left out: see below.", "%(n)d lines were left out: see below.", left)
        messages.warning(request, said % {"n": left})
    return steps


def _page(request: HttpRequest, user: User, drafts: Sequence[Draft], **context: Any) -> HttpResponse:
    now = timezone.now()
    steps = plans.plan(drafts, now)
    found = effects.of(steps, user, now) if steps else None
    counts = {change.value: sum(step.change is change for step in steps) for change in Change}
    is_refused = any(form.is_bound and form.errors for name in ("form", "file_form") if (form := context.get(name)))
    page = {
        **admin.site.each_context(request),
        **context,
        "title": _("Allow or deny a link") if context.get("is_single") else _("Allow or deny many links"),
        "lines": [_line(step, found) for step in _worst_first(steps)[:MOST_LISTED]] if found else [],
        "more_lines": max(len(steps) - MOST_LISTED, 0),
        "counts": counts,
        "to_save": counts[Change.ADDED] + counts[Change.CHANGED],
        "found": found,
        "errands": [] if context.get("is_single") else mine(user, BRING_OVERRIDES, TAKE_OVERRIDES),
        "back": reverse(LIST),
        "save_to": reverse(context["place"]),
    }
    return render(request, "desk/overrides.html", page, status=422 if is_refused else 200)


def _worst_first(steps: Sequence[Step]) -> list[Step]:
    """What needs a person first, then what changes something, each in the order of the lines."""
    order = [Change.INVALID, Change.CHANGED, Change.ADDED, Change.UNCHANGED]
    return sorted(steps, key=lambda step: order.index(step.change))


def _line(step: Step, found: Effect) -> Line:
    draft = step.draft
    return Line(
        number=draft.line,
        what=draft.target.shown if draft.target is not None else defang_text(draft.text),
        change=step.change,
        ruling=draft.ruling,
        group=str(draft.group) if draft.group else "",
        problem=draft.problem,
        links=found.by_line.get(draft.line, 0),
    )
