"""Trying out a policy over many links: replayed part by part, the result kept with the policy for who asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import PRESET_CHOICES, Group
from wbscanner.desk.backtest import results
from wbscanner.desk.backtest.comparing import Comparison, comparing, live
from wbscanner.desk.backtest.proposals import FORM, NOW, Proposal
from wbscanner.desk.errands.steps import Step, Stopped, asker
from wbscanner.models import Errand, ErrandState
from wbscanner.permissions import includes, visible_groups

LABELS = {preset.value: label for preset, label in PRESET_CHOICES}
SEES, CHANGES = "groups.view_group", "groups.change_group"
MOST_AT_ONCE = 500  # links; fewer are replayed while the page is made: 0.3 s of processor (measured)
MOST_REPLAYED = 20_000  # 3 s of processor (measured); nothing is changed: whoever dies over it begins anew


def may(user: User) -> bool:
    return user.has_perm(SEES)


def given(group: Group, proposal: Proposal) -> dict[str, Any]:
    """What is to be known for it."""
    return {"group": group.pk, **proposal.as_json()}


def work(errand: Errand) -> Iterator[Step]:
    if "found" in errand.place:
        return
    user, group = asker(errand, may), Group.objects.filter(pk=errand.given["group"]).first()
    if group is None:
        raise Stopped("gone")
    if not includes(visible_groups(user), group.pk):
        raise Stopped("no_right")
    Proposal.from_json(errand.given).problems(group)
    for progress in comparing(group, live(group.policy), timezone.now(), most=MOST_REPLAYED):
        if progress.found is None:
            yield Step(progress.done, progress.total, is_kept=False)
        else:
            yield Step(progress.done, progress.total, {"found": progress.found.as_json()})


def shown(errand: Errand, user: User) -> dict[str, Any]:
    """Its group and policy, and once it is done what came of it."""
    group = Group.objects.get(pk=errand.given["group"])
    page = {**results.about(group, Proposal.from_json(errand.given)), "may_change": user.has_perm(CHANGES)}
    if errand.state != ErrandState.DONE:
        return page
    return {**page, **results.found(group, Comparison.from_json(errand.place["found"]))}


def about(errand: Errand) -> str:
    """Which policy it is."""
    name = errand.given["name"]
    return str({NOW: _("its settings as they are"), FORM: _("settings that were typed")}.get(name) or LABELS[name])


def back(errand: Errand) -> str:
    return reverse("admin:groups_group_change", args=[errand.given["group"]])
