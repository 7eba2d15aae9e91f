"""Actions on chosen rows: first a page that says what will happen, then the change and its audit entry together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wbscanner.backoffice import DeskAdmin

MAX_ROWS = 200
FROM_DETAIL = "from_detail"
CONFIRMED = "confirmed"


class NotPossible(Exception):
    """This row cannot be acted on; the message says why and is shown to the person."""


class Answers(forms.Form):
    """What the confirmation page asks; actions without questions use it as it is."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


CarryOut = Callable[[Any, HttpRequest, Any, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know about the chosen rows before going on; `tone` is a class of desk.css."""

    text: Any
    tone: str = ""


TakeNotes = Callable[[Any, HttpRequest, list[Any]], list[Note]]


def no_notes(_page: Any, _request: HttpRequest, _rows: list[Any]) -> list[Note]:
    return []


@dataclass(frozen=True, slots=True)
class Question:
    """The words of a confirmation page, and what else it asks."""

    label: Any
    sentence: Any
    answers: type[Answers] = Answers
    notes: TakeNotes = no_notes


def confirmed(
    label: Any,
    sentence: Any,
    *,
    permission: str = "act",
    answers: type[Answers] = Answers,
    notes: TakeNotes = no_notes,
) -> Callable[[CarryOut], Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponseBase | None]]:
    """Make an admin action out of a function on one row, which may raise NotPossible.

    The first POST shows the question, the second (with `confirmed`) carries it out; nothing changes by GET.
    """
    question = Question(label, sentence, answers, notes)

    def make(carry_out: CarryOut) -> Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponseBase | None]:
        @admin.action(description=label, permissions=[permission])
        @wraps(carry_out)
        def action(page: DeskAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponseBase | None:
            chosen = list(rows[: MAX_ROWS + 1])
            if refusal := _refusal(len(chosen)):
                page.message_user(request, refusal, messages.WARNING)
                return None
            if CONFIRMED not in request.POST:
                return _ask(page, request, question, chosen, answers(user=request.user, initial=request.POST.dict()))
            form = answers(request.POST, user=request.user)
            if not form.is_valid():
                return _ask(page, request, question, chosen, form)
            _carry_out_all(page, request, carry_out, chosen, form.cleaned_data)
            return _back(page, request, chosen)

        return action

    return make


def _refusal(count: int) -> str:
    """Why so many rows cannot be acted on; empty when they can."""
    if not count:
        return str(_("These rows are no longer in this list. Nothing was changed."))
    return str(_("Choose at most %(max)d rows at once.") % {"max": MAX_ROWS}) if count > MAX_ROWS else ""


def _ask(
    page: DeskAdmin, request: HttpRequest, question: Question, rows: list[Model], form: Answers
) -> HttpResponseBase:
    context = {
        **page.admin_site.each_context(request),
        "title": question.label,
        "opts": page.opts,
        "question": question,
        "notes": question.notes(page, request, rows),
        "rows": rows,
        "form": form,
        "action": request.POST.get("action", ""),
        "checkbox": ACTION_CHECKBOX_NAME,
        FROM_DETAIL: FROM_DETAIL in request.POST,
        "back": _place(page, request, rows),
    }
    return TemplateResponse(request, "desk/confirm.html", context)


def _carry_out_all(
    page: DeskAdmin, request: HttpRequest, carry_out: CarryOut, rows: list[Model], answers: Mapping[str, Any]
) -> None:
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                carry_out(page, request, row, answers)
        except NotPossible as refusal:
            page.message_user(request, f"{row}: {refusal}", messages.WARNING)
        else:
            done += 1
    if done:
        text = ngettext("Done for %(count)d row.", "Done for %(count)d rows.", done) % {"count": done}
        page.message_user(request, text, messages.SUCCESS)


def _place(page: DeskAdmin, request: HttpRequest, rows: list[Model]) -> str:
    """Where the person came from: the one row's page, or the list with its filters."""
    if FROM_DETAIL in request.POST and len(rows) == 1:
        opts = page.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[rows[0].pk])
    return request.get_full_path()


def _back(page: DeskAdmin, request: HttpRequest, rows: list[Model]) -> HttpResponseBase:
    still_there = [row for row in rows if row.pk is not None]
    return redirect(_place(page, request, still_there))
