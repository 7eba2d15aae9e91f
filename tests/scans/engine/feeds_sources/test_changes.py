from __future__ import annotations

import json

import pytest

from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.formats import BadFormat, Changes, Skipped, Why, changes_of, made_at, read, with_changes
from scans.engine.feeds.source import Format, Match
from tests.scans.engine.feeds_sources.said import TODAY, pieces


def change(url: str, timestamp: int, *, removal: bool = False, target: str = "blocklist") -> dict[str, object]:
    found: dict[str, object] = {
        "url": url,
        "timestamp": timestamp,
        "targetList": f"eth_phishing_detect_config.{target}",
    }
    return found | ({"isRemoval": True} if removal else {})


def changes(*rows: dict[str, object]) -> Changes:
    return changes_of(pieces(json.dumps({"data": list(rows)})), TODAY)


def test_the_newest_change_of_a_name_counts_in_whatever_order_they_come() -> None:
    found = changes(
        change("back.example.com", 20),
        change("back.example.com", 10, removal=True),
        change("gone.example.com", 10),
        change("gone.example.com", 20, removal=True),
        change("good.example.com", 10, target="allowlist"),
        change("likely.example.com", 10, target="fuzzylist"),
    )

    assert [entry.text for entry in found.added] == ["back.example.com"]
    assert found.removed == {(Kind.DOMAIN, "gone.example.com")}


def test_a_list_with_its_changes_is_the_list_as_it_is_now() -> None:
    whole = json.dumps({"data": {"lastUpdated": 100, "blocklist": ["stays.example.com", "gone.example.com"]}})
    since = changes(change("new.example.com", 110), change("gone.example.com", 120, removal=True))

    now = list(with_changes(read(Format.METAMASK, Match.AS_WRITTEN, pieces(whole), TODAY), since))

    assert now == [
        Entry(Kind.DOMAIN, "stays.example.com", TODAY, TODAY),
        Skipped(Why.WITHDRAWN, "gone.example.com"),
        Entry(Kind.DOMAIN, "new.example.com", TODAY, TODAY),
    ]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ({"data": {"blocklist": ["a.example.com"], "lastUpdated": 1786729072}}, 1786729072),
        ({"data": {"blocklist": ["a.example.com"]}}, None),
        ({"data": {"lastUpdated": "yesterday"}}, None),
        ({"data": {"lastUpdated": -5}}, None),
    ],
)
def test_a_whole_list_says_when_it_was_made(written: object, moment: int | None) -> None:
    assert made_at(pieces(json.dumps(written))) == moment


def test_rows_that_are_no_changes_are_left_out() -> None:
    found = changes({"url": 5}, {"url": "a.example.com"}, {"timestamp": "x"}, change("co.uk", 1))

    assert found == Changes()


@pytest.mark.parametrize("content", ["<html>", '{"data": [', "[1,]"])
def test_half_an_answer_is_no_change(content: str) -> None:
    with pytest.raises(BadFormat):
        changes_of(pieces(content), TODAY)
