"""More to say than the number may say: no scan is held up, and all that stays unsaid has its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from groups.policy import Preset, State
from groups.presets import PRESETS
from scans.models import Scan, Status
from tests.e2e.conftest import Scene
from tests.e2e.installation import Installation
from waclient.admin.links import response
from waclient.models import Action, ActionKind, ActionState, Sighting

GROUPS = [Preset.QUIET, Preset.FAMILY, Preset.NEIGHBOURHOOD, Preset.MARKETPLACE, Preset.WATCH]
LINKS_EACH = 24
# What the program comes with, but for a day that has one hour's budget, and for gaps, which have their own tests.
BUDGET = 20
DEFAULTS = {
    "SEND_HOURLY_CAP": "20",
    "SEND_DAILY_CAP": str(BUDGET),
    "GROUP_REPLIES_HOURLY": "3",
    "GROUP_REPLIES_DAILY": "10",
}
COSTS = {ActionKind.REACT: 0.5}

REPLAY = """
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from groups import backtest
from groups.models import Group
from wbscanner.desk.backtest import replays
settings.GROUP_REPLIES_HOURLY, settings.GROUP_REPLIES_DAILY = 3, 10
now = timezone.now()
for group in Group.objects.order_by("pk"):
    rows = list(backtest.replay(group.policy, replays.Rows(group, now - timedelta(days=1), now)))
    print(len(rows), sum(one.differs for one in rows))
"""


def link(group: int, number: int) -> str:
    """A third of them is dangerous, a third suspicious, a third is neither; each is posted in one group only."""
    kinds = ("https://xn--pypal-4ve.com/{}", "http://203.0.113.7/parcel/{}", "https://fair-{}.example/")
    return kinds[number % len(kinds)].format(f"{group}-{number}")


def assert_a_replay_is_what_was_recorded(installation: Installation) -> None:
    """T11: the backtest of the policies in force, over what happened, says what happened."""
    printed = installation.manage("shell", "--no-imports", "-c", REPLAY).stdout.strip().splitlines()
    replayed = [tuple(map(int, line.split())) for line in printed[-len(GROUPS) :]]

    assert all(rows > 0 and differing == 0 for rows, differing in replayed)


def test_a_days_traffic_of_five_groups_loses_no_scan_and_leaves_nothing_unexplained(
    running: Callable[..., Scene], paired: Installation
) -> None:
    """T7: with the sending budget empty no scan is dropped."""
    scene = running(**DEFAULTS)
    groups = [scene.group(f"Group {preset}", State.WATCH) for preset in GROUPS]
    for group, preset in zip(groups[:-1], GROUPS, strict=False):
        scene.choose(group, State.LIVE, preset=preset, **PRESETS[preset])

    for number in range(LINKS_EACH):
        for at, group in enumerate(groups):
            group.member("Eve").says(f"see {link(at, number)}")
    for group in groups:
        scene.wait_planned(group, LINKS_EACH)
    scene.wait_actions_done()

    everything = len(groups) * LINKS_EACH
    assert paired.rows(Scan).filter(status=Status.DONE).count() == paired.rows(Scan).count() == everything
    sightings = list(paired.rows(Sighting).select_related("scan").prefetch_related("actions"))
    assert len(sightings) == everything
    assert [str(one.scan.verdict) for one in sightings if one.scan] == [one.verdict for one in sightings]
    vague = [one.facts for one in sightings if response(one) in {"", "Said nothing", "Not decided yet"}]
    assert vague == []
    actions = list(paired.rows(Action))
    assert {action.state for action in actions} == {ActionState.SENT, ActionState.SKIPPED}
    reasons = Counter(action.reason for action in actions if action.state == ActionState.SKIPPED)
    assert reasons["budget"] > 0
    assert all(reasons)
    assert sum(COSTS.get(ActionKind(one.kind), 1.0) for one in actions if one.state == ActionState.SENT) <= BUDGET
    assert scene.said(groups[-1]) == []
    assert sum(len(scene.server.sent_to(group)) for group in groups) == sum(
        action.state == ActionState.SENT for action in actions
    )
    assert_a_replay_is_what_was_recorded(paired)
