"""What came as .gz or .zip, taken out with a cap on what comes out: a small file may hold a mountain of zeros."""

from __future__ import annotations

import gzip
import os
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

OWNER_ONLY = 0o600
PIECE = 262_144
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
# Files in an archive; the lists' have one. What an archive says of its files is read into memory whole.
MAX_FILES = 20
MAX_DIRECTORY = 65_536
# The end of an archive: its mark, and where in it the size of its table of files stands; and the mark of larger ones.
_END, _END_LARGE = b"PK\x05\x06", b"PK\x06\x07"
_SIZE_AT = 12
_END_BYTES = 22 + 65_535 + 20
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 1
# zipfile raises NotImplementedError for what it cannot unpack, such as another compression.
_BROKEN = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError)


class CannotUnpack(Exception):
    """It cannot be taken out, or there is too much of it; the message says why."""


def unpack(packed: Path, target: Path, max_bytes: int, until: float) -> int:
    """Put what is in a file, or the file itself when it is not packed, into `target` at once; the bytes of it.

    `until` is a moment of the monotonic clock. Raises CannotUnpack, TimeoutError and OSError; `target` stays then.
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}.out")
    try:
        with _content(packed) as source, aside.open("wb") as out:
            os.fchmod(out.fileno(), OWNER_ONLY)
            size = _pour(source, out, max_bytes, until)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(target)
    except _BROKEN as error:
        raise CannotUnpack("the packed file is broken or cut off") from error
    finally:
        aside.unlink(missing_ok=True)
    return size


def _pour(source: IO[bytes] | gzip.GzipFile, out: IO[bytes], max_bytes: int, until: float) -> int:
    size = 0
    while piece := source.read(PIECE):
        size += len(piece)
        if size > max_bytes:
            raise CannotUnpack(f"it is larger than {max_bytes} bytes when unpacked")
        if time.monotonic() > until:
            raise TimeoutError
        out.write(piece)
    return size


@contextmanager
def _content(packed: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """What is inside, by its first bytes and not by its name."""
    with packed.open("rb") as file:
        begin = file.read(len(ZIP))
        file.seek(0)
        if begin.startswith(GZIP):
            with gzip.GzipFile(fileobj=file) as inside:
                yield inside
        elif begin == ZIP:
            _refuse_large_directory(file)
            with zipfile.ZipFile(file) as archive, archive.open(_only_file(archive)) as member:
                yield member
        else:
            yield file


def _refuse_large_directory(file: IO[bytes]) -> None:
    """Raises CannotUnpack for an archive whose table of files is larger than that of any list."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _END_BYTES, 0))
    end = file.read(_END_BYTES)
    file.seek(0)
    sizes = [int.from_bytes(end[at : at + 4], "little") for at in _places(end, _END, _SIZE_AT)]
    if _END_LARGE in end or any(size > MAX_DIRECTORY for size in sizes):
        raise CannotUnpack("there are too many files in the archive, where one list should be")


def _places(text: bytes, mark: bytes, behind: int) -> Iterator[int]:
    """So many bytes behind each place where a mark begins."""
    at = text.find(mark)
    while at >= 0:
        yield at + behind
        at = text.find(mark, at + 1)


def _only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [info for info in archive.infolist()[: MAX_FILES + 1] if not info.is_dir()]
    if len(files) != 1:
        raise CannotUnpack(f"there are {len(files)} files in the archive, where one list should be")
    if files[0].flag_bits & _ENCRYPTED or files[0].compress_type not in _METHODS:
        raise CannotUnpack("the archive is encrypted or packed in a way that is not read")
    return files[0]
