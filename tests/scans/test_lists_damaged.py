"""What happens to the lists' folder and to the clock behind the program's back mends itself, and never silently."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from scans import leases
from scans.engine.feeds import lists, snapshot
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.lists import Lists
from scans.engine.links import parse
from scans.lists import choices as list_choices
from scans.lists import importing, listed
from scans.lists import rows as list_rows
from scans.models import Feed, Lease, Stage
from tests.scans.importing_lists import found, imported, own_list, run_steps

pytestmark = pytest.mark.django_db

BAD = "http://bad.example/x"
OTHER = "http://other.example/x"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the test's own, and changes that are noticed at once."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(lists, "NOTICE_SECONDS", 0.0)


def found_anew(url: str) -> list[str]:
    """What a process that starts now finds."""
    return [finding.code for finding in Lists(list_rows.folder()).lookup(parse(url))]


def test_a_list_of_the_same_name_as_one_just_removed_is_searched() -> None:
    list_choices.remove(imported(BAD), by="owner")
    again = own_list(OTHER)

    run_steps()

    again.refresh_from_db()
    assert (again.name, again.error) == ("own-ours", "")
    assert "listed_url" in found(OTHER)
    assert found(BAD) == {}


@pytest.mark.parametrize("name", ["keys", "entries", "firsts", "ends", "built.json"])
@pytest.mark.parametrize("is_emptied", [True, False])
def test_a_version_that_lost_a_file_is_fetched_anew(name: str, is_emptied: bool) -> None:
    feed = imported(BAD)
    file = list_rows.folder() / feed.name / "1" / name
    if is_emptied:
        file.write_bytes(b"")
    else:
        file.unlink()

    run_steps()

    feed.refresh_from_db()
    assert (feed.generation, feed.error, feed.stage) == (2, "", Stage.IDLE)
    assert "listed_url" in found(BAD)


@pytest.mark.parametrize("name", ["", "keys", "slots"])
def test_an_index_that_was_deleted_is_made_anew(name: str) -> None:
    imported(BAD)
    index = list_rows.folder() / snapshot.FOLDER / "1"
    (index / name).unlink() if name else shutil.rmtree(index)

    run_steps()

    listed._lists.cache_clear()
    assert "listed_url" in found(BAD)


def test_an_index_that_was_cut_off_is_made_anew() -> None:
    imported(f"{BAD}\n{OTHER}")
    keys = list_rows.folder() / snapshot.FOLDER / "1" / "keys"
    whole = keys.read_bytes()
    keys.unlink()
    keys.write_bytes(whole[:-8])

    run_steps()

    listed._lists.cache_clear()
    assert "listed_url" in found(BAD)
    assert "listed_url" in found(OTHER)


@pytest.mark.parametrize(
    "manifest", [b"", b"{", b'{"version": 1', b"[]", b'{"version": 1, "number": 1, "slots": [{}]}']
)
def test_a_manifest_that_cannot_be_read_fails_aloud_and_is_replaced(manifest: bytes) -> None:
    imported(BAD)
    before = listed.lists().version
    (list_rows.folder() / snapshot.FOLDER / snapshot.MANIFEST).write_bytes(manifest)
    with pytest.raises(FeedError):
        found(BAD)

    run_steps()

    assert "listed_url" in found(BAD)
    assert listed.lists().version > before


def test_everything_deleted_is_fetched_anew() -> None:
    feed = imported(BAD)
    shutil.rmtree(list_rows.folder())

    run_steps()

    feed.refresh_from_db()
    assert (feed.error, feed.entries) == ("", 1)
    assert "listed_url" in found(BAD)


def test_a_disk_that_was_full_is_forgotten_when_there_is_room_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    feed = own_list(BAD)
    with monkeypatch.context() as full:
        full.setattr(snapshot, "_write_index", no_room)
        run_steps()
    feed.refresh_from_db()
    assert "No space left on device" in feed.error
    assert list((list_rows.folder() / snapshot.FOLDER).iterdir()) == []

    run_steps()

    feed.refresh_from_db()
    assert feed.error == ""
    assert "listed_url" in found(BAD)


def test_a_clock_that_was_ahead_stops_no_list() -> None:
    feed = own_list(BAD)
    ahead = timezone.now() + timedelta(days=400)
    Feed.objects.update(due_at=ahead)
    Lease.objects.create(job=importing.LEASE, until=ahead)

    run_steps()

    feed.refresh_from_db()
    assert feed.generation == 1


def test_a_step_that_another_process_is_at_is_left_to_it() -> None:
    now = timezone.now()
    own_list(BAD)

    with leases.held(importing.LEASE, now, timedelta(minutes=6)) as is_ours:
        assert is_ours
        assert importing.step(now) is False


def test_asking_now_after_going_back_brings_the_newer_version_again() -> None:
    feed = imported(BAD)
    Feed.objects.update(pasted=OTHER, due_at=timezone.now())
    run_steps()
    feed.refresh_from_db()
    list_choices.roll_back(feed, by="owner")
    run_steps()
    assert found(OTHER) == {}

    list_choices.refresh(feed, by="owner")
    run_steps()

    assert "listed_url" in found(OTHER)


def test_going_back_stays_when_the_publisher_has_nothing_newer() -> None:
    feed = imported(BAD)
    Feed.objects.update(pasted=OTHER, due_at=timezone.now())
    run_steps()
    feed.refresh_from_db()
    list_choices.roll_back(feed, by="owner")

    Feed.objects.update(due_at=timezone.now())
    run_steps()

    assert found(OTHER) == {}
    assert "listed_url" in found(BAD)


def test_progress_that_another_version_of_the_program_wrote_stops_no_other_list() -> None:
    feed, other = own_list(BAD), own_list(OTHER, title="Other")
    Feed.objects.filter(pk=feed.pk).update(stage=Stage.FETCHED, progress={"of_the_future": 1})

    run_steps()

    feed.refresh_from_db()
    other.refresh_from_db()
    assert (feed.stage, other.generation) == (Stage.IDLE, 1)
    assert feed.error
