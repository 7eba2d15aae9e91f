"""Protobuf messages as Google's servers write them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

MALWARE, PHISHING, UNWANTED, HARMFUL_APP = 1, 2, 3, 4
CANARY, FRAME_ONLY = 1, 2


def number(value: int) -> bytes:
    """A varint."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def field(place: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return number(place << 3) + number(value)
    return number(place << 3 | 2) + number(len(value)) + value


def detail(threat: int, attributes: Iterable[int] = (), *, packed: bool = True) -> bytes:
    """A FullHashDetail."""
    if packed:
        written = b"".join(map(number, attributes))
        return field(1, threat) + (field(2, written) if written else b"")
    return field(1, threat) + b"".join(field(2, one) for one in attributes)


def full_hash(expression: str, *details: bytes) -> bytes:
    """A FullHash of an expression such as `evil.example/`."""
    return field(1, hashlib.sha256(expression.encode()).digest()) + b"".join(field(2, one) for one in details)


def search_answer(*hashes: bytes, seconds: int = 300, nanos: int = 0) -> bytes:
    """A SearchHashesResponse."""
    duration = (field(1, seconds) if seconds else b"") + (field(2, nanos) if nanos else b"")
    return b"".join(field(1, one) for one in hashes) + field(2, duration)
