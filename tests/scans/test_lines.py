"""Lines of a stream, however they arrive."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.lines import BATCH, MAX_LINE, Batch, UnreadableInput, batches


class Dribble(io.BytesIO):
    """Gives a few bytes at a time, as a slow writer does."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self.most = most

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(self.most)


class Broken(io.BytesIO):
    def read1(self, size: int | None = -1, /) -> bytes:
        raise OSError(5, "Input/output error")


def numbered(stream: io.BytesIO) -> list[tuple[int, bytes]]:
    return [pair for batch in batches(stream) for pair in enumerate(batch.lines, batch.first)]


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.integers(1, 9))
def test_every_line_comes_once_with_its_number_however_it_is_cut(written: list[bytes], most: int) -> None:
    content = b"".join(line + b"\n" for line in written)

    assert numbered(Dribble(content, most)) == list(enumerate(written, 1))


def test_a_last_line_without_end_is_a_line() -> None:
    assert numbered(io.BytesIO(b"a\nb")) == [(1, b"a"), (2, b"b")]


def test_what_is_there_is_handed_on_at_once() -> None:
    assert next(batches(Dribble(b"first\nsecond\nthird\n", most=9))) == Batch(1, b"first\n")


@pytest.mark.parametrize("most", [BATCH, 1000])
def test_a_line_that_is_too_long_is_cut_and_the_next_one_is_whole(most: int) -> None:
    content = b"x" * (MAX_LINE + 3 * BATCH) + b"\nnext\n"

    (_, long), second = numbered(Dribble(content, most))

    assert MAX_LINE < len(long) <= MAX_LINE + 1 + BATCH
    assert second == (2, b"next")


def test_a_stream_that_cannot_be_read_says_why() -> None:
    with pytest.raises(UnreadableInput, match="Input/output error"):
        list(batches(Broken()))
