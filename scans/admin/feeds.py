"""The lists of known links in the back office: the owner chooses which are used, and sees what they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule

from scans.admin.feed_columns import FeedColumns
from scans.lists import choices as list_choices
from scans.lists import progress
from scans.lists.own import EXACT, MAX_PASTED, OwnListForm
from scans.lists.rows import has_key, source_of
from scans.models import Feed, FeedState
from wbscanner.confirm import Answers, Note, NotPossible, confirmed

WORKER_LATE = timedelta(minutes=3)  # the job runs every minute
TO_STATE = {"switch_on": FeedState.ON, "try_it": FeedState.WATCH, "switch_off": FeedState.OFF}


class KeyAnswer(Answers):
    """A key is typed once; no page shows it again."""

    key = forms.CharField(
        label=_("Key"),
        max_length=300,
        widget=forms.PasswordInput(attrs={**EXACT, "autocomplete": "new-password"}),
        help_text=_("It is stored encrypted and never shown again."),
    )


def terms(_page: Any, _request: HttpRequest, rows: list[Feed]) -> list[Note]:
    """The licence of each list, before it is used; and what is missing for it."""
    said = []
    for row in rows:
        source = source_of(row)
        if source is not None and source.terms:
            said.append(Note(format_html("<strong>{}</strong> {}", row.title, source.terms)))
        if source is not None and not has_key(row, source):
            said.append(Note(_("%(list)s is not fetched before it has a key.") % {"list": row.title}, "soon"))
    return said


@admin.register(Feed)
class FeedAdmin(FeedColumns):
    can_add = True
    editable = ("pasted",)
    list_display = ("title_shown", "state_shown", "entries_shown", "changed", "problem_shown")
    ordering = ("-state", "is_own", "name")  # on trial, on, off
    list_filter = ("state", "is_own", "use")
    search_fields = ("name", "title")
    list_before_template = "desk/lists_progress.html"
    actions = ("try_it", "switch_on", "refresh", "roll_back", "set_key", "remove_key", "switch_off", "remove")
    empty = _("The lists appear when the program is prepared: manage.py prepare.")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        about: tuple[str, ...] = ("use_shown", "where_shown", "written_shown", "terms_shown", "key_shown")
        if obj is not None and obj.pasted:
            about += ("pasted",)
        return (
            (None, {"fields": ("title_shown", "state_shown", "entries_shown", "problem_shown")}),
            (_("What it would change here"), {"fields": ("trial_shown",)}),
            (_("What it is"), {"fields": about}),
            (_("Versions"), {"fields": ("changed", "asked", "due", "stage_shown", "versions_shown")}),
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only pasted entries are changed by a form."""
        return super().has_change_permission(request, obj) and (obj is None or bool(obj.is_own and obj.pasted))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        area = forms.Textarea(attrs={**EXACT, "rows": 10, "maxlength": MAX_PASTED})
        form = super().get_form(request, obj, change, widgets={"pasted": area}, **kwargs)
        if entries := form.base_fields.get("pasted"):
            entries.required = True  # without any it would be no list; removing it is another button
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Changed entries are read at once."""
        obj.due_at = timezone.now()
        obj.save(update_fields=["pasted", "due_at"])
        list_choices.ring()

    def offers(self, action: str, row: Feed) -> bool:
        if action in TO_STATE:
            return row.state != TO_STATE[action]
        source = source_of(row)
        takes_key = source is not None and bool(source.key_name)
        offered = {
            "refresh": row.state != FeedState.OFF,
            "roll_back": list_choices.before(row) is not None,
            "set_key": takes_key,
            "remove_key": bool(row.key),
            "remove": row.is_own,
        }
        return offered.get(action, True)

    def get_urls(self) -> Any:
        live = path("progress/", self.admin_site.admin_view(self.progress_view), name="scans_feed_progress")
        return [live, *super().get_urls()]

    def progress_view(self, request: HttpRequest) -> HttpResponse:
        """How far the imports are, for htmx; it moves nothing else of the page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = TemplateResponse(request, "desk/lists_progress.html", _imports())
        add_never_cache_headers(response)
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), **_imports()})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form of scans.lists.own instead of Django's."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form, back = OwnListForm(request.POST or None), reverse("admin:scans_feed_changelist")
        if request.method == "POST" and form.is_valid():
            feed = form.make(request.user.get_username())
            self.message_user(request, _("%(list)s is being read.") % {"list": feed.title}, messages.SUCCESS)
            return redirect(reverse("admin:scans_feed_change", args=[feed.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Add a list of your own"),
            "lede": _("Start it on trial: its page then says what it would have changed here."),
            "opts": self.opts,
            "form": form,
            "back": back,
            "button": _("Add"),
        }
        return TemplateResponse(request, "desk/form.html", context)

    @confirmed(
        _("Put on trial"),
        _("Links are looked up in these lists and what they say is written down. No verdict changes."),
        notes=terms,
    )
    def try_it(self, request: HttpRequest, feed: Feed, _answers: Mapping[str, Any]) -> None:
        _put(feed, FeedState.WATCH, request)

    @confirmed(
        _("Switch on"),
        _("From now on these lists count in verdicts. Links of the last 8 days that they name are looked at again."),
        notes=terms,
    )
    def switch_on(self, request: HttpRequest, feed: Feed, _answers: Mapping[str, Any]) -> None:
        _put(feed, FeedState.ON, request)

    @confirmed(
        _("Switch off"),
        _("These lists no longer count and are no longer fetched. Links judged by them are looked at again."),
    )
    def switch_off(self, request: HttpRequest, feed: Feed, _answers: Mapping[str, Any]) -> None:
        _put(feed, FeedState.OFF, request)

    @confirmed(_("Ask now"), _("These lists are fetched now, whenever they were to be fetched next."))
    def refresh(self, request: HttpRequest, feed: Feed, _answers: Mapping[str, Any]) -> None:
        with _said():
            list_choices.refresh(feed, by=request.user.get_username())

    @confirmed(
        _("Go back one version"),
        _("The version before counts again, and the list is left alone for a day. “Ask now” ends that."),
    )
    def roll_back(self, request: HttpRequest, feed: Feed, _answers: Mapping[str, Any]) -> None:
        with _said():
            list_choices.roll_back(feed, by=request.user.get_username())

    @confirmed(_("Set the key"), _("The key takes the place of one that was set here before."), answers=KeyAnswer)
    def set_key(self, request: HttpRequest, feed: Feed, answers: Mapping[str, Any]) -> None:
        source = source_of(feed)
        if source is None or not source.key_name:
            raise NotPossible(_("it needs no key."))
        list_choices.set_key(feed, answers["key"], by=request.user.get_username())

    @confirmed(_("Remove the key"), _("The key set here is forgotten; one from the environment stays."))
    def remove_key(self, request: HttpRequest, feed: Feed, _answers: Mapping[str, Any]) -> None:
        list_choices.remove_key(feed, by=request.user.get_username())

    @confirmed(_("Remove"), _("These lists of your own are gone for good, with everything that was read of them."))
    def remove(self, request: HttpRequest, feed: Feed, _answers: Mapping[str, Any]) -> None:
        with _said():
            list_choices.remove(feed, by=request.user.get_username())


def _imports() -> dict[str, Any]:
    now = timezone.now()
    imports = progress.going_on(now)
    worker_at = Schedule.objects.filter(func=list_choices.REFRESH).values_list("next_run", flat=True).first()
    return {
        "imports": imports,
        "ended": progress.just_ended(now),
        "is_worker_late": bool(imports) and (worker_at is None or worker_at < now - WORKER_LATE),
    }


def _put(feed: Feed, state: FeedState, request: HttpRequest) -> None:
    if feed.state == state:
        raise NotPossible(_("it is in this state already."))
    list_choices.put(feed, state, by=request.user.get_username())


@contextmanager
def _said() -> Iterator[None]:
    """What cannot be chosen is said to the person."""
    try:
        yield
    except list_choices.NotChosen as error:
        raise NotPossible(str(error)) from error
