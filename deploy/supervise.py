"""supervisord for `make run`, with two things that are no options of it.

Shorter turns: it looks once a second whether a child has ended, and each step of a stop needs a turn of its own, so
that a stop takes up to five seconds; with these one or two. Whole families: when a program is killed from outside,
what it had started (the queue's workers) would go on working next to its successor; here it ends with its parent.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from supervisor import poller, process, supervisord  # type: ignore[import-untyped]

TURN_SECONDS = 0.2


class ImpatientPoller(poller.Poller):  # type: ignore[misc]  # supervisor has no types
    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        """File descriptors that can be read and written, after TURN_SECONDS at the latest."""
        readable, writable = super().poll(min(timeout, TURN_SECONDS))
        return readable, writable


class WholeFamily(process.Subprocess):  # type: ignore[misc]  # supervisor has no types
    def finish(self, pid: int, sts: int) -> None:
        """Note the end of a program; each leads a process group of its own, and what is left of that ends too."""
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        super().finish(pid, sts)


if __name__ == "__main__":
    poller.Poller = ImpatientPoller
    process.Subprocess = WholeFamily
    supervisord.main()
