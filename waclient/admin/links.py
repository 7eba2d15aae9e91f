"""What pages about links that a person may judge share, and the list of sightings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from groups import services
from groups.filters import OwnGroupFilter
from groups.models import Group
from scans import shown
from waclient.admin import covering, judging
from waclient.admin.covering import MOST_NAMED
from waclient.admin.lately import DecidedLately, FoundIn, SilentFor
from waclient.models import Answer, Decision, Place, Sighting
from wbscanner.backoffice import DeskAdmin, when
from wbscanner.confirm import Note, NotPossible, confirmed
from wbscanner.permissions import visible_groups

SCAM_SAYS = _(
    "From now on the bot treats it as dangerous where you choose: live groups do what their settings say, watched "
    "groups stay silent. Messages posted before stay as they are."
)
FINE_SAYS = _(
    "From now on the bot says nothing about it where you choose. Replies that still wait are not sent; what it said "
    "before stays."
)
UNSURE_SAYS = _("It leaves the queue. The bot keeps to what its own checks say.")
MESSAGE_FIELDS = ("group_name", "stood", "forwarded", "posted", "received", "withdrawn", "came_late", "message_id")


def response(sighting: Sighting) -> str:
    """What was said and done about a message, or why nothing was, as HTML."""
    silence = sighting.facts.get("silence", "") if isinstance(sighting.facts, dict) else ""
    context = {"sighting": sighting, "actions": list(sighting.actions.all()), "silence": silence}
    return render_to_string("desk/response.html", context)


def notes(page: Judged, request: HttpRequest, rows: Sequence[Any]) -> list[Note]:
    """The groups that an answer reaches, and what people said before that it takes the place of."""
    groups = {group.pk: str(group) for row in rows[:MOST_NAMED] for group in page.groups_of(request, row)}
    names = ", ".join(sorted(groups.values())[:MOST_NAMED])
    said = [Note(_("Posted in: %(groups)s") % {"groups": names})] if names else []
    scopes = set(groups) | _everywhere(request)
    earlier = Decision.objects.filter(url_hash__in=[row.url_hash for row in rows], undone_at__isnull=True)
    standing = [one for one in earlier.select_related("group") if one.group_id in scopes]
    for one in standing[:MOST_NAMED]:
        text = _("%(by)s said “%(answer)s” before (%(where)s). Your answer takes its place there.")
        where = one.group or _("all groups")
        said.append(Note(text % {"by": one.by, "answer": one.get_answer_display(), "where": where}, "soon"))
    return said


def scam_notes(page: Judged, request: HttpRequest, rows: Sequence[Any]) -> list[Note]:
    """As `notes`, and what the answer covers and takes the place of."""
    return notes(page, request, rows) + covering.notes(Answer.CONFIRM, rows, _scopes(page, request, rows))


def fine_notes(page: Judged, request: HttpRequest, rows: Sequence[Any]) -> list[Note]:
    """As `notes`, and what the answer covers and takes the place of."""
    return notes(page, request, rows) + covering.notes(Answer.FINE, rows, _scopes(page, request, rows))


def _scopes(page: Judged, request: HttpRequest, rows: Sequence[Any]) -> set[int | None]:
    groups = {group.pk for row in rows[:MOST_NAMED] for group in page.groups_of(request, row)}
    return groups | _everywhere(request)


def _everywhere(request: HttpRequest) -> set[int | None]:
    """The scope "all groups", as an override or a decision names it, for those who may choose it."""
    return {None} if visible_groups(request.user) is None else set()  # type: ignore[arg-type]


class Judged(DeskAdmin):
    """A page whose rows are links that a person may decide about."""

    actions: tuple[str, ...] = ("scam", "fine", "unsure")
    is_thumb = True

    def may_act(self, request: HttpRequest) -> bool:
        return self.is_open_to(request) and request.user.has_perm("waclient.add_decision")

    def groups_of(self, request: HttpRequest, row: Any) -> list[Group]:
        """The groups this person may decide for; each page knows (abstract: Django's metaclass rules out ABC)."""
        raise NotImplementedError

    def _answer(self, request: HttpRequest, row: Any, word: Answer, answers: Mapping[str, Any]) -> None:
        by = request.user.get_username()
        judging.judge(row, word, answers, by=by, here=self.groups_of(request, row))

    @confirmed(_("It is a scam"), SCAM_SAYS, answers=judging.Judgement, notes=scam_notes)
    def scam(self, request: HttpRequest, row: Any, answers: Mapping[str, Any]) -> None:
        self._answer(request, row, Answer.CONFIRM, answers)

    @confirmed(_("It is fine"), FINE_SAYS, answers=judging.Judgement, notes=fine_notes)
    def fine(self, request: HttpRequest, row: Any, answers: Mapping[str, Any]) -> None:
        self._answer(request, row, Answer.FINE, answers)

    @confirmed(_("Not sure"), UNSURE_SAYS, answers=judging.Where, notes=notes)
    def unsure(self, request: HttpRequest, row: Any, answers: Mapping[str, Any]) -> None:
        self._answer(request, row, Answer.UNSURE, answers)


@admin.register(Sighting)
class SightingAdmin(Judged):
    group_path = "group"
    actions = (*Judged.actions, "trust", "distrust")
    list_display = ("host_shown", "verdict_shown", "group_name", "posted", "response_shown")
    list_filter = (
        "verdict",
        OwnGroupFilter,
        "place",
        "is_forwarded_often",
        "is_history",
        SilentFor,
        FoundIn,
        DecidedLately,
        "posted_at",
    )
    list_select_related = ("group", "scan", "override")
    search_fields = ("host", "url_hash", "sender", "group__name")
    search_help_text = _("Host, group, URL hash or sender")
    empty = _("Links appear when somebody posts one in a group that is watched or live.")
    fieldsets = (
        (None, {"fields": ("verdict_shown", "url_shown", "reasons_shown", "response_shown")}),
        (_("The message"), {"fields": MESSAGE_FIELDS}),
        (_("Who"), {"fields": ("sender", "sender_alt")}),
        (_("How it was settled"), {"fields": ("planned", "override_shown", "url_hash")}),
    )

    verdict_shown = shown.verdict_column
    url_shown = shown.url_column
    posted = when("posted_at", _("posted"))
    received = when("received_at", _("received"))
    withdrawn = when("withdrawn_at", _("withdrawn"))
    planned = when("planned_at", _("decided"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("actions")

    def groups_of(self, request: HttpRequest, row: Any) -> list[Group]:
        return [row.group]

    def offers(self, action: str, row: Any) -> bool:
        is_trusted = row.sender in row.group.trusted
        return {"trust": bool(row.sender) and not is_trusted, "distrust": is_trusted}.get(action, True)

    @confirmed(
        _("Trust the sender"),
        _("In that group the bot will not delete what this member posts. It still warns of dangerous links."),
    )
    def trust(self, request: HttpRequest, row: Any, _answers: Mapping[str, Any]) -> None:
        if not row.sender:
            raise NotPossible(_("nobody is known to have posted it."))
        services.trust(row.group, row.sender, by=request.user.get_username())

    @confirmed(_("Stop trusting the sender"), _("The group's policy holds for this member again, deletions included."))
    def distrust(self, request: HttpRequest, row: Any, _answers: Mapping[str, Any]) -> None:
        services.trust(row.group, row.sender, by=request.user.get_username(), is_trusted=False)

    def row_says(self, request: HttpRequest, row: Any) -> str:
        return str(_("For this link in %(group)s, from now on.") % {"group": row.group})

    @admin.display(description=_("host"), ordering="host")
    def host_shown(self, sighting: Sighting) -> str:
        place = "" if sighting.place == Place.TEXT else sighting.get_place_display()
        often = _("forwarded many times") if sighting.is_forwarded_often else ""
        return shown.host_and_end(sighting.host, sighting.scan.hops if sighting.scan else [], place, often)

    @admin.display(description=_("group"), ordering="group__name")
    def group_name(self, sighting: Sighting) -> str:
        return str(sighting.group)

    @admin.display(description=_("arrived"))
    def came_late(self, sighting: Sighting) -> str:
        return str(_("late: it is judged, never answered") if sighting.is_history else _("as it was posted"))

    @admin.display(description=_("where it stood"), ordering="place")
    def stood(self, sighting: Sighting) -> str:
        return str(sighting.get_place_display())

    @admin.display(description=_("forwarded"))
    def forwarded(self, sighting: Sighting) -> str:
        return str(_("many times") if sighting.is_forwarded_often else _("not often, as far as is known"))

    @admin.display(description=_("reasons"))
    def reasons_shown(self, sighting: Sighting) -> str:
        return shown.reasons(sighting.scan, also=sighting.remarks)

    @admin.display(description=_("override"))
    def override_shown(self, sighting: Sighting) -> str:
        return str(sighting.override or "-")

    @admin.display(description=_("what the bot did"))
    def response_shown(self, sighting: Sighting) -> str:
        return response(sighting)
