"""End to end: one scam under many links and in many groups is one campaign, told once and decided on once (T2)."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from groups.models import Group as GroupRow
from groups.policy import Response, State
from tests.e2e.conftest import Scene
from tests.e2e.installation import Installation, wait_for
from tests.e2e.test_moderators_chat import bound, told
from tests.whatsapp_server.group import Group
from tests.whatsapp_server.outgoing import SentKind
from waclient.models import Alert, Campaign, Phase, QueueItem, Sighting

SITE = "https://xn--pypal-4ve.com"
LONG_ENOUGH_TO_BE_WRONG = 0.8
HOUR = "3600"


@pytest.fixture
def cooling(paired: Installation) -> Callable[[], Scene]:
    """As `running`, with the default cool-down for campaigns."""

    def start() -> Scene:
        paired.start_worker()
        paired.start_socket(CAMPAIGN_COOLDOWN=HOUR)
        paired.wait_phase(Phase.CONNECTED)
        return Scene(paired)

    return start


def three_groups(scene: Scene) -> list[Group]:
    return [scene.group(name, State.LIVE) for name in ("Choir", "Allotments", "Parents")]


def campaigns(scene: Scene) -> list[Campaign]:
    return list(scene.installation.rows(Campaign))


@pytest.mark.parametrize("is_same", [True, False], ids=["the same link", "fifty links of one site"])
def test_fifty_postings_in_three_groups_are_three_replies_and_one_campaign(
    cooling: Callable[[], Scene], is_same: bool
) -> None:
    scene = cooling()
    groups = three_groups(scene)

    for number in range(50):
        group = groups[number % 3]
        group.member("Bob" if number % 2 else "Eve").says(f"vote here {SITE}/{'login' if is_same else number}")

    assert sum(len(scene.wait_planned(group, count)) for group, count in zip(groups, (17, 17, 16), strict=True)) == 50
    scene.wait_actions_done()
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert [len(scene.said(group)) for group in groups] == [1, 1, 1]
    assert len(campaigns(scene)) == 1
    members = scene.installation.rows(Sighting).filter(campaign=campaigns(scene)[0])
    assert members.count() == 50


def test_twelve_links_are_one_alert_and_one_answer_decides_all_and_what_comes_later(
    cooling: Callable[[], Scene],
) -> None:
    scene = cooling()
    groups = three_groups(scene)
    here = bound(scene, "Moderators", *groups)

    for number in range(12):
        groups[number % 3].member("Eve").says(f"look {SITE}/{number}")
    for group in groups:
        scene.wait_planned(group, 4)
    [alert] = told(scene, here)
    told_as = scene.installation.rows(Alert).get(number__isnull=False).number
    here.member("Bob").says(f"ok {told_as}")

    queue = scene.installation.rows(QueueItem)
    wait_for(lambda: queue.filter(decided_at__isnull=False).count() == 12, "twelve decided links")
    groups[0].member("Bob").says(f"and {SITE}/later")
    assert scene.wait_planned(groups[0], 5)[-1].verdict == "benign"
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert told(scene, here) == [alert]


def test_a_deletion_that_whatsapp_refuses_becomes_a_reply_that_claims_no_removal(
    running: Callable[[], Scene],
) -> None:
    scene = running()
    group = scene.group("Admin", State.LIVE, bot_is_admin=True)
    scene.choose(group, State.LIVE, on_malicious=Response.DELETE)
    scene.server.fail_next_sends(403)

    message = group.member("Eve").says(f"{SITE}/login")

    [reply] = scene.wait_said(group)
    assert (reply.kind, reply.quoted_id) == (SentKind.REPLY, message.id)
    assert "removed" not in reply.text
    scene.wait_actions_done()
    done = {action.kind: action for action in scene.sightings(group)[0].actions.using(scene.installation.alias)}
    assert (done["delete"].state, "403" in done["delete"].reason) == ("failed", True)
    assert (done["reply"].state, done["reply"].reason) == ("sent", "deletion_refused")


def test_the_groups_own_invitation_is_left_alone_also_after_it_was_renewed(running: Callable[[], Scene]) -> None:
    scene = running()
    group = scene.group("Inviting", State.OFF, bot_is_admin=True)
    scene.choose(group, State.LIVE, on_invites=Response.REPLY)
    own = scene.installation.rows(GroupRow).filter(jid=str(group.jid))
    wait_for(lambda: own.exclude(invite_hash="").exists(), "the group's invitation")
    first = group.invitation

    group.member("Bob").says(f"bring your friends: {first}")
    group.renews_invitation()
    group.member("Bob").says(f"the new one: {group.invitation}")
    planned = scene.wait_planned(group, 2)

    assert [sighting.is_own_invite for sighting in planned] == [True, True]
    assert scene.said(group) == []
    group.member("Eve").says(f"come over: {first}")  # void now, and not the group's any more
    group.member("Eve").says("come over: https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv")
    scene.wait_said(group)


def test_the_first_link_of_somebody_who_joined_is_known_and_no_later_one(running: Callable[[], Scene]) -> None:
    scene = running()
    group = scene.group("Market", State.LIVE)
    scene.choose(group, State.LIVE, weighs_newcomers=True)

    group.adds("Zoe")
    group.member("Zoe").says("hello, see https://www.example.org/one")
    scene.wait_planned(group, 1)
    group.member("Zoe").says("and https://www.example.net/two")
    group.member("Bob").says("and https://www.example.com/three")

    planned = scene.wait_planned(group, 3)
    assert {sighting.host: sighting.is_newcomer for sighting in planned} == {
        "www.example.org": True,
        "www.example.net": False,
        "www.example.com": False,
    }
    assert scene.said(group) == []
