"""Groups and memberships in the back office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups import golive, services
from groups.forms import HELP, PolicyForm, widgets
from groups.models import PRESET_CHOICES, GoLiveAnswer, Group
from groups.policy import Preset, State
from groups.policy_page import preset_cards, quiet_spans
from groups.presets import POLICY_COLUMNS, after_change
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import Answers, Note, NotPossible, confirmed
from wbscanner.moments import moment
from wbscanner.permissions import includes, visible_groups

DEFAULT_MUTE_MINUTES = 60
SWITCHES = ("exempts_admins", "weighs_newcomers")  # a form says nothing of one that is off
LENGTHS = [
    (15, _("15 minutes")),
    (DEFAULT_MUTE_MINUTES, _("1 hour")),
    (8 * 60, _("8 hours")),
    (24 * 60, _("1 day")),
    (7 * 24 * 60, _("1 week")),
]


class MuteLength(Answers):
    minutes = forms.TypedChoiceField(label=_("For how long"), choices=LENGTHS, coerce=int, initial=DEFAULT_MUTE_MINUTES)


class PresetChoice(Answers):
    preset = forms.ChoiceField(
        label=_("Policy"),
        choices=[choice for choice in PRESET_CHOICES if choice[0] != Preset.OWN],
        initial=Preset.QUIET,
    )


def seen_by_all(_page: Any, _request: HttpRequest, _rows: list[Any]) -> list[Note]:
    return [Note(_("Everything the bot sends is seen by all members."), "soon")]


def taken_words(group: Group) -> str:
    return str(_("%(group)s is answered in %(language)s.") % {"group": group, "language": group.get_language_display()})


def _chat_name(chat: Any, groups: list[int] | None) -> str:
    is_own = all(includes(groups, group.pk) for group in chat.groups.all())
    return str(chat.name) if is_own else str(_("one that is told of other groups too"))


@admin.register(Group)
class GroupAdmin(DeskAdmin):
    group_path = "pk"
    form = PolicyForm
    editable = (*POLICY_COLUMNS, "time_zone", "language", "ceiling")
    list_display = ("name_shown", "state_shown", "preset", "size", "admin_shown", "muted", "on_malicious")
    list_filter = ("state", "preset", "bot_is_admin", "on_malicious")
    search_fields = ("name", "jid")
    search_help_text = _("Name")
    actions = ("watch", "go_live", "stay_watching", "choose_policy", "take_language", "mute", "unmute", "switch_off")
    empty = _("Groups appear when the spare phone is linked and was added to them.")
    fieldsets = (
        (None, {"fields": ("name_shown", "state_shown", "muted")}),
        (
            _("What the bot does in this group"),
            {
                "fields": (
                    *("preset", "on_suspicious", "on_malicious", "exempts_admins", "weighs_newcomers"),
                    "moderators_told",
                )
            },
        ),
        (_("Links of one kind"), {"fields": ("on_invites", "on_payments", "on_installers", "on_shorteners")}),
        (_("Quiet hours: only dangerous links are answered"), {"fields": ("quiet_from", "quiet_to", "time_zone")}),
        (_("Words"), {"fields": ("language", "words_shown")}),
        (_("What may leave this machine"), {"fields": ("ceiling",)}),
        (_("Read from WhatsApp"), {"fields": ("size", "admin_shown", "jid", "seen", "left", "created")}),
    )

    muted = when("muted_until", _("muted until"))
    seen = when("seen_at", _("last read from WhatsApp"))
    left = when("left_at", _("the bot left"))
    created = when("created_at", _("first seen"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, help_texts=HELP, widgets=widgets(), **kwargs)
        form.tried = self._tried(request)
        return form

    def _tried(self, request: HttpRequest) -> dict[str, object]:
        """The values that a page of the desk brings along to be changed further; none while something is saved."""
        given = {name: request.GET[name] for name in self.editable if name in request.GET and request.method == "GET"}
        return {**{name: name in given for name in SWITCHES}, **given} if given else {}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        group = context["original"]
        context |= {"presets": preset_cards(group), "quiet_spans": quiet_spans(group), "state": self.state_shown(group)}
        context |= {"told": self.moderators_told(group), "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with the chats that are told of it: by name where its reader may see all their groups."""
        row: Any = super().get_object(request, object_id, from_field)
        if row is not None:
            groups = visible_groups(request.user)  # type: ignore[arg-type]
            chats = row.moderators_chats.exclude(key="").prefetch_related("groups")
            row.told = [_chat_name(chat, groups) for chat in chats]
        return row

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What somebody changed is their own policy, no ready-made one any more."""
        obj.preset = after_change(obj.preset, form.changed_data)
        obj.save(update_fields=[*form.changed_data, "preset"])

    @confirmed(
        _("Choose a policy"),
        _(
            "A ready-made policy takes the place of what these groups do now. “Watch only” also starts to watch groups "
            "that are off, and stops live ones."
        ),
        answers=PresetChoice,
    )
    def choose_policy(self, request: HttpRequest, group: Group, answers: Mapping[str, Any]) -> None:
        services.choose_preset(group, Preset(answers["preset"]), by=request.user.get_username())

    def offers(self, action: str, row: Group) -> bool:
        states = {"watch": State.WATCH, "go_live": State.LIVE, "switch_off": State.OFF}
        if action in states:
            return row.state != states[action]
        if action == "take_language":
            return bool(row.suggested_language) and row.suggested_language != row.reply_language
        if action == "stay_watching":
            return golive.waiting().filter(group=row).exists()
        return action != "unmute" or row.is_muted(timezone.now())

    def row_says(self, request: HttpRequest, row: Group) -> str:
        """Whether to go live, where that is asked; which language the group writes, where it is answered in another."""
        question = golive.waiting().filter(group=row).first()
        said = [golive.text(question)] if question is not None else []
        if self.offers("take_language", row):
            language = row.get_suggested_language_display()
            said.append(str(_("This group seems to write %(language)s.") % {"language": language}))
        return " ".join(said)

    @admin.display(description=_("name"), ordering="name")
    def name_shown(self, group: Group) -> str:
        return str(group)

    @admin.display(description=_("texts"))
    def words_shown(self, group: Group) -> str:
        return render_to_string("desk/group_words.html", {"group": group})

    @admin.action(description=_("Answer in the language it writes"), permissions=["act"])
    def take_language(self, request: HttpRequest, rows: QuerySet[Group]) -> HttpResponse | None:
        """At once, without a question: the next text is in that language, nothing else changes."""
        taken = [group for group in rows if self.offers("take_language", group)]
        for group in taken:
            services.choose_language(group, group.suggested_language, by=request.user.get_username())
            self.message_user(request, taken_words(group), messages.SUCCESS)
        return redirect("admin:groups_group_change", taken[0].pk) if len(taken) == 1 else None

    @admin.display(description=_("the bot may delete"), ordering="bot_is_admin")
    def admin_shown(self, group: Group) -> str:
        return str(_("yes, it is admin") if group.bot_is_admin else _("no, it is not admin"))

    @admin.display(description=_("moderators' chats that are told"))
    def moderators_told(self, group: Any) -> str:
        """Without one, "tell the moderators" only fills the queue."""
        return ", ".join(group.told) or str(_("none yet: links wait in the queue"))

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, group: Group) -> str:
        context = {"group": group, "is_muted": group.is_muted(timezone.now()), "until": moment(group.muted_until)}
        return render_to_string("desk/group_state.html", context)

    @confirmed(
        _("Watch"),
        _("Links posted from now on are checked and listed here. The bot posts one arrival notice, nothing else."),
    )
    def watch(self, request: HttpRequest, group: Group, _answers: Mapping[str, Any]) -> None:
        _set_state(group, State.WATCH, request)

    @confirmed(
        _("Go live"),
        _("The bot reacts, replies or deletes in these groups, as each group's settings say."),
        notes=seen_by_all,
    )
    def go_live(self, request: HttpRequest, group: Group, _answers: Mapping[str, Any]) -> None:
        _set_state(group, State.LIVE, request)

    @confirmed(_("Stay watching"), _("You are not asked again. “Go live” stays possible at any time."))
    def stay_watching(self, request: HttpRequest, group: Group, _answers: Mapping[str, Any]) -> None:
        question = golive.waiting().filter(group=group).first()
        if question is None:
            raise NotPossible(_("nobody asks about it."))
        golive.answer(question, GoLiveAnswer.STAY, by=request.user.get_username())

    @confirmed(
        _("Switch off"),
        _("Nothing of these groups is read any more; only name, size and whether the bot is admin stay stored."),
    )
    def switch_off(self, request: HttpRequest, group: Group, _answers: Mapping[str, Any]) -> None:
        _set_state(group, State.OFF, request)

    @confirmed(
        _("Mute"),
        _("The bot says nothing in these groups for a while. Links are still checked; nothing is sent later."),
        answers=MuteLength,
    )
    def mute(self, request: HttpRequest, group: Group, answers: Mapping[str, Any]) -> None:
        services.mute(group, timedelta(minutes=answers["minutes"]), by=request.user.get_username())

    @confirmed(_("Unmute"), _("The bot may speak again in these groups, from the next link on."))
    def unmute(self, request: HttpRequest, group: Group, _answers: Mapping[str, Any]) -> None:
        if not group.is_muted(timezone.now()):
            raise NotPossible(_("it is not muted."))
        services.unmute(group, by=request.user.get_username())


def _set_state(group: Group, state: State, request: HttpRequest) -> None:
    if group.state == state:
        raise NotPossible(_("it is in this state already."))
    services.set_state(group, state, by=request.user.get_username())
