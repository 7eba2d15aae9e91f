"""Reading the few protobuf messages that a provider answers with, field by field, in the published wire format."""

from __future__ import annotations

from collections.abc import Iterator

from scans.engine.providers.provider import ProviderError, Trouble

# Seven bits a byte, so 64 bits take at most ten.
_LONGEST_NUMBER = 10
_NUMBER, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_FIXED = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}

Field = tuple[int, int | bytes]


def fields(message: bytes) -> Iterator[Field]:
    """Field numbers with their values: a number, or the bytes of a text, message or packed list.

    Raises ProviderError where the bytes are no such message.
    """
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        kind = tag & 7
        if kind == _NUMBER:
            value, place = _number(message, place)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, place = _number(message, place)
        elif kind in _FIXED:
            length = _FIXED[kind]
        else:
            raise _nonsense()
        if length > len(message) - place:
            raise _nonsense()
        yield tag >> 3, message[place : place + length]
        place += length


def numbers(value: int | bytes) -> list[int]:
    """The numbers of a repeated field, written singly or packed; raises ProviderError."""
    if isinstance(value, int):
        return [value]
    found, place = list[int](), 0
    while place < len(value):
        number, place = _number(value, place)
        found.append(number)
    return found


def _number(message: bytes, place: int) -> tuple[int, int]:
    """A number of any length that begins at a place, and the place behind it."""
    number = 0
    for shift, byte in enumerate(message[place : place + _LONGEST_NUMBER]):
        number |= (byte & 0x7F) << (7 * shift)
        if not byte & 0x80:
            return number, place + shift + 1
    raise _nonsense()


def _nonsense() -> ProviderError:
    return ProviderError("the answer is not the expected protobuf message", Trouble.NONSENSE)
