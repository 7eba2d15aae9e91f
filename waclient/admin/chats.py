"""The moderators' chats: making one, its one-time code, which groups it decides for, unbinding it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from scans import shown
from waclient.alerts import binding
from waclient.models import Alert, ModeratorsChat
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import NotPossible, confirmed
from wbscanner.moments import NOTHING, moment
from wbscanner.permissions import visible_groups, within

INPUT = {"class": "input"}
MOST_SHOWN = 20


class ChatForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class takes no argument
    """A name and groups: only those that this person may decide for."""

    class Meta:
        model = ModeratorsChat
        fields = ("name", "groups")
        widgets = {"name": forms.TextInput(attrs=INPUT), "groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["groups"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Group.objects.filter(within(visible_groups(user), "pk"), left_at__isnull=True)


@admin.register(ModeratorsChat)
class ModeratorsChatAdmin(DeskAdmin):
    """Owners see all; a moderator those whose groups are all their own."""

    group_path = "groups"
    can_add = True
    list_display = ("name", "state_shown", "groups_named", "vouched_by", "bound")
    list_select_related = ("vouched_by",)
    search_fields = ("name",)
    actions = ("unbind",)
    empty = _("Make one, and a WhatsApp group of your moderators, or you alone, is told of bad links and can answer.")
    fields = ("name", "state_shown", "groups_shown", "vouched_by", "bound", "told_shown")
    change_form_outer_before_template = "desk/chat_actions.html"
    bound = when("bound_at", _("bound"))

    def rows_for(self, user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        groups = visible_groups(user)
        if groups is None:
            return rows
        foreign = ModeratorsChat.groups.through.objects.exclude(group__in=groups).values("moderatorschat")
        return rows.filter(groups__in=groups).exclude(pk__in=foreign).distinct()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with what it was told of its reader's groups: before it was theirs alone, it may have had others."""
        row: Any = super().get_object(request, object_id, from_field)
        if row is not None:
            groups = visible_groups(request.user)  # type: ignore[arg-type]
            own = within(groups, "groups") | within(groups, "sighting__group")
            row.told = Alert.objects.filter(own, chat=row).distinct()
        return row

    def group_ids(self, row: Any) -> list[str]:
        return binding.group_ids(row)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_act(request)

    def may_act(self, request: HttpRequest) -> bool:
        """Who may decide in the desk may let a chat decide."""
        return self.is_open_to(request) and request.user.has_perm("waclient.add_decision")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["may_act"] = self.may_act(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def offers(self, action: str, row: Any) -> bool:
        return action != "unbind" or row.is_bound or row.has_code(timezone.now())

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/code/", wrap(self.code_view), name="waclient_moderatorschat_code"),
            path("<int:pk>/groups/", wrap(self.groups_view), name="waclient_moderatorschat_groups"),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name and groups, then the code at once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ChatForm(request.POST or None, user=request.user)
        if request.method == "POST" and form.is_valid():
            chat = self._save(request, form, "add")
            return self._show_code(request, chat)
        return self._ask(request, form, _("New moderators' chat"), reverse("admin:waclient_moderatorschat_changelist"))

    def groups_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Another name or other groups; whoever chooses them vouches for the chat from then on."""
        chat = self._own(request, pk)
        form = ChatForm(request.POST or None, instance=chat, user=request.user)
        back = reverse("admin:waclient_moderatorschat_change", args=[chat.pk])
        if request.method == "POST" and form.is_valid():
            self._save(request, form, "change")
            return self.response_post_save_change(request, chat)
        return self._ask(request, form, _("Groups of this chat"), back)

    def code_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new one-time code, in this one answer and nowhere else."""
        chat = self._own(request, pk)
        if request.method != "POST":
            raise PermissionDenied
        return self._show_code(request, chat)

    def _own(self, request: HttpRequest, pk: int) -> ModeratorsChat:
        if not self.may_act(request):
            raise PermissionDenied
        found: ModeratorsChat = get_object_or_404(self.get_queryset(request), pk=pk)
        return found

    def _save(self, request: HttpRequest, form: ChatForm, what: str) -> ModeratorsChat:
        with transaction.atomic():
            chat: ModeratorsChat = form.save(commit=False)
            chat.vouched_by = request.user  # type: ignore[assignment]  # admin_view lets nobody else in
            chat.save()
            form.save_m2m()
            self.note(request, what, chat, {"groups": self.group_ids(chat)})
        return chat

    def _ask(self, request: HttpRequest, form: ChatForm, title: Any, back: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "lede": _("It is told of bad links in these groups, and what its people answer counts there."),
            "back": back,
            "form": form,
            "button": _("Save"),
        }
        return TemplateResponse(request, "desk/form.html", context)

    def _show_code(self, request: HttpRequest, chat: ModeratorsChat) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Bind a moderators' chat"),
            "code": binding.make_code(chat, by=request.user.get_username()),
            "minutes": int(binding.CODE_LIFE.total_seconds() // 60),
            "back": reverse("admin:waclient_moderatorschat_change", args=[chat.pk]),
        }
        return TemplateResponse(request, "desk/chat_code.html", context, headers={"Cache-Control": "no-store"})

    @confirmed(
        _("Unbind"),
        _("The chat is told nothing more and its answers count no more. What was decided there stays decided."),
    )
    def unbind(self, request: HttpRequest, chat: ModeratorsChat, _answers: Mapping[str, Any]) -> None:
        if not binding.unbind(chat, by=request.user.get_username()):
            raise NotPossible(_("it is not bound."))

    @admin.display(description=_("state"))
    def state_shown(self, chat: ModeratorsChat) -> str:
        now = timezone.now()
        if chat.is_bound:
            return str(_("bound: %(kind)s") % {"kind": chat.get_kind_display()})
        if chat.has_code(now):
            return format_html(str(_("waiting for its code until {when}")), when=moment(chat.code_expires_at))
        return str(_("not bound"))

    @admin.display(description=_("groups"))
    def groups_named(self, chat: ModeratorsChat) -> str:
        return ", ".join(str(group) for group in chat.groups.all()) or NOTHING

    @admin.display(description=_("groups"))
    def groups_shown(self, chat: ModeratorsChat) -> str:
        """Its groups; those that whoever set it up may not decide for any more are left out by the bot."""
        own = set(chat.own_groups().values_list("pk", flat=True))
        without = _("%(group)s (not any more)")
        names = [str(group) if group.pk in own else str(without) % {"group": group} for group in chat.groups.all()]
        return ", ".join(names) or NOTHING

    @admin.display(description=_("told lately"))
    def told_shown(self, chat: Any) -> str:
        """The newest alerts with their numbers, and what came of them or why they were not said."""
        newest = chat.told.select_related("sighting", "action").prefetch_related("decisions")
        rows = [
            {
                "number": alert.number,
                "host": shown.host_plate(alert.sighting.host) if alert.sighting else "",
                "mark": shown.verdict_mark(alert.verdict),
                "at": moment(alert.created_at),
                "unsaid": alert.unsaid,
                "action": alert.action,
                "decision": next((one for one in alert.decisions.all() if one.undone_at is None), None),
            }
            for alert in newest.order_by("-created_at", "-pk")[:MOST_SHOWN]
        ]
        return render_to_string("desk/alerts_told.html", {"alerts": rows})
