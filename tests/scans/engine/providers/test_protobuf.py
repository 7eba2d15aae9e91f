"""Messages are read to the end or refused; nothing else comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.providers import protobuf
from scans.engine.providers.provider import ProviderError, Trouble
from tests.scans.engine.providers.messages import field, number


def test_fields_come_with_their_numbers() -> None:
    message = field(1, 300) + field(2, b"text") + b"\x1d\x01\x02\x03\x04" + b"\x21" + bytes(8)

    assert list(protobuf.fields(message)) == [(1, 300), (2, b"text"), (3, b"\x01\x02\x03\x04"), (4, bytes(8))]


@pytest.mark.parametrize("value", [7, number(1) + number(300) + number(0)])
def test_repeated_numbers_are_read_singly_and_packed(value: int | bytes) -> None:
    assert protobuf.numbers(value) == ([7] if value == 7 else [1, 300, 0])


@pytest.mark.parametrize(
    "message",
    [b"<html>", b"\x08", b"\x08" + b"\xff" * 11, b"\x12\x05abc", b"\x09\x01", b"\x0b", b"\x0e", b"{}", b"\x80" * 20],
)
def test_what_is_no_message_is_refused(message: bytes) -> None:
    with pytest.raises(ProviderError) as refused:
        list(protobuf.fields(message))

    assert refused.value.trouble is Trouble.NONSENSE


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(message: bytes) -> None:
    try:
        found = list(protobuf.fields(message))
    except ProviderError:
        return

    assert all(isinstance(value, int | bytes) for _, value in found)


@given(st.integers(0, 2**64 - 1))
def test_every_number_is_read_as_it_was_written(value: int) -> None:
    assert list(protobuf.fields(field(1, value))) == [(1, value)]
