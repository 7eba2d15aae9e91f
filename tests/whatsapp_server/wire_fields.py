"""Protobuf fields by number, for Signal's own small messages (their classes are not in neonize)."""

from __future__ import annotations

from dataclasses import dataclass

LENGTH_DELIMITED = 2


@dataclass(frozen=True, slots=True)
class Fields:
    """The numbers and byte strings of one message, by field number; a missing number is 0."""

    numbers: dict[int, int]
    strings: dict[int, bytes]

    def number(self, tag: int) -> int:
        """Return a number, 0 when it is missing."""
        return self.numbers.get(tag, 0)

    def string(self, tag: int) -> bytes:
        """Return a byte string; raises KeyError when it is missing."""
        return self.strings[tag]


def pack(*fields: tuple[int, int | bytes]) -> bytes:
    """Encode (number, value) pairs."""
    return b"".join(_pack_one(tag, value) for tag, value in fields)


def parse(data: bytes) -> Fields:
    """Decode the numbers and byte strings of a message."""
    fields, at = Fields({}, {}), 0
    while at < len(data):
        key, at = _read_number(data, at)
        value, at = _read_number(data, at)
        if key & 7 == LENGTH_DELIMITED:
            fields.strings[key >> 3] = data[at : at + value]
            at += value
        else:
            fields.numbers[key >> 3] = value
    return fields


def _pack_one(tag: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _pack_number(tag << 3) + _pack_number(value)
    return _pack_number(tag << 3 | LENGTH_DELIMITED) + _pack_number(len(value)) + value


def _pack_number(value: int) -> bytes:
    packed = bytearray()
    while value > 127:
        packed.append(value & 127 | 128)
        value >>= 7
    packed.append(value)
    return bytes(packed)


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    shift = value = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
