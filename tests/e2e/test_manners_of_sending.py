"""How the bot sends, with the real library against the loopback server."""

from __future__ import annotations

from collections.abc import Callable

from groups.policy import State
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import wait_for
from waclient.models import Action, ActionState


def test_a_refusal_for_sending_too_much_stops_sending_and_links_are_still_judged(running: Callable[[], Scene]) -> None:
    scene = running()
    group = scene.group("Allotments", State.LIVE)
    scene.server.fail_next_sends(429)

    group.member("Bob").says(f"look {DANGEROUS}")
    wait_for(lambda: scene.installation.connection.held_until, "the brake")
    group.member("Eve").says("and https://xn--pypal-4ve.com/other")

    assert len(scene.wait_planned(group, 2)) == 2
    scene.wait_actions_done()
    actions = scene.installation.rows(Action).filter(sighting__isnull=False)
    assert not actions.filter(state=ActionState.SENT).exists()
    assert actions.filter(state=ActionState.SKIPPED, reason="brake").exists()
    assert scene.said(group) == []
    assert "429" in scene.installation.connection.held_because
