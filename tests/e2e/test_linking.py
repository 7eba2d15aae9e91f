"""Linking a phone: by QR and by code, again after a log-out, and ending cleanly at every stage."""

from __future__ import annotations

import signal

import pytest

from tests.e2e.conftest import Pairing, pair_by_qr
from tests.e2e.installation import Installation, wait_for
from tests.whatsapp_server.server import WhatsAppServer
from waclient.models import Connection, Phase, Wish

PAIRING_ENDED = 75
LOGGED_OUT = 70


def has_no_secret(row: Connection) -> bool:
    return (row.qr_text, row.pair_code, row.wish, row.wish_phone) == ("", "", "", "")


def test_a_phone_is_linked_by_qr_code_and_the_secrets_are_gone(pairing: Pairing, whatsapp: WhatsAppServer) -> None:
    assert pairing.jid == str(whatsapp.bot.pn)
    assert pairing.lid == str(whatsapp.bot.lid)


def test_the_session_file_is_readable_for_its_owner_only(fresh: Installation) -> None:
    fresh.start_socket()
    pair_by_qr(fresh)

    assert fresh.session.stat().st_mode & 0o777 == 0o600
    assert has_no_secret(fresh.connection)


def test_nothing_connects_before_the_desk_asks(fresh: Installation) -> None:
    fresh.start_socket()

    fresh.wait_phase(Phase.NEVER_PAIRED)
    wait_for(lambda: fresh.connection.beat_at, "a heartbeat")

    assert fresh.server.pair_requests == []
    assert not fresh.session.exists()


def test_a_phone_is_linked_by_typing_a_code(fresh: Installation) -> None:
    fresh.start_socket()
    fresh.wait_phase(Phase.NEVER_PAIRED)

    fresh.wish(wish=Wish.CODE, wish_phone="+33600000001")
    row = wait_for(lambda: (row := fresh.connection).pair_code and row, "a code")
    assert fresh.server.wait_for_pair_request(by_phone=True).phone.endswith("33600000001")
    fresh.server.enter_code(row.pair_code)

    assert has_no_secret(fresh.wait_phase(Phase.CONNECTED))


def test_every_rotation_of_the_code_reaches_the_page_and_then_it_ends(fresh: Installation) -> None:
    fresh.server.offer_codes(2)
    socket = fresh.start_socket()
    fresh.wait_phase(Phase.NEVER_PAIRED)

    fresh.wish(wish=Wish.QR)
    first = wait_for(lambda: (row := fresh.connection).qr_number == 1 and row, "the first code")
    second = wait_for(lambda: (row := fresh.connection).qr_number == 2 and row, "the second code", 30)

    assert first.qr_text != second.qr_text
    assert socket.wait(30) == PAIRING_ENDED
    row = fresh.connection
    assert row.phase == Phase.PAIRING_ENDED
    assert has_no_secret(row)


@pytest.mark.parametrize("stage", ["waiting", "pairing", "linked"])
def test_sigterm_ends_the_process_cleanly_at_every_stage(fresh: Installation, stage: str) -> None:
    socket = fresh.start_socket()
    fresh.wait_phase(Phase.NEVER_PAIRED)
    wait_for(lambda: fresh.connection.beat_at, "a heartbeat")
    if stage == "pairing":
        fresh.wish(wish=Wish.QR)
        wait_for(lambda: fresh.connection.qr_text, "a QR code")
    if stage == "linked":
        pair_by_qr(fresh)

    socket.signal(signal.SIGTERM)

    assert socket.wait(5) == 0
    row = fresh.connection
    assert row.phase == (Phase.STOPPED if stage == "linked" else Phase.NEVER_PAIRED)
    assert has_no_secret(row)
    assert row.beat_at is None


def test_a_pairing_that_was_killed_can_be_started_again(fresh: Installation) -> None:
    socket = fresh.start_socket()
    fresh.wait_phase(Phase.NEVER_PAIRED)
    fresh.wish(wish=Wish.QR)
    wait_for(lambda: fresh.connection.qr_text, "a QR code")

    socket.kill_group()
    fresh.start_socket()

    assert has_no_secret(fresh.wait_phase(Phase.NEVER_PAIRED))
    pair_by_qr(fresh)


def test_a_code_can_be_asked_for_while_qr_codes_are_shown(fresh: Installation) -> None:
    fresh.start_socket()
    fresh.wait_phase(Phase.NEVER_PAIRED)
    fresh.wish(wish=Wish.QR)
    wait_for(lambda: fresh.connection.qr_text, "a QR code")

    fresh.wish(wish=Wish.CODE, wish_phone="+33600000001")
    row = wait_for(lambda: (row := fresh.connection).pair_code and row, "a code")
    fresh.server.enter_code(row.pair_code)

    fresh.wait_phase(Phase.CONNECTED)


def test_after_a_log_out_the_next_start_waits_and_the_phone_can_be_linked_again(paired: Installation) -> None:
    socket = paired.start_socket()
    paired.wait_phase(Phase.CONNECTED)

    paired.server.log_out()

    assert socket.wait(10) == LOGGED_OUT
    assert paired.connection.phase == Phase.LOGGED_OUT
    again = paired.start_socket()
    wait_for(lambda: paired.connection.beat_at, "a heartbeat")
    assert again.is_running
    assert paired.connection.phase == Phase.LOGGED_OUT
    paired.wish(wish=Wish.QR)
    row = wait_for(lambda: (row := paired.connection).qr_text and row, "a QR code")
    paired.server.scan(row.qr_text)
    paired.wait_phase(Phase.CONNECTED)


def test_two_sockets_never_share_a_session(paired: Installation) -> None:
    paired.start_socket()
    paired.wait_phase(Phase.CONNECTED)

    second = paired.manage("runwaclient", check=False)

    assert second.returncode == 1
    assert "another runwaclient" in second.stderr
    assert paired.server.is_logged_in
