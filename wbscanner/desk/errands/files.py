"""The files of long pieces of work: what was brought, and what is made; readable for this machine's user only."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings

from wbscanner.models import Errand

OWNER_ONLY = 0o600


def folder() -> Path:
    place = Path(settings.DATA_DIR) / "errands"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def brought(errand: Errand) -> Path:
    return folder() / f"{errand.pk}.in"


def made(errand: Errand) -> Path:
    return folder() / f"{errand.pk}.out"


def put(path: Path, content: bytes) -> None:
    """A new file with this content, on the disk when this returns."""
    append(path, 0, content)


def append(path: Path, size: int, content: bytes) -> int:
    """Cut a file to `size`, as a worker that died may have written more, and write on; its new size."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY), "r+b") as file:
        file.truncate(size)
        file.seek(size)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return size + len(content)


def remove(errand_id: int) -> None:
    for suffix in ("in", "out"):
        (folder() / f"{errand_id}.{suffix}").unlink(missing_ok=True)


def remove_older(seconds: float) -> None:
    """Files of long ago, also those whose row was never stored."""
    for path in folder().iterdir():
        if path.stat().st_mtime < time.time() - seconds:
            path.unlink(missing_ok=True)
