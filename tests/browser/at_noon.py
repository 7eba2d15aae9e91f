"""`python -m tests.browser.at_noon MODULE ARGUMENTS`: a module for which it is always the noon of the pictures.

The disk is always the same too: neither shall make a picture another one.
"""

from __future__ import annotations

import runpy
import shutil
import sys
from collections import namedtuple
from datetime import UTC, datetime

import time_machine

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
GIB = 2**30
Usage = namedtuple("Usage", "total used free")


def disk_usage(_path: object) -> Usage:
    return Usage(64 * GIB, 24 * GIB, 40 * GIB)


if __name__ == "__main__":
    del sys.argv[0]
    shutil.disk_usage = disk_usage  # type: ignore[assignment]
    with time_machine.travel(NOON, tick=False):
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
