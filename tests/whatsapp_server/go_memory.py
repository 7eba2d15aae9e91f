"""Reads and overwrites constants of neonize's loaded Go library, in the memory of this process only."""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

LIBRARY_MARK = "neonize-linux"


class UnsupportedLayout(RuntimeError):
    """The platform or the library is not the one this package was proven on."""


@dataclass(frozen=True, slots=True)
class Region:
    """A copy of one readable mapping of the library and the address it came from."""

    address: int
    content: bytes

    def find_all(self, needle: bytes) -> Iterator[int]:
        """Yield the address of every occurrence of some bytes."""
        at = self.content.find(needle)
        while at >= 0:
            yield self.address + at
            at = self.content.find(needle, at + 1)


def library_regions(*, writable_only: bool = False) -> list[Region]:
    """Copy the mappings of the loaded library; raises UnsupportedLayout where that is not possible."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise UnsupportedLayout(f"proven on Linux x86_64 only, this is {sys.platform} {platform.machine()}")
    regions = list(_read_regions("w" if writable_only else "r"))
    if not regions:
        raise UnsupportedLayout("neonize's library is not loaded into this process")
    return regions


def _read_regions(permission: str) -> Iterator[Region]:
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, permissions, *_ = line.split()
        if LIBRARY_MARK in line and permissions.startswith("r") and permission in permissions:
            low, high = (int(part, 16) for part in span.split("-"))
            yield Region(low, ctypes.string_at(low, high - low))


def find_exactly_once(regions: Iterable[Region], needle: bytes) -> int:
    """Return the one address where the bytes lie; raises UnsupportedLayout when it is none or several."""
    found = [address for region in regions for address in region.find_all(needle)]
    if len(found) != 1:
        raise UnsupportedLayout(f"expected the key exactly once in neonize's library, found it {len(found)} times")
    return found[0]


def overwrite(old: bytes, new: bytes) -> None:
    """Replace a constant of the library in memory; no file is touched."""
    if len(old) != len(new):
        raise ValueError(f"a constant of {len(old)} bytes cannot be replaced by {len(new)} bytes")
    ctypes.memmove(find_exactly_once(library_regions(writable_only=True), old), new, len(new))
