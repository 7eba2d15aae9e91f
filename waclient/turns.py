"""The loop of a thread beside the socket: one small step after the other until the process ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connection

log = logging.getLogger(__name__)

FAILURE_SECONDS = 2.0


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
