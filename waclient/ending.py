"""How `runwaclient` ends: with a code, with its row written, and whatever the Go library is doing."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Protocol

import sdnotify
from django.db import DatabaseError
from django.utils import timezone

from waclient import brake
from waclient.models import NEEDS_A_PERSON, NO_PAIRING, Connection, Phase

log = logging.getLogger(__name__)

STOP_GRACE_SECONDS = 3.0
LOGOUT_SECONDS = 2.0  # the library deletes the session after it told us; ending earlier leaves it half deleted
WORK_GRACE_SECONDS = 1.0
DRAIN_SECONDS = 1.2  # for messages that were acknowledged and still wait in the library
QUIET_SECONDS = 0.25
FIRST_RETRY_SECONDS = 5
LAST_RETRY_SECONDS = 300


class Exit(IntEnum):
    """Exit codes. Any of them may be restarted: the next start reads the Connection row first."""

    STOPPED = 0
    LOGGED_OUT = 70
    REPLACED = 71
    BANNED = 72
    OUTDATED = 73
    UNREACHABLE = 74
    PAIRING_ENDED = 75


@dataclass(frozen=True, slots=True)
class End:
    """Why the process ends, and what its row says from then on."""

    code: Exit
    phase: Phase
    detail: str = ""
    banned_until: datetime | None = None


class Stoppable(Protocol):
    def leave(self) -> None: ...
    def stop(self) -> None: ...


class Ending:
    """One process's end. `begun` is set from the first call on; everything else in the process watches it."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.client: Stoppable | None = None
        self.worker: threading.Thread | None = None
        self.systemd = sdnotify.SystemdNotifier()
        self.heard_at = 0.0
        self._first = threading.Lock()

    def begin(self, end: End) -> None:
        """End the process, from any thread or signal handler; only the first call counts."""
        if not self._first.acquire(blocking=False):
            return
        self.begun.set()
        threading.Thread(target=self._carry_out, args=(end,), name="ending").start()

    def _carry_out(self, end: End) -> None:
        is_logout = end.code is Exit.LOGGED_OUT
        watchdog = threading.Timer(STOP_GRACE_SECONDS + LOGOUT_SECONDS * is_logout, os._exit, args=(int(end.code),))
        watchdog.daemon = True
        watchdog.start()
        log.info("ending with %d (%s) %s", end.code, end.phase, end.detail)
        self.systemd.notify("STOPPING=1")
        try:
            _write(end)
        except DatabaseError:
            log.exception("the end could not be written down")
        if self.worker is not None and self.worker.is_alive():
            self.worker.join(WORK_GRACE_SECONDS)  # a call into the Go library must not meet stop()
        if is_logout:
            time.sleep(LOGOUT_SECONDS)
        if self.client is not None:
            self.client.leave()
            self._drain()
            self.client.stop()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code))

    def _drain(self) -> None:
        """Let the messages that the library holds reach their rows: WhatsApp will not send them again."""
        ends_at = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < min(ends_at, self.heard_at + QUIET_SECONDS):
            time.sleep(QUIET_SECONDS / 5)


def _write(end: End) -> None:
    row = Connection.get()
    values: dict[str, object] = {"detail": end.detail[:300], "beat_at": None, "phase": _phase(end, row), **NO_PAIRING}
    if end.code is Exit.LOGGED_OUT:
        values |= {"jid": "", "lid": ""}
    if end.banned_until is not None:
        values["banned_until"] = end.banned_until
        brake.hold(f"WhatsApp banned the number for a while, {end.detail}", timezone.now(), until=end.banned_until)
    if end.code is Exit.UNREACHABLE:
        delay = min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(row.failures, 10))
        values |= {"failures": row.failures + 1, "retry_at": timezone.now() + timedelta(seconds=delay)}
    Connection.write(**values)


def _phase(end: End, row: Connection) -> Phase:
    """A stop or a dead network says nothing about the account: what needs a person keeps needing one."""
    if end.phase in NEEDS_A_PERSON:
        return end.phase
    if row.phase in NEEDS_A_PERSON:
        return Phase(row.phase)
    return end.phase if row.jid else Phase.NEVER_PAIRED
