"""The word tables of WhatsApp's binary XML, read out of the loaded library so that they always fit its version."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from tests.whatsapp_server import protobufs as _loads_the_library  # noqa: F401
from tests.whatsapp_server.go_memory import Region, UnsupportedLayout, library_regions

SINGLE_WORDS = 235
DOUBLE_WORDS = 256
DOUBLE_TABLES = 4
# A Go string header is (pointer, length), a Go slice header (pointer, length, capacity), 8 bytes each.
STRING_HEADER_BYTES = 16
SLICE_HEADER_BYTES = 24


@dataclass(frozen=True, slots=True)
class Tokens:
    """`single[n]` for one-byte words, `double[table][n]` for two-byte words."""

    single: tuple[str, ...]
    double: tuple[tuple[str, ...], ...]


def read_tokens() -> Tokens:
    """Find both tables in the library's memory by their first two words; raises UnsupportedLayout."""
    regions = library_regions()
    single = _words(_table(regions, b"xmlstreamstart", b"xmlstreamend"), SINGLE_WORDS)
    first_double = _table(regions, b"read-self", b"active")
    outer = struct.pack("<QQQ", first_double, DOUBLE_WORDS, DOUBLE_WORDS)
    at = next((address for region in regions for address in region.find_all(outer)), None)
    if at is None:
        raise UnsupportedLayout("the table of two-byte words was not found in neonize's library")
    headers = range(at, at + DOUBLE_TABLES * SLICE_HEADER_BYTES, SLICE_HEADER_BYTES)
    tables = [struct.unpack("<Q", ctypes.string_at(header, 8))[0] for header in headers]
    return Tokens(("", *single), tuple(_words(table, DOUBLE_WORDS) for table in tables))


def _table(regions: list[Region], first: bytes, second: bytes) -> int:
    """Return the address of the string header of `first` that is followed by that of `second`."""
    for header in _string_headers(regions, first):
        pointer, length = struct.unpack("<QQ", ctypes.string_at(header + STRING_HEADER_BYTES, STRING_HEADER_BYTES))
        if length == len(second) and ctypes.string_at(pointer, length) == second:
            return header
    raise UnsupportedLayout(f"the word table that starts with {first!r} was not found in neonize's library")


def _string_headers(regions: list[Region], text: bytes) -> Iterator[int]:
    for region in regions:
        for address in region.find_all(text):
            wanted = struct.pack("<QQ", address, len(text))
            for holder in regions:
                # The header and its follower must both lie in readable memory.
                end = holder.address + len(holder.content) - 2 * STRING_HEADER_BYTES
                yield from (header for header in holder.find_all(wanted) if header <= end)


def _words(table: int, count: int) -> tuple[str, ...]:
    headers = ctypes.string_at(table, count * STRING_HEADER_BYTES)
    return tuple(
        ctypes.string_at(pointer, length).decode() if length else ""
        for pointer, length in struct.iter_unpack("<QQ", headers)
    )
