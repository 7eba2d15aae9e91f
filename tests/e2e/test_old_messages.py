"""Messages of before, that come after an absence: all are scanned, none is answered."""

from __future__ import annotations

from collections.abc import Callable

from groups.policy import Response, State
from scans.models import Scan, Status
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from waclient.models import Action, ActionKind, Sighting

MISSED = 500


def assert_all_scanned_and_nothing_said(installation: Installation, count: int, seconds: float = 60.0) -> None:
    """Wait until so many links are decided on, and check what became of every one of them."""
    sightings = installation.rows(Sighting)
    wait_for(lambda: sightings.filter(planned_at__isnull=False).count() >= count, f"{count} decided links", seconds)
    assert sightings.count() == count
    assert not sightings.filter(scan=None).exists()
    assert not installation.rows(Scan).exclude(status=Status.DONE).exists()
    assert set(sightings.order_by().values_list("verdict", "facts__silence")) == {("malicious", "history")}
    assert set(installation.rows(Action).order_by().values_list("kind", flat=True)) == {ActionKind.NOTICE}


def test_five_hundred_messages_that_were_missed_are_scanned_and_not_answered(
    running: Callable[[], Scene], paired: Installation
) -> None:
    """T6: reconnecting with 500 old messages; bench_replayed_messages.py does it with 5,000."""
    scene = running()
    group = scene.group("Missed", State.LIVE, bot_is_admin=True)
    scene.choose(group, State.LIVE, on_malicious=Response.DELETE)

    with scene.server.offline():
        group.member("Bob").says_all([f"{DANGEROUS}?missed={number}" for number in range(MISSED)])

    assert_all_scanned_and_nothing_said(paired, MISSED)
    assert paired.rows(Scan).count() == MISSED
    assert scene.said(group) == []
    now = group.member("Bob").says(f"{DANGEROUS}?now")
    assert {sent.quoted_id or sent.target_id for sent in scene.wait_said(group)} == {now.id}
