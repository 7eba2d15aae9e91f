"""A listening of its own and what its library hears, for tests of the events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket
from typing import Any

import pytest

from tests.waclient.recording_client import RecordingClient
from tests.whatsapp_server import messages
from waclient.ending import Ending
from waclient.listening import Listening
from waclient.rosters import Rosters
from waclient.working import Work

# After tests.whatsapp_server.protobufs, which loads the library without its warnings.
events: Any = import_module("neonize.proto.Neonize_pb2")

JID = "120363000000000001@g.us"
US, ADMIN = "999@lid", "1@lid"
SCAM = "http://192.0.2.1/login.exe"


@pytest.fixture
def client() -> RecordingClient:
    return RecordingClient(own=frozenset({US}))


@pytest.fixture
def listening(client: RecordingClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    with socket(AF_UNIX, SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        ending, rosters = Ending(), Rosters()
        work = Work(ending, rosters)
        work._client = client  # type: ignore[assignment]
        yield Listening(ending, rosters, work)
        ending.systemd.socket.close()


def jid(address: str) -> Any:
    user, _, server = address.rpartition("@")
    return events.JID(User=user, Server=server, Device=0, RawAgent=0, Integrator=0, IsEmpty=not user)


def message(text: str = f"see {SCAM}", message_id: str = "3EB0AA") -> Any:
    source = events.MessageSource(Chat=jid(JID), Sender=jid("5@lid"), IsFromMe=False, IsGroup=True)
    now = int(datetime.now(UTC).timestamp() * 1000)
    return events.Message(
        Info=events.MessageInfo(MessageSource=source, ID=message_id, Timestamp=now), Message=messages.conversation(text)
    )


def group_event(**changes: Any) -> Any:
    return events.GroupInfoEvent(JID=jid(JID), **changes)
