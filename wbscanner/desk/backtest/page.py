"""The page that says what a policy would have done in one group lately: before it is saved, chosen, or goes live."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from groups import golive
from groups.models import GoLiveAnswer, GoLiveQuestion, Group
from wbscanner.desk import going_live
from wbscanner.desk.backtest import proposals, results
from wbscanner.desk.backtest.comparing import compare, live
from wbscanner.desk.backtest.proposals import NOW, Proposal
from wbscanner.desk.backtest.replays import SPAN, noteworthy
from wbscanner.desk.errands.carrying_out import begin
from wbscanner.desk.errands.kinds import TRY_POLICY
from wbscanner.desk.errands.mine import mine
from wbscanner.desk.errands.trying import CHANGES, MOST_AT_ONCE, SEES, given
from wbscanner.models import Errand, ErrandState
from wbscanner.permissions import includes, visible_groups

UNPROCESSABLE = 422


def open_group(request: HttpRequest, group_id: int, right: str = SEES) -> Group:
    """The group, if this person may see it; one that they may not is as if it were not there."""
    user = request.user
    assert isinstance(user, User)
    if not user.has_perm(right):
        raise PermissionDenied
    group = Group.objects.filter(pk=group_id).first()
    if group is None or not includes(visible_groups(user), group.pk):
        raise Http404
    return group


@require_http_methods(["GET", "POST"])
def backtest(request: HttpRequest, group_id: int) -> HttpResponse:
    """By GET the policy as it is or a ready-made one (`preset`), by POST the values of the group's form, not saved.

    Over many links the worker replays them: begun by POST, of a policy that is known by its name as `replay`.
    """
    group, user, proposal = open_group(request, group_id), request.user, _asked(request)
    assert isinstance(user, User)
    problems = proposal.problems(group)
    is_long = not problems and _is_long(group)
    if is_long and request.method == "POST":
        return redirect("desk:errand", _begun(user, given(group, proposal)).pk)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        **results.about(group, proposal),
        "title": _("What would this policy have done?"),
        "may_change": user.has_perm(CHANGES),
        "problems": problems,
        "is_long": is_long,
        "errands": mine(user, TRY_POLICY, group=group.pk),
        "question": going_live.question_of(group) if proposal.name == NOW else None,
        "is_on_page": True,
    }
    if not problems and not is_long:
        context |= results.found(group, compare(group, live(group.policy), timezone.now()))
    return render(request, "desk/backtest.html", context, status=UNPROCESSABLE if problems else None)


@require_POST
def go_live(request: HttpRequest, group_id: int) -> HttpResponse:
    """Answer the question whether a watched group shall go live."""
    group = open_group(request, group_id, CHANGES)
    question, said = GoLiveQuestion.objects.filter(group=group).first(), request.POST.get("answer", "")
    if question is None or said not in GoLiveAnswer.values:
        raise Http404
    try:
        golive.answer(question, GoLiveAnswer(said), by=request.user.get_username())
        text = _("The bot now answers in this group.") if said == GoLiveAnswer.LIVE else _("The group stays watched.")
        messages.success(request, text)
    except golive.AlreadyAnswered:
        messages.warning(request, _("This was answered before. Nothing was changed."))
    return redirect("admin:groups_group_change", group.pk)


def _asked(request: HttpRequest) -> Proposal:
    if request.method == "POST" and "replay" not in request.POST:
        return proposals.typed(request.POST)
    return proposals.named(request.POST.get("replay", "") or request.GET.get("preset", ""))


def _is_long(group: Group) -> bool:
    """Whether there is more to replay than a page can wait for."""
    now = timezone.now()
    return noteworthy(group, now - SPAN, now)[: MOST_AT_ONCE + 1].count() > MOST_AT_ONCE


def _begun(user: User, about: dict[str, Any]) -> Errand:
    """Of two clicks the second leads to what the first began."""
    same = Errand.objects.filter(kind=TRY_POLICY, asked_by=user, state=ErrandState.GOING_ON, given=about)
    return same.first() or begin(TRY_POLICY, user, about)
