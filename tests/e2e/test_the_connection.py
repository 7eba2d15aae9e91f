"""What happens to the socket, and what the process makes of it: reconnect, exit codes, waiting for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from groups.policy import State
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from waclient.models import Phase, Wish

REPLACED, BANNED, OUTDATED, UNREACHABLE = 71, 72, 73, 74


def test_a_dropped_socket_comes_back_and_goes_on(running: Callable[[], Scene], paired: Installation) -> None:
    scene = running()
    group = scene.group("Dropped", State.LIVE)
    logins = scene.server.logins

    scene.server.drop_socket()
    scene.server.wait_for_logins(logins + 1)
    group.member("Bob").says(DANGEROUS)

    assert len(scene.wait_said(group)) == 1
    paired.wait_phase(Phase.CONNECTED)


def test_what_was_said_while_the_socket_was_away_is_read_afterwards(running: Callable[[], Scene]) -> None:
    scene = running()
    group = scene.group("Away", State.LIVE)

    with scene.server.offline():
        group.member("Bob").says(DANGEROUS)

    [sighting] = scene.wait_planned(group)
    assert not sighting.is_history
    assert len(scene.wait_said(group)) == 1


def test_a_large_offline_batch_is_history_and_not_answered(running: Callable[[], Scene]) -> None:
    scene = running()
    group = scene.group("Batch", State.LIVE)

    with scene.server.offline():
        group.member("Bob").says_all([f"{DANGEROUS}?n={number}" for number in range(25)])
    scene.wait_planned(group, 25)
    group.member("Eve").says(f"{DANGEROUS}?now")

    assert sum(sighting.is_history for sighting in scene.wait_planned(group, 26)) == 25
    assert len(scene.wait_said(group)) == 1


def test_the_page_can_tell_that_the_socket_is_gone(paired: Installation) -> None:
    paired.start_socket()
    paired.wait_phase(Phase.CONNECTED)
    paired.server.refuse_connections()

    paired.server.drop_socket()

    paired.wait_phase(Phase.RECONNECTING)
    paired.server.refuse_connections(False)
    paired.wait_phase(Phase.CONNECTED, 30)


@pytest.mark.parametrize(
    ("trouble", "code", "phase"),
    [("replace", REPLACED, Phase.REPLACED), ("outdated", OUTDATED, Phase.OUTDATED), ("ban", BANNED, Phase.BANNED)],
)
def test_what_needs_a_person_ends_with_its_code_and_then_waits(
    paired: Installation, trouble: str, code: int, phase: Phase
) -> None:
    socket = paired.start_socket()
    paired.wait_phase(Phase.CONNECTED)
    logins = paired.server.logins

    getattr(paired.server, trouble)()

    assert socket.wait(15) == code
    assert paired.connection.phase == phase
    paired.server.accept_logins()
    again = paired.start_socket()
    wait_for(lambda: paired.connection.beat_at, "a heartbeat")
    assert again.is_running
    assert (paired.connection.phase, paired.server.logins) == (phase, logins)


def test_a_person_may_connect_again_after_a_replacement(paired: Installation) -> None:
    paired.start_socket()
    paired.wish(phase=Phase.REPLACED)
    paired.processes[-1].stop()

    paired.start_socket()
    paired.wish(wish=Wish.CONNECT, phase=Phase.REPLACED)

    paired.wait_phase(Phase.CONNECTED)


def test_a_ban_is_waited_out_even_when_somebody_asks(paired: Installation) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=4)
    paired.wish(phase=Phase.BANNED, banned_until=soon, wish=Wish.CONNECT)

    paired.start_socket()
    paired.wait_phase(Phase.CONNECTED)

    assert datetime.now(UTC) >= soon


def test_without_a_network_it_says_so_and_tries_again_later(paired: Installation) -> None:
    paired.server.refuse_connections()

    socket = paired.start_socket()

    assert socket.wait(15) == UNREACHABLE
    row = paired.connection
    assert (row.phase, row.failures) == (Phase.UNREACHABLE, 1)
    assert "dial" in row.detail or "proxy" in row.detail
    assert row.retry_at is not None
    assert row.retry_at > datetime.now(UTC)
    paired.server.refuse_connections(False)
    paired.start_socket()
    connected = paired.wait_phase(Phase.CONNECTED)
    assert (connected.failures, connected.detail) == (0, "")
