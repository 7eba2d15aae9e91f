"""supervisord for `make run`, with what is no option of it.

* Shorter turns: it looks once a second whether a child has ended, and each step of a stop needs a turn of its own, so
  that a stop takes up to five seconds; with these one or two.
* Whole families: when a program is killed from outside, what it had started (the queue's workers) would go on working
  next to its successor; here it ends with its parent.
* Nobody is left behind: when supervisord itself is killed, its programs are told to stop (Linux); when the terminal is
  closed, everything stops instead of being started again.
* Output goes to the open standard output: /dev/stdout may belong to somebody else (after `su`).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from supervisor import loggers, options, poller, process, supervisord  # type: ignore[import-untyped]

TURN_SECONDS = 0.2
STANDARD_OUTPUT = "/dev/stdout"
PR_SET_PDEATHSIG = 1  # linux/prctl.h


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

    def _spawn_as_child(self, filename: str, argv: list[str]) -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        super()._spawn_as_child(filename, argv)


class Options(options.ServerOptions):  # type: ignore[misc]  # supervisor has no types
    def setsignals(self) -> None:
        """As supervisord, but a terminal that is closed means stop."""
        super().setsignals()

        def hung_up(_number: int, frame: FrameType | None) -> None:
            self.signal_receiver.receive(signal.SIGTERM, frame)

        signal.signal(signal.SIGHUP, hung_up)


class OpenOutput(loggers.FileHandler):  # type: ignore[misc]  # supervisor has no types
    def __init__(self, filename: str, mode: str = "ab") -> None:
        if filename != STANDARD_OUTPUT:
            super().__init__(filename, mode)
            return
        loggers.Handler.__init__(self)
        self.stream = os.fdopen(os.dup(1), "wb", buffering=0)
        self.baseFilename, self.mode = filename, mode

    def handleError(self) -> None:  # noqa: N802 (supervisor's name)
        """A standard output that is gone must not keep anybody from stopping."""


if __name__ == "__main__":
    poller.Poller = ImpatientPoller
    process.Subprocess = WholeFamily
    loggers.FileHandler = OpenOutput
    supervisord.ServerOptions = Options
    supervisord.main()
