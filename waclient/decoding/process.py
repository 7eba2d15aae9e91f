"""Runs the reader of one file as a process that is killed when it takes too long. Linux."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

from waclient.decoding.contents import Contents, Found, Trouble, parse
from waclient.decoding.sealing import OUTPUT_BYTES

ROOT = Path(__file__).resolve().parents[2]
WALL_SECONDS = 20.0
COMMAND = (sys.executable, "-E", "-s", "-m", "waclient.decoding")


def look_into(content: bytes, seconds: float = WALL_SECONDS) -> Contents:
    """What a picture or document holds. A file that breaks its reader is a trouble, never an exception.

    The bytes pass through memory only. The process gets no environment, hence no secret.
    """
    with _memory("media") as given, _memory("found") as taken:
        given.write(content)
        given.seek(0)
        is_ended = _run(given, taken, seconds)
        taken.seek(0)
        items = tuple(parse(taken.read(OUTPUT_BYTES).splitlines()))
    troubles = {item for item in items if isinstance(item, Trouble)} | ({Trouble.KILLED} if not is_ended else set())
    return Contents(tuple(item for item in items if isinstance(item, Found)), tuple(sorted(troubles)))


def _memory(name: str) -> IO[bytes]:
    return os.fdopen(os.memfd_create(name), "w+b")


def _run(given: IO[bytes], taken: IO[bytes], seconds: float) -> bool:
    """Whether the reader came to its end by itself and in time. Executed, never forked: Go does not survive that."""
    process = subprocess.Popen(  # noqa: S603  (a command of our own, without a shell)
        COMMAND, stdin=given, stdout=taken, stderr=subprocess.DEVNULL, cwd=ROOT, env={}, close_fds=True
    )
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        process.kill()
        process.wait()
