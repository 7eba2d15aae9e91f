"""The question whether a group that was only watched for a while shall go live: asked once, answered by a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import GoLiveAnswer, GoLiveQuestion, Group
from groups.policy import State
from groups.services import set_state
from groups.tally import Tally
from wbscanner import audit


class AlreadyAnswered(Exception):
    """Somebody was faster, or the group is not watched any more."""


def due(now: datetime) -> QuerySet[Group]:
    """Groups that were watched for as long as GO_LIVE_AFTER says and were not asked about; none when that is 0."""
    watched = Group.objects.filter(state=State.WATCH, left_at__isnull=True, go_live_question__isnull=True)
    if not settings.GO_LIVE_AFTER:
        return watched.none()
    return watched.filter(watched_since__lte=now - settings.GO_LIVE_AFTER).order_by("watched_since")


def ask(group: Group, would: Tally, links: int, fine: int, now: datetime) -> GoLiveQuestion:
    """Ask about a group, with what the bot would have done in it; once, whoever asks first."""
    days = max((now - group.watched_since).days, 1) if group.watched_since else 1
    figures = {
        "days": days,
        "links": links,
        "replies": would.replies,
        "reactions": would.reactions,
        "deletions": would.deletions,
        "alerts": would.alerts,
        "fine": fine,
    }
    question, _is_new = GoLiveQuestion.objects.get_or_create(
        group=group, defaults={"asked_at": now, "figures": figures}
    )
    return question


def waiting() -> QuerySet[GoLiveQuestion]:
    """Questions that somebody may still answer."""
    return GoLiveQuestion.objects.filter(answered_at__isnull=True, group__state=State.WATCH).select_related("group")


def answer(question: GoLiveQuestion, said: GoLiveAnswer, *, by: str) -> None:
    """Go live or stay watching, audited; raises AlreadyAnswered when there is nothing left to answer."""
    with transaction.atomic():
        values = {"answered_at": timezone.now(), "answered_by": by[:150], "answer": said}
        if not waiting().filter(pk=question.pk).update(**values):
            raise AlreadyAnswered
        group = question.group
        audit.record(by, "group.go_live_question", str(group), group_ids=[str(group.pk)], details={"answer": str(said)})
        if said == GoLiveAnswer.LIVE:
            set_state(group, State.LIVE, by=by)


def sentence(would: Tally) -> str:
    """What the bot would have done, in one sentence."""
    parts = [
        _counted(would.replies, ngettext("%(n)d reply", "%(n)d replies", would.replies)),
        _counted(would.reactions, ngettext("%(n)d reaction", "%(n)d reactions", would.reactions)),
        _counted(would.deletions, ngettext("%(n)d deletion", "%(n)d deletions", would.deletions)),
        _counted(would.alerts, ngettext("%(n)d alert to moderators", "%(n)d alerts to moderators", would.alerts)),
    ]
    done = ", ".join(part for part in parts if part)
    return _("The bot would have made: %(done)s.") % {"done": done} if done else _("The bot would have said nothing.")


def text(question: GoLiveQuestion) -> str:
    """The question with its figures, for the desk and for a moderators' chat."""
    lines = [_spans(question.figure("days"), question.figure("links")), sentence(would_of(question))]
    fine = question.figure("fine")
    if fine:
        marked = ngettext(
            "%(n)d of these links was later marked fine.", "%(n)d of these links were later marked fine.", fine
        )
        lines.append(marked % {"n": fine})
    return " ".join(lines)


def would_of(question: GoLiveQuestion) -> Tally:
    names = ("links", "reactions", "replies", "deletions", "alerts")
    return Tally(**{name: question.figure(name) for name in names})


def _counted(number: int, words: str) -> str:
    return words % {"n": number} if number else ""


def _spans(days: int, links: int) -> str:
    watched = ngettext("Watched for %(n)d day", "Watched for %(n)d days", days) % {"n": days}
    seen = ngettext("%(n)d link was posted.", "%(n)d links were posted.", links) % {"n": links}
    return f"{watched}: {seen}"


def of_groups(groups: Iterable[int] | None) -> QuerySet[GoLiveQuestion]:
    """Those that wait, for a person who may see these groups; None stands for all."""
    return waiting() if groups is None else waiting().filter(group__in=groups)
