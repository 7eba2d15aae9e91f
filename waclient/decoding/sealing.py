"""What a process gives up before it looks at a stranger's file. Linux."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
OUTPUT_BYTES = 1024 * 1024
NEW_FILES = 0  # input and output stay open, but no number is free for a file or a socket, not even one that was closed
LOW_PRIORITY = 10
KILLED_FIRST = "1000"


def seal() -> None:
    """Limit memory, time and output for good; no file, socket or process can be opened from here on."""
    os.nice(LOW_PRIORITY)
    with contextlib.suppress(OSError):  # where there is no such file the kernel chooses by itself
        Path("/proc/self/oom_score_adj").write_text(KILLED_FIRST, encoding="ascii")
    for limit, value in LIMITS:
        resource.setrlimit(limit, (value, value))


LIMITS = (
    (resource.RLIMIT_AS, MEMORY_BYTES),
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NPROC, 0),
    (resource.RLIMIT_NOFILE, NEW_FILES),
)
