"""Several threads, each with a database connection of its own, that start at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
START_SECONDS = 20


def race(step: Callable[[], T], runners: int) -> list[T]:
    """What each runner's `step` returned; the first exception of a runner is raised here."""
    line = threading.Barrier(runners)

    def run() -> T:
        try:
            connection.ensure_connection()
            line.wait(START_SECONDS)
            return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(runners) as pool:
        started = [pool.submit(run) for _ in range(runners)]
        return [future.result() for future in started]
