"""The life of the process `runwaclient`: wait until it may connect, connect, work beside the socket, end with a code.

Threads: main (waits, then sits in connect()), the library's event thread, `work`, `beat`, and at last `ending`.
"""

from __future__ import annotations

import fcntl
import importlib
import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from waclient import sending
from waclient.ending import End, Ending, Exit
from waclient.heard import Heard
from waclient.listening import Listening
from waclient.models import NEEDS_A_PERSON, NO_CODES, NO_WISH, Connection, Phase, Wish
from waclient.rosters import Rosters
from waclient.working import Work

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
WAIT_SECONDS = 0.5
STUCK_SECONDS = 120.0  # one send may take 75 s


class AlreadyRunning(Exception):
    """Another runwaclient holds this session."""


def lock(folder: Path) -> IO[str]:
    """Holds the session's lock until the file is closed or the process dies; raises AlreadyRunning."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise AlreadyRunning(f"another runwaclient uses {folder}: stop it first") from error
    return file


class Host:
    """One run of the process. `run` never returns: the Go library's threads would keep the interpreter alive."""

    def __init__(self, session: Path) -> None:
        self.session = session
        self.ending = Ending()
        self.rosters = Rosters()
        self.work = Work(self.ending, self.rosters)
        self.is_connecting = False
        self.heard = Heard(timezone.now())

    def run(self) -> None:
        """Beat, wait until connecting is allowed, connect; `ending` ends the process."""
        tidy()
        sending.recover()
        threading.Thread(target=self._beat_forever, name="beat", daemon=True).start()
        self.ending.systemd.notify("READY=1")
        row = self._wait_until_allowed()
        if row is not None:
            self._connect(row)
        threading.Event().wait()

    def stop(self) -> None:
        """What SIGTERM and SIGINT do."""
        self.ending.begin(End(Exit.STOPPED, Phase.STOPPED))

    def _wait_until_allowed(self) -> Connection | None:
        """Block until this start may connect; the row as it was when allowed, or None when the process ends."""
        said = ""
        while not self.ending.begun.is_set():
            close_old_connections()
            row = Connection.get()
            if is_allowed(row, timezone.now()):
                wish = {} if row.wish == Wish.CODE else NO_WISH  # a code is asked for once WhatsApp offers pairing
                Connection.write(phase=Phase.STARTING, detail="", **NO_CODES, **wish)
                return row
            if said != row.phase:
                said = row.phase
                log.info("waiting, not connecting: %s", row.phase)
            self.ending.begun.wait(WAIT_SECONDS)
        return None

    def _connect(self, row: Connection) -> None:
        listening = Listening(self.ending, self.rosters, self.work)
        self.heard = listening.heard
        client = _client_class()(self.session, listening, own=(row.jid, row.lid))
        self.ending.client = client
        self.ending.worker = self.work.start(client)
        self.is_connecting = True
        try:
            client.connect()
            words = "the connection ended without a reason"
        except ConnectionError as error:
            words = str(error)
        self.ending.begin(End(Exit.UNREACHABLE, Phase.UNREACHABLE, words))

    def _beat_forever(self) -> None:
        while not self.ending.begun.is_set():
            try:
                close_old_connections()
                Connection.write(**self._beat())
            except DatabaseError:
                log.exception("no heartbeat could be written")
                connection.close()
            if not self.is_connecting or self.work.age() < STUCK_SECONDS:
                self.ending.systemd.notify("WATCHDOG=1")
            self.ending.begun.wait(BEAT_SECONDS)

    def _beat(self) -> dict[str, Any]:
        """The heartbeat, with what no row tells: a failing dial raises no event, most messages write nothing."""
        now = timezone.now()
        values: dict[str, Any] = {"beat_at": now, **self.heard.take(now)}
        client: Any = self.ending.client
        if client is not None:
            values |= self._standing(Connection.get(), client.is_ready, now)
        return values

    def _standing(self, row: Connection, is_ready: bool, now: datetime) -> dict[str, Any]:
        """How the connection stands, and once an hour what that hour taught."""
        if row.phase not in {Phase.CONNECTED, Phase.RECONNECTING}:
            return {}
        if not is_ready:
            return {"phase": Phase.RECONNECTING} if row.phase == Phase.CONNECTED else {}
        changed = {"phase": Phase.CONNECTED} if row.phase == Phase.RECONNECTING else {}
        return {**changed, "well_at": now, **self.heard.lesson(row, now)}


def _client_class() -> Any:
    """WhatsApp's client, or the one of the simulated chats; only the one that is used is loaded."""
    if settings.IS_SIMULATED:
        return importlib.import_module("waclient.simulator.client").SimulatedClient
    return importlib.import_module("waclient.neonize_client").NeonizeClient


def tidy() -> None:
    """After a kill: codes that nobody shows any more are gone, half a pairing is none."""
    row = Connection.get()
    phase = row.phase if row.jid or row.phase in NEEDS_A_PERSON else Phase.NEVER_PAIRED
    Connection.write(phase=phase, **NO_CODES)


def is_allowed(row: Connection, now: datetime) -> bool:
    """Whether a start may connect: at once when paired and well, otherwise when the desk asks, never during a ban."""
    if row.phase == Phase.BANNED and row.banned_until is not None and now < row.banned_until:
        return False
    if not row.jid or row.phase in NEEDS_A_PERSON:
        return row.wish != Wish.NONE
    return row.retry_at is None or now >= row.retry_at or row.wish != Wish.NONE
