from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.formats import BadFormat, Skipped, changes_of, made_at, read
from scans.engine.feeds.source import Format, Match
from tests.scans.engine.feeds_sources.said import TODAY, pieces

# Words that the readers look for, so that random lists come past the first check.
WORDS = st.sampled_from([
    "blacklist", "blocklist", "deny", "data", "url", "ioc", "ioc_type", "domain", "confidence_level", "DomainAddress",
    "DeleteDate", "dateadded", "2026-11-20", "bad.example.com", "https://bad.example.com/x", "||bad.example.com^",
    "0.0.0.0", "#", ",", '"', "*.", "..", "[::1]", "http://[", "@@", "\ud800", "\x00", "\u202e", "xn--", "%00", "1e999",
    "targetList", "eth_phishing_detect_config.blocklist", "isRemoval", "timestamp", "lastUpdated", "9" * 30,
])  # fmt: skip
TEXTS = WORDS | st.text(max_size=12)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
TREES = st.recursive(
    VALUES, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3), max_leaves=12
)
CONTENTS = (
    st.binary(max_size=200)
    | st.lists(st.lists(TEXTS, max_size=6).map(",".join), max_size=6).map(
        lambda lines: "\n".join(lines).encode("utf-8", "replace")
    )
    | TREES.map(lambda tree: json.dumps(tree).encode())
)


@pytest.mark.parametrize("format", Format)
@given(content=CONTENTS, size=st.integers(1, 64), match=st.sampled_from(Match))
def test_whatever_a_publisher_sends_gives_entries_or_is_called_bad(
    format: Format, content: bytes, size: int, match: Match
) -> None:
    found: list[Entry | Skipped] = []
    try:
        found.extend(read(format, match, pieces(content, size), TODAY))
    except BadFormat as error:
        assert str(error)
    for one in found:
        if isinstance(one, Entry):
            assert 0 <= one.first_day <= one.last_day <= TODAY
            assert one.text.isascii()
            assert one.detail.isprintable()
            assert match is not Match.URL or one.kind is Kind.URL
            assert match is not Match.HOST or one.kind is Kind.HOST
        else:
            assert one.text.encode("utf-8").decode() == one.text


@given(content=CONTENTS, size=st.integers(1, 64))
def test_whatever_stands_for_changes_is_read_or_called_bad(content: bytes, size: int) -> None:
    for reader in (lambda: changes_of(pieces(content, size), TODAY), lambda: made_at(pieces(content, size))):
        try:
            reader()
        except BadFormat as error:
            assert str(error)


LONG_SECONDS = 1.0


@pytest.mark.parametrize("format", [Format.LINES, Format.HOSTS, Format.ADBLOCK])
def test_lines_of_blanks_cost_no_time(format: Format) -> None:
    lines = (b"a" + b" " * 16_000 + b"b\n") * 8
    begun = time.process_time()

    with pytest.raises(BadFormat):
        list(read(format, Match.AS_WRITTEN, [lines], TODAY))

    assert time.process_time() - begun < LONG_SECONDS


def test_a_rank_that_is_no_number_costs_one_line() -> None:
    found = list(read(Format.TRANCO, Match.AS_WRITTEN, [b"1,first.example\n" + b"9" * 10_000 + b",x.example\n"], TODAY))

    assert [type(one) for one in found] == [Entry, Skipped]
