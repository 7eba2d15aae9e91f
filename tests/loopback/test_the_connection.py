"""What happens to the connection and the account."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.whatsapp_server.probe_process import ProbeProcess
from tests.whatsapp_server.server import SESSION_FILE, WhatsAppServer

pytestmark = pytest.mark.e2e

# neonize numbers WhatsApp's ban codes 101, 102, 103, 104 and 106 from 1 to 5.
TEMPORARY_BAN_OF_103 = 3


def test_a_dropped_socket_is_opened_again(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group, logins = server.group("Street 12"), server.logins

    server.drop_socket()

    server.wait_for_logins(logins + 1)
    probe.wait_for("connected", count=2)
    probe.ask("text", chat=group.jid, text="back")
    assert server.wait_for_sent(group)[0].text == "back"


def test_refused_connections_keep_the_client_away(server: WhatsAppServer, probe: ProbeProcess) -> None:
    dials = server.proxy.dials
    server.refuse_connections()
    server.drop_socket()
    probe.wait_for("disconnected")
    deadline = time.monotonic() + 5
    while server.proxy.dials == dials and time.monotonic() < deadline:
        time.sleep(0.01)

    assert server.proxy.dials > dials
    assert not server.is_logged_in


def test_a_log_out_ends_the_session_for_good(
    server: WhatsAppServer, probe: ProbeProcess, pairing: Path, tmp_path: Path
) -> None:
    server.log_out()

    probe.wait_for("logged_out")
    server.load_pairing(pairing, tmp_path / "second")
    server.bot.linked = False
    with ProbeProcess(server, tmp_path / "second") as stale:
        stale.wait_for("logged_out")
    assert not server.is_logged_in


def test_a_session_opened_elsewhere_replaces_the_client(server: WhatsAppServer, probe: ProbeProcess) -> None:
    server.replace()

    probe.wait_for("replaced")


def test_a_ban_tells_its_code_and_its_end(server: WhatsAppServer, probe: ProbeProcess) -> None:
    server.ban(code=103, expire_s=120)

    ban = probe.wait_for("ban")
    assert (ban["code"], ban["expire"]) == (TEMPORARY_BAN_OF_103, 120)
    assert not server.is_logged_in


def test_an_outdated_client_is_told(server: WhatsAppServer, probe: ProbeProcess) -> None:
    server.outdated()

    probe.wait_for("outdated")
    assert not server.is_logged_in


def test_an_account_that_lost_its_phone_is_logged_out(server: WhatsAppServer, probe: ProbeProcess) -> None:
    server.fail_logins(reason=403)

    probe.wait_for("logged_out")
    assert not server.is_logged_in


def test_a_silent_server_takes_no_message(server: WhatsAppServer, probe: ProbeProcess) -> None:
    group = server.group("Street 12")
    server.go_silent()

    probe.command("text", chat=group.jid, text="lost")

    with pytest.raises(TimeoutError, match="wanted 1 messages"):
        server.wait_for_sent(group, timeout=0.5)
    assert probe.seen("result") == []


def test_a_login_that_is_accepted_again_succeeds(server: WhatsAppServer, pairing: Path, tmp_path: Path) -> None:
    server.load_pairing(pairing, tmp_path / SESSION_FILE)
    server.outdated()
    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("outdated")

    server.accept_logins()

    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("connected")
