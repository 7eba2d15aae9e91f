"""A list's new version and the generation before become the next generation, in steps that a crash may repeat."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scans.engine.feeds import generation, spilling
from scans.engine.feeds.blocks import BLOCK, ENTRIES, FIRSTS, KEYS, Generation, unpacked
from scans.engine.feeds.entries import Entry
from scans.engine.feeds.expressions import sort_key_of
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.generation import Built, build, built, merge
from scans.engine.feeds.spilling import SLICES, spill
from tests.scans.engine.feeds.installing import DOMAIN, HOST, KEEPS_DAYS, TODAY, URL, entry, kept

MANY = [entry(URL, f"https://evil{number}.example/{number % 7}") for number in range(2_000)]


def read(folder: Path) -> list[Entry]:
    """All entries of a generation in their order, listed or not."""
    return [unpacked(record).entry for _, record in Generation(folder).records(0, 1 << 64)]


def listed(folder: Path) -> set[str]:
    records = [unpacked(record) for _, record in Generation(folder).records(0, 1 << 64)]
    return {record.entry.text for record in records if record.is_listed}


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (sort_key_of(one), one.kind + one.text))


def test_a_generation_holds_every_entry_once_in_the_order_of_its_keys(tmp_path: Path) -> None:
    whole = kept(tmp_path, "bad", [*MANY, *MANY[:100]])

    assert whole == Built(entries=2_000, added=2_000, removed=0, listed=2_000)
    assert read(tmp_path / "bad" / "1") == in_order(MANY)
    assert list(Generation(tmp_path / "bad" / "1").keys) == sorted(int(sort_key_of(one), 16) for one in MANY)


def test_every_entry_is_found_and_no_other(tmp_path: Path) -> None:
    kept(tmp_path, "bad", MANY)
    opened = Generation(tmp_path / "bad" / "1")

    for one in MANY[:200]:
        found = opened.find(int(sort_key_of(one), 16), one.kind, one.text)
        assert found is not None
        assert found.entry == one
    key = int(sort_key_of(MANY[0]), 16)
    assert opened.find(key, URL, MANY[0].text + "x") is None
    assert opened.find(key, HOST, MANY[0].text) is None
    assert opened.find(key + 1, URL, MANY[0].text) is None


def test_an_empty_list_is_a_generation(tmp_path: Path) -> None:
    assert kept(tmp_path, "bad", []) == Built(0, 0, 0, 0)
    assert read(tmp_path / "bad" / "1") == []


def test_an_entry_named_twice_keeps_both_days_and_the_newer_detail(tmp_path: Path) -> None:
    kept(tmp_path, "bad", [entry(HOST, "a.example", 19_999, "newer"), entry(HOST, "a.example", 19_990, "older")])

    assert read(tmp_path / "bad" / "1") == [Entry(HOST, "a.example", 19_990, 19_999, "newer")]


def test_what_is_listed_again_keeps_its_first_day(tmp_path: Path) -> None:
    kept(tmp_path, "bad", [entry(DOMAIN, "a.example", TODAY - 50, "drainer")])

    whole = kept(tmp_path, "bad", [entry(DOMAIN, "a.example", TODAY)], number=2, before=1)

    assert whole == Built(entries=1, added=0, removed=0, listed=1)
    assert read(tmp_path / "bad" / "2") == [Entry(DOMAIN, "a.example", TODAY - 50, TODAY, "drainer")]


def test_what_is_no_longer_listed_stays_with_its_last_day(tmp_path: Path) -> None:
    kept(tmp_path, "bad", [entry(DOMAIN, "a.example", TODAY - 50), entry(DOMAIN, "b.example", TODAY - 50)])

    whole = kept(tmp_path, "bad", [entry(DOMAIN, "b.example"), entry(DOMAIN, "c.example")], number=2, before=1)

    assert whole == Built(entries=3, added=1, removed=1, listed=2)
    assert Entry(DOMAIN, "a.example", TODAY - 50, TODAY - 50) in read(tmp_path / "bad" / "2")
    assert listed(tmp_path / "bad" / "2") == {"b.example", "c.example"}


def test_it_counts_as_removed_once_and_as_new_when_it_comes_back(tmp_path: Path) -> None:
    kept(tmp_path, "bad", [entry(DOMAIN, "a.example")])
    kept(tmp_path, "bad", [], number=2, before=1)

    gone = kept(tmp_path, "bad", [], number=3, before=2)
    back = kept(tmp_path, "bad", [entry(DOMAIN, "a.example")], number=4, before=3)

    assert gone == Built(entries=1, added=0, removed=0, listed=0)
    assert back == Built(entries=1, added=1, removed=0, listed=1)


@pytest.mark.parametrize(("age", "left"), [(KEEPS_DAYS, 1), (KEEPS_DAYS + 1, 0)])
def test_history_ends_after_the_days_that_it_is_kept(tmp_path: Path, age: int, left: int) -> None:
    kept(tmp_path, "bad", [entry(DOMAIN, "a.example", TODAY - age)])

    whole = kept(tmp_path, "bad", [], number=2, before=1)

    assert whole == Built(entries=left, added=0, removed=1, listed=0)


@settings(deadline=None)  # it writes files, which takes as long as the disk takes
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(TODAY - 500, TODAY)), max_size=60),
    st.lists(st.integers(0, 40), max_size=60),
)
def test_merging_is_what_two_dictionaries_would_say(
    tmp_path_factory: pytest.TempPathFactory, old: list[tuple[int, int]], new: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    kept(folder, "bad", [entry(URL, f"http://e{number}.example/", day) for number, day in old])

    whole = kept(folder, "bad", [entry(URL, f"http://e{number}.example/") for number in new], number=2, before=1)

    last = {number: max(day for one, day in old if one == number) for number, _ in old}
    remembered = {number for number, day in last.items() if day >= TODAY - KEEPS_DAYS}
    assert {one.text for one in read(folder / "bad" / "2")} == {f"e{one}.example/" for one in remembered | set(new)}
    assert whole.added == len(set(new) - set(last))
    assert whole.removed == len(set(last) - set(new))
    assert whole.listed == len(set(new))
    shutil.rmtree(folder)


def step(folder: Path, previous: Path | None = None) -> Built | None:
    work = folder.with_name("work")
    return merge(work, folder, previous=previous, today=TODAY, keeps_days=KEEPS_DAYS)


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "STEP_SECONDS", 0.0)


@pytest.mark.usefixtures("short_steps")
def test_a_merge_in_many_steps_ends_with_the_same_files(tmp_path: Path) -> None:
    kept(tmp_path, "bad", MANY[:1_500])
    spill(tmp_path / "bad" / "work", MANY[500:])
    target = tmp_path / "bad" / "2"

    steps = list(
        itertools.takewhile(lambda whole: whole is None, (step(target, tmp_path / "bad" / "1") for _ in range(99)))
    )

    at_once = tmp_path / "again"
    kept(at_once, "bad", MANY[:1_500])
    assert len(steps) == SLICES - 1
    assert built(target) == kept(at_once, "bad", MANY[500:], number=2, before=1)
    for name in (KEYS, ENTRIES):
        assert (target / name).read_bytes() == (at_once / "bad" / "2" / name).read_bytes()
    assert not (tmp_path / "bad" / "work").exists()


@pytest.mark.usefixtures("short_steps")
def test_a_step_that_was_killed_in_the_middle_is_done_again(tmp_path: Path) -> None:
    work, target = tmp_path / "work", tmp_path / "1"
    spill(work, MANY)
    for _ in range(SLICES // 2):
        step(target)
    for path in target.iterdir():  # what a killed worker wrote after the last progress
        with path.open("ab") as file:
            file.write(b"half a slice" * 50)

    while (whole := step(target)) is None:
        pass

    assert whole == Built(2_000, 2_000, 0, 2_000)
    assert read(target) == in_order(MANY)


def test_a_merge_that_ended_and_is_asked_for_again_answers_the_same(tmp_path: Path) -> None:
    spill(tmp_path / "work", MANY)
    whole = step(tmp_path / "1")

    assert step(tmp_path / "1") == whole
    assert len(read(tmp_path / "1")) == 2_000


def test_a_crash_while_the_runs_are_taken_away_loses_nothing(tmp_path: Path) -> None:
    work, target = tmp_path / "work", tmp_path / "1"
    spill(work, MANY, part=0)
    spill(work, MANY[:5], part=1)
    left = (work / "run-1-0").read_bytes()
    whole = step(target)
    assert whole is not None
    progress = asdict(whole) | {"slice": SLICES, "blocks": (target / FIRSTS).stat().st_size // 8}
    work.mkdir()
    (work / "run-1-0").write_bytes(left)
    (work / spilling.PROGRESS).write_text(json.dumps(progress))

    again = step(target)

    assert again == whole
    assert read(target) == in_order(MANY)
    assert not work.exists()


def test_a_part_that_is_written_again_replaces_itself(tmp_path: Path) -> None:
    spill(tmp_path / "work", MANY[:10], part=0)
    spill(tmp_path / "work", MANY[10:30], part=1)

    spill(tmp_path / "work", MANY[10:20], part=1)

    assert step(tmp_path / "1") == Built(20, 20, 0, 20)


def test_a_list_longer_than_a_run_is_one_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spilling, "RUN", 300)

    count = spill(tmp_path / "work", MANY)

    assert count == 2_000
    assert len(list((tmp_path / "work").glob("run-0-*"))) == 7
    step(tmp_path / "1")
    assert read(tmp_path / "1") == in_order(MANY)


def test_a_new_spill_begins_the_merge_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "STEP_SECONDS", 0.0)
    spill(tmp_path / "work", MANY)
    step(tmp_path / "1")

    spill(tmp_path / "work", MANY[:50])
    while (whole := step(tmp_path / "1")) is None:
        pass

    assert whole == Built(50, 50, 0, 50)
    assert read(tmp_path / "1") == in_order(MANY[:50])


def test_what_was_never_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FeedError):
        built(tmp_path / "1")
    with pytest.raises(FeedError):
        step(tmp_path / "1")
    with pytest.raises(FeedError):
        Generation(tmp_path / "1")


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40])
def test_damaged_entries_are_an_error_and_no_answer(tmp_path: Path, damage: bytes) -> None:
    kept(tmp_path, "bad", MANY[: BLOCK * 3])
    (tmp_path / "bad" / "1" / ENTRIES).write_bytes(damage)
    opened = Generation(tmp_path / "bad" / "1")

    with pytest.raises(FeedError):
        opened.find(int(sort_key_of(MANY[0]), 16), MANY[0].kind, MANY[0].text)
    with pytest.raises(FeedError):
        list(opened.records(0, 1 << 64))


def test_a_generation_before_that_is_gone_is_an_error(tmp_path: Path) -> None:
    spill(tmp_path / "work", MANY[:5])

    with pytest.raises(FeedError):
        step(tmp_path / "2", tmp_path / "1")


def test_building_again_does_not_add_to_what_is_there(tmp_path: Path) -> None:
    kept(tmp_path, "bad", MANY[:50])

    whole = build(tmp_path / "bad" / "1", MANY[:5], previous=None, today=TODAY, keeps_days=KEEPS_DAYS)

    assert whole.entries == 5
    assert len(read(tmp_path / "bad" / "1")) == 5
