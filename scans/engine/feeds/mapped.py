"""Files that processes share in memory: mapped, never read into anybody's own."""

from __future__ import annotations

import mmap
from pathlib import Path


def mapped(path: Path) -> memoryview:
    """The bytes of a file, which may be deleted meanwhile; raises OSError when it is not there."""
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def numbers(path: Path) -> memoryview[int]:
    """The whole 8-byte numbers of a file, native byte order; raises OSError."""
    found = mapped(path)
    return found[: len(found) & ~7].cast("Q")
