"""Deciding about links in the desk: what a person may answer, carrying it out, and taking it back within seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from groups.models import Group
from overrides.rules import Kind
from scans import shown
from waclient import decisions
from waclient.decisions import UNDO_WINDOW
from waclient.models import Answer, Decision, QueueItem, Sighting
from wbscanner.desk.queue_filters import visible
from wbscanner.permissions import includes, visible_groups, within

RIGHT = "waclient.add_decision"
MOST_AT_ONCE = 200
HERE, EVERYWHERE = "here", "all"
SAME_TAP = timedelta(seconds=5)
SESSION_KEY = "desk_last_decided"
NOTHING: dict[str, Any] = {"keys": [], "host": ""}
DAYS = {"": _("no end"), "7": _("7 days"), "90": _("90 days"), "365": _("a year")}


class NotDecided(ValueError):
    """Nothing was decided; the message says what to do."""


class AnswerForm(forms.Form):
    """An answer about one or more links: how much of the address it covers, in which groups, until when."""

    answer = forms.ChoiceField(choices=Answer.choices)
    what = forms.ChoiceField(
        label=_("What"),
        choices=[(Kind.URL, _("This link")), (Kind.HOST, _("Whole host")), (Kind.DOMAIN, _("Domain"))],
        widget=forms.RadioSelect,
        initial=Kind.URL,
    )
    where = forms.ChoiceField(label=_("Where"), initial=HERE)
    until = forms.ChoiceField(label=_("Until"), choices=list(DAYS.items()), required=False, initial="")

    def __init__(self, user: User, *args: Any, groups: Iterable[Group] = (), **kwargs: Any) -> None:
        """`groups` are those that may be chosen one by one."""
        super().__init__(*args, **kwargs)
        where: list[tuple[str, Any]] = [(HERE, _("My groups that have it"))]
        where += [(str(group.pk), str(group)) for group in groups]
        if visible_groups(user) is None:
            where.append((EVERYWHERE, _("All groups, new ones too")))
        field = self.fields["where"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = where

    @property
    def scope(self) -> dict[str, str]:
        """How much an answer covers, where and until when, in the words of the fields as they stand."""
        return {name: self._chosen(name) for name in ("what", "where", "until")}

    def _chosen(self, name: str) -> str:
        return next(one.choice_label for one in self[name] if one.data["selected"])

    @property
    def ends_at(self) -> datetime | None:
        days = self.cleaned_data["until"]
        return timezone.now() + timedelta(days=int(days)) if days else None


def groups_of(user: User, url_hash: str) -> list[Group]:
    """The groups in which this person may decide about a link: those where it was posted."""
    groups = visible_groups(user)
    posted = Sighting.objects.filter(within(groups, "group_id"), url_hash=url_hash)
    return list(Group.objects.filter(pk__in=posted.values("group")))


def decide(request: HttpRequest, hashes: list[str]) -> list[Decision]:
    """Carry out the posted answer about these links; raises NotDecided, and then nothing was decided."""
    user: Any = request.user
    if not user.has_perm(RIGHT):
        raise NotDecided(_("Your role may look, not decide. Ask the owner for the role of a moderator."))
    if not hashes or len(hashes) > MOST_AT_ONCE:
        raise NotDecided(_("Choose between 1 and %(n)d links.") % {"n": MOST_AT_ONCE})
    seen = set(visible(user).filter(url_hash__in=hashes).values_list("url_hash", flat=True))
    where = {group.pk: group for url_hash in seen for group in groups_of(user, url_hash)}
    form = AnswerForm(user, request.POST, groups=where.values())
    if not form.is_valid() or not seen:
        raise NotDecided(_("This answer is not possible any more: load the page again."))
    with transaction.atomic():
        made = _said_just_now(user, seen, form)
        made = made or [one for url_hash in hashes if url_hash in seen for one in _decide(user, url_hash, form)]
    host = QueueItem.objects.filter(url_hash=hashes[0]).values_list("host", flat=True).first() if len(seen) == 1 else ""
    request.session[SESSION_KEY] = {"keys": [one.pk for one in made], "host": host or ""}
    return made


def _said_just_now(user: Any, hashes: set[str], form: AnswerForm) -> list[Decision]:
    """The decisions of a moment ago when they are this very answer: one tap may arrive twice. Otherwise none."""
    given, since = form.cleaned_data, timezone.now() - SAME_TAP
    mine = Decision.objects.filter(by=user.get_username(), undone_at__isnull=True)
    rows = list(mine.filter(url_hash__in=hashes, answer=given["answer"], at__gt=since).select_related("override"))
    is_same = {row.url_hash for row in rows} == hashes and all(_is_as_wide(row, given) for row in rows)
    return rows if is_same else []


def _is_as_wide(decision: Decision, given: dict[str, Any]) -> bool:
    """Whether a decision covers what these words of the form say."""
    override, group = decision.override, decision.group_id
    where = {EVERYWHERE} if group is None else {HERE, str(group)}
    is_what = override is None or (override.kind == given["what"] and bool(override.expires_at) == bool(given["until"]))
    return is_what and given["where"] in where


def _decide(user: Any, url_hash: str, form: AnswerForm) -> list[Decision]:
    chosen, answer = form.cleaned_data["where"], Answer(form.cleaned_data["answer"])
    scope: list[Group | None] = [None]
    if chosen != EVERYWHERE:
        here = groups_of(user, url_hash)
        scope = [group for group in here if chosen in {HERE, str(group.pk)}]
    if not scope:
        raise NotDecided(_("This link was not posted in the group you chose."))
    kind, until = Kind(form.cleaned_data["what"]), form.ends_at
    by = user.get_username()
    try:
        return [decisions.decide(url_hash, answer, by=by, group=one, kind=kind, until=until) for one in scope]
    except LookupError as error:
        raise NotDecided(_("This address belongs to no domain or host: decide about the link.")) from error


def undo_last(request: HttpRequest) -> int:
    """Take back what this person decided last in this session, as far as they may; how many decisions."""
    user: Any = request.user
    keys = request.session.pop(SESSION_KEY, NOTHING)["keys"]
    if not user.has_perm(RIGHT):
        return 0
    groups, by = visible_groups(user), user.get_username()
    rows = Decision.objects.filter(pk__in=keys, by=by, undone_at__isnull=True).select_related("group", "override")
    mine = [row for row in rows if includes(groups, row.group_id)]
    with transaction.atomic():
        for row in mine:
            decisions.undo(row, by=by)
    return len(mine)


@dataclass(frozen=True, slots=True)
class Toast:
    """What was just decided, and for how many seconds it may be taken back before the bot acts on it."""

    answer: str
    host: str
    where: str
    seconds: int


def toast(request: HttpRequest) -> Toast | None:
    """About the last decision of this session, while it can be undone without a trace in any group."""
    user: Any = request.user
    last = request.session.get(SESSION_KEY, NOTHING)
    since = timezone.now() - UNDO_WINDOW
    rows = list(
        Decision.objects.filter(pk__in=last["keys"], at__gt=since, undone_at__isnull=True, by=user.get_username())
    )
    if not rows:
        return None
    left = max(row.at for row in rows) - since
    return Toast(
        answer=str(rows[0].get_answer_display()),
        host=shown.host_plate(last["host"]) if last["host"] else _number(len({row.url_hash for row in rows}), "link"),
        where=str(_("all groups")) if rows[0].group_id is None else _number(len({r.group_id for r in rows}), "group"),
        seconds=max(1, int(left.total_seconds())),
    )


def _number(count: int, what: str) -> str:
    if what == "link":
        return ngettext("%(n)d link", "%(n)d links", count) % {"n": count}
    return ngettext("%(n)d group", "%(n)d groups", count) % {"n": count}
