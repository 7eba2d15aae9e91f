"""The loop of a thread beside the socket: one small step after the other until the process ends."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionProxy

log = logging.getLogger(__name__)

FAILURE_SECONDS = 2.0
UNASKED_SECONDS = 1.0  # what only time brings (a moment to send at, something due) is looked for this often


class Changes:
    """Says when looking is worth it: at once after another connection wrote, otherwise once in UNASKED_SECONDS.

    SQLite counts the changes by others (PRAGMA data_version), which costs nothing beside a look at every table.
    """

    def __init__(self, database: BaseDatabaseWrapper | ConnectionProxy[BaseDatabaseWrapper] = connection) -> None:
        self._database = database
        self._version: object = None
        self._looked_at = 0.0

    def are_worth_a_look(self) -> bool:
        """Always so on a database that does not count, as PostgreSQL."""
        now, version = time.monotonic(), self._counted()
        if version is not None and version == self._version and now - self._looked_at < UNASKED_SECONDS:
            return False
        self._version, self._looked_at = version, now
        return True

    def _counted(self) -> object:
        if self._database.vendor != "sqlite":
            return None
        with self._database.cursor() as cursor:
            return cursor.execute("PRAGMA data_version").fetchone()[0]


def repeat(step: Callable[[], bool], until: threading.Event, idle_seconds: float) -> None:
    """Call `step` again at once when it did something, otherwise after a pause; whatever it raises is logged."""
    while not until.is_set():
        try:
            close_old_connections()
            pause = 0.0 if step() else idle_seconds
        except DatabaseError:
            log.exception("the database does not answer, trying again")
            connection.close()
            pause = FAILURE_SECONDS
        except Exception:  # a daemon's outermost loop: one bad row must not silence every group
            log.exception("a step failed")
            pause = FAILURE_SECONDS
        until.wait(pause)
