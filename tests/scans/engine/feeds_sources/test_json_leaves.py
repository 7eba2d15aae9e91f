from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.feeds.formats import BadFormat
from scans.engine.feeds.formats.json_leaves import Leaf, leaves, records
from tests.scans.engine.feeds_sources.said import pieces

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
TREES = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=20,
)


def expected(value: object, parent: tuple[str | int, ...] = (), key: str | int = "", *, top: bool = True) -> list[Leaf]:
    children = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else None
    )
    if children is None:
        return [Leaf(parent, key, value)]  # type: ignore[arg-type]
    if not children and not top:
        return [Leaf(parent, key, None)]
    inside = parent if top else (*parent, key)
    return [leaf for name, child in children for leaf in expected(child, inside, name, top=False)]


def shallow(value: object, depth: int = 0) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth < 11 and all(shallow(child, depth + 1) for child in inside)


@given(
    tree=(st.lists(TREES, max_size=4) | st.dictionaries(st.text(), TREES, max_size=4)).filter(shallow),
    size=st.integers(1, 40),
    indent=st.none() | st.integers(0, 3),
    is_ascii=st.booleans(),
)
def test_every_value_comes_out_as_json_reads_it(tree: object, size: int, indent: int | None, is_ascii: bool) -> None:
    written = json.dumps(tree, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "replace")

    assert list(leaves(pieces(written, size))) == expected(json.loads(written))


@given(st.binary(max_size=200), st.integers(1, 20))
def test_whatever_arrives_is_read_or_called_bad(content: bytes, size: int) -> None:
    try:
        found = list(leaves(pieces(b"[" + content, size)))
    except BadFormat:
        return
    json.loads((b"[" + content).decode("utf-8", "replace"), strict=False)
    assert all(isinstance(leaf, Leaf) for leaf in found)


def test_records_are_the_objects_of_one_depth() -> None:
    text = (
        '{"1": [{"url": "a", "tags": ["x"], "status": "on"}, {"url": "b"}], "2": [{"url": "c", "more": {"url": "d"}}]}'
    )

    assert list(records(pieces(text), 2)) == [{"url": "a", "status": "on"}, {"url": "b"}, {"url": "c"}]


@pytest.mark.parametrize("token", ['["' + "x" * 300_000, "[" + "1" * 300_000, "[" + " " * 10 + "\x01" + "x" * 300_000])
def test_a_value_without_end_is_given_up(token: str) -> None:
    with pytest.raises(BadFormat):
        list(leaves(pieces(token, 4_096)))


def test_a_long_list_is_never_held() -> None:
    def long() -> Iterator[bytes]:
        yield b'{"blacklist": ["first.example.com"'
        for _ in range(2_000):
            yield b', "bad.example.com"' * 100
        yield b"]}"

    tracemalloc.start()
    count = sum(1 for _ in leaves(long()))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 200_001
    assert most < 1_000_000
