"""How long a name is waited for: a name server that has stopped answering must not cost every link its whole time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

# Names in a row for which nobody answered, none being found in between: then this machine seems to be cut off.
MOST_SILENT = 2
# Seconds that a name is waited for while it seems so: a name server that is there answers most names faster.
IMPATIENT_SECONDS = 0.1
# Every so many seconds one name gets its whole time all the same, so that a slow line is noticed when it is back.
PROBE_SECONDS = 30.0


@dataclass(slots=True)
class Patience:
    """What the system's name server was like lately; shared by all lookups of a process, from any thread."""

    clock: Callable[[], float] = time.monotonic
    silent: int = 0
    """Names in a row for which nobody answered in time."""
    probed_at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def seconds(self, most: float) -> float:
        """How long the next name is waited for, `most` while all is well."""
        with self._lock:
            now = self.clock()
            if self.silent < MOST_SILENT:
                self.probed_at = now
                return most
            if now - self.probed_at >= PROBE_SECONDS:
                self.probed_at = now
                return most
            return min(most, IMPATIENT_SECONDS)

    def found(self) -> None:
        """A name was found, however late: the name server is there."""
        with self._lock:
            self.silent = 0

    def waited(self) -> None:
        """Nobody answered in time."""
        with self._lock:
            self.silent += 1


# Of the system's own lookup. Other functions of `Guard.resolve` have no part in it.
OF_THE_SYSTEM = Patience()
