"""The loopback WhatsApp server against the real neonize library, in a child process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whatsapp_server.probe_process import ProbeProcess, make_pairing
from tests.whatsapp_server.server import SESSION_FILE, WhatsAppServer


@pytest.fixture(scope="module")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhatsAppServer]:
    """One server for the whole module."""
    server = WhatsAppServer.start(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def pairing(running_server: WhatsAppServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One pairing for the whole module."""
    directory = tmp_path_factory.mktemp("pairing")
    make_pairing(running_server, directory)
    return directory


@pytest.fixture
def server(running_server: WhatsAppServer) -> Iterator[WhatsAppServer]:
    """The server as new; whatever it could not understand fails the test."""
    running_server.reset()
    yield running_server
    assert running_server.exchange.errors == []
    assert running_server.exchange.unreadable == []
    assert running_server.refused_hosts == []


@pytest.fixture
def probe(server: WhatsAppServer, pairing: Path, tmp_path: Path) -> Iterator[ProbeProcess]:
    """A real client, logged in with the reused pairing."""
    server.load_pairing(pairing, tmp_path / SESSION_FILE)
    server.wait_logged_out()
    with ProbeProcess(server, tmp_path / SESSION_FILE) as process:
        process.wait_for("connected")
        yield process
