"""One index of all lists in use, replaced in one moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scans.engine.feeds.blocks import KEYS
from scans.engine.feeds.expressions import sort_key_of
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.snapshot import (
    FOLDER,
    MANIFEST,
    NOTHING,
    Manifest,
    index_of,
    read_manifest,
    switch,
    write_snapshot,
)
from scans.engine.feeds.source import Use
from tests.scans.engine.feeds.installing import DOMAIN, URL, entry, kept, slot

FIRST = [entry(URL, f"https://evil{number}.example/{number % 7}") for number in range(500)]
SECOND = [entry(DOMAIN, f"evil{number}.example") for number in range(400, 600)] + FIRST[:50]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kept(tmp_path, "first", FIRST)
    kept(tmp_path, "second", SECOND)
    return tmp_path


def indexes(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / FOLDER).iterdir() if path.is_dir())


def test_before_the_first_list_there_is_nothing(tmp_path: Path) -> None:
    manifest = read_manifest(tmp_path)

    assert manifest == NOTHING
    assert [len(part) for part in index_of(tmp_path, manifest)] == [0, 0]


def test_the_index_holds_the_keys_of_all_lists_and_whose_they_are(folder: Path) -> None:
    write_snapshot(folder, [slot("first"), slot("second")])

    keys, slots = index_of(folder, read_manifest(folder))

    wanted = [(int(sort_key_of(one), 16), place) for place, lists in enumerate((FIRST, SECOND)) for one in lists]
    assert list(zip(keys, slots, strict=True)) == sorted(wanted)


def test_the_manifest_says_what_is_in_use_and_how(folder: Path) -> None:
    slots = [slot("first", Use.GOOD, is_verified=True), slot("second", is_on_trial=True, is_exact_only=True)]

    write_snapshot(folder, slots)

    assert read_manifest(folder) == Manifest(1, 1, tuple(slots))


def test_every_change_is_a_new_version_and_old_indexes_go(folder: Path) -> None:
    write_snapshot(folder, [slot("first")])
    write_snapshot(folder, [slot("first"), slot("second")])
    write_snapshot(folder, [slot("second")])

    manifest = read_manifest(folder)

    assert (manifest.version, manifest.number) == (3, 3)
    assert indexes(folder) == ["3"]


def test_taking_the_last_list_out_leaves_an_empty_index(folder: Path) -> None:
    write_snapshot(folder, [slot("first")])

    switch(folder, [])

    assert read_manifest(folder).slots == ()
    assert len(index_of(folder, read_manifest(folder))[0]) == 0


def test_a_list_that_only_changes_its_use_costs_no_new_index(folder: Path) -> None:
    write_snapshot(folder, [slot("first"), slot("second")])
    before = (folder / FOLDER / "1" / KEYS).stat()

    switch(folder, [slot("second", is_on_trial=True), slot("first")])

    assert read_manifest(folder) == Manifest(2, 1, (slot("first"), slot("second", is_on_trial=True)))
    assert (folder / FOLDER / "1" / KEYS).stat() == before


def test_another_generation_is_another_index(folder: Path) -> None:
    write_snapshot(folder, [slot("first")])
    kept(folder, "first", FIRST[:5], number=2)

    switch(folder, [replace(slot("first"), generation=2)])

    assert len(index_of(folder, read_manifest(folder))[0]) == 5
    assert indexes(folder) == ["2"]


def test_a_generation_that_is_not_there_leaves_everything_as_it_was(folder: Path) -> None:
    write_snapshot(folder, [slot("first")])

    with pytest.raises(FeedError):
        write_snapshot(folder, [slot("first"), slot("third")])

    assert read_manifest(folder) == Manifest(1, 1, (slot("first"),))
    assert len(index_of(folder, read_manifest(folder))[0]) == len(FIRST)


def test_what_a_crash_left_of_an_index_does_no_harm(folder: Path) -> None:
    write_snapshot(folder, [slot("first")])
    half = folder / FOLDER / "2"
    half.mkdir()
    (half / KEYS).write_bytes(b"half a key and more")

    write_snapshot(folder, [slot("first"), slot("second")])

    assert len(index_of(folder, read_manifest(folder))[0]) == len(FIRST) + len(SECOND)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"version": 1, "number": 1, "slots": [{"name": "a"}]}'])
def test_a_damaged_manifest_is_an_error_until_it_is_written_anew(folder: Path, damage: bytes) -> None:
    write_snapshot(folder, [slot("first")])
    (folder / FOLDER / MANIFEST).write_bytes(damage)

    with pytest.raises(FeedError):
        read_manifest(folder)
    switch(folder, [slot("second")])

    assert read_manifest(folder).slots == (slot("second"),)
    assert indexes(folder) == ["2"]


def test_more_lists_than_a_byte_counts_are_refused(folder: Path) -> None:
    with pytest.raises(FeedError):
        write_snapshot(folder, [slot("first")] * 257)
