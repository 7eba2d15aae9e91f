"""Asking about watched groups: a periodic job, and what the dashboard shows of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from groups import golive
from groups.models import GoLiveQuestion, Group
from waclient.alerts import going_live
from wbscanner.desk.backtest.comparing import compare, live
from wbscanner.desk.backtest.replays import SPAN
from wbscanner.permissions import visible_groups

AT_ONCE = 10  # groups in one run of the job: each is a replay


def ask() -> int:
    """Ask about the groups that are due, with what the bot would have done there; returns how many."""
    now, groups = timezone.now(), list(golive.due(timezone.now())[:AT_ONCE])
    for group in groups:
        span = min(now - group.watched_since, SPAN) if group.watched_since else SPAN
        found = compare(group, live(group.policy), now, span=span)
        question = golive.ask(group, found.would, found.links, found.fine, now)
        going_live.tell(question, now)
    return len(groups)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that waits, ready to be shown."""

    group: Group
    sentence: str


def question_of(group: Group) -> Question | None:
    question = golive.waiting().filter(group=group).first()
    return _shown(question) if question is not None else None


def questions_for(request: HttpRequest) -> list[Question]:
    """Those that this person may answer, the oldest first."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm("groups.change_group"):
        return []
    return [_shown(question) for question in golive.of_groups(visible_groups(user))]


def _shown(question: GoLiveQuestion) -> Question:
    return Question(question.group, golive.text(question))
