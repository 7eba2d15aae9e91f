"""A stop or a kill in the middle of a picture: it ends in time, nothing is lost, nothing is answered twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from groups.policy import State
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import wait_for
from tests.waclient import media_samples as samples
from tests.whatsapp_server.media_host import Trouble
from waclient.models import PendingWork, Phase, Place, WorkKind

STOP_SECONDS = 5.0


def is_being_fetched(scene: Scene) -> None:
    """Both requests are there: the one for the size, and the library's own, which drips."""
    wait_for(lambda: len(scene.server.exchange.media_requests) >= 2, "the library's request")


def fetches_slowly(scene: Scene, name: str) -> None:
    group = scene.group(name, State.LIVE)
    scene.server.exchange.faults.media = Trouble.DRIPPING
    group.member("Bob").sends_image(content=samples.file_of(samples.qr(DANGEROUS)))
    is_being_fetched(scene)


def test_a_stop_does_not_wait_for_a_slow_picture(running: Callable[[], Scene]) -> None:
    scene = running()
    fetches_slowly(scene, "Stopped")
    [socket] = [process for process in scene.installation.processes if process.name == "socket"]
    started = time.monotonic()

    socket.signal(signal.SIGTERM)

    assert socket.wait() == 0
    assert time.monotonic() - started < STOP_SECONDS
    assert scene.installation.rows(PendingWork).filter(kind=WorkKind.MEDIA).count() == 1
    assert "panic" not in scene.installation.log_of("socket")


def test_a_slow_picture_holds_up_no_answer(running: Callable[[], Scene]) -> None:
    scene = running()
    fetches_slowly(scene, "Slow")
    other = scene.group("Quick", State.LIVE)

    other.member("Eve").says(DANGEROUS)

    scene.wait_said(other)
    assert scene.installation.rows(PendingWork).filter(kind=WorkKind.MEDIA).exists()


def test_a_kill_in_the_middle_of_a_picture_loses_nothing(running: Callable[[], Scene]) -> None:
    scene = running()
    fetches_slowly(scene, "Killed")
    [group] = scene.server.exchange.groups.values()
    [socket] = [process for process in scene.installation.processes if process.name == "socket"]

    socket.kill_group()
    scene.server.exchange.faults.media = ""
    rows = scene.installation.rows(PendingWork).filter(kind=WorkKind.MEDIA)
    assert rows.update(due_at="2026-01-01T00:00:00Z") == 1
    scene.installation.start_socket()
    scene.installation.wait_phase(Phase.CONNECTED)

    [reply] = scene.wait_said(group)
    [sighting] = scene.sightings(group)
    assert (sighting.place, sighting.message_id) == (Place.CODE, reply.quoted_id)
    wait_for(lambda: not rows.exists(), "the end of the work")
