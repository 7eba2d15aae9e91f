"""Steps that break off, are killed, or are begun by two workers at once."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from scans import leases
from scans.lists import choices as list_choices
from scans.lists import importing
from scans.lists import reading as import_reading
from scans.lists import rows as list_rows
from scans.models import Feed, FeedState, Stage
from tests.scans.importing_lists import BAD, found, imported, own_list, run_steps

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.0/8"])]


def test_a_crash_repeats_one_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = own_list(BAD)
    importing.step(timezone.now())

    def killed(*_args: object, **_kwargs: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(import_reading, "merge", killed)
        importing.step(timezone.now())
        with pytest.raises(SystemExit):
            importing.step(timezone.now())

    run_steps()

    feed.refresh_from_db()
    assert (feed.generation, feed.error) == (1, "")
    assert "listed_url" in found(BAD)


def test_a_list_whose_reading_kills_its_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    feed, fine = own_list(BAD), own_list("http://fine.example/", title="Fine")

    def kills(named: Feed, *_args: object, **_kwargs: object) -> Any:
        if named.pk == feed.pk:
            raise SystemExit
        return original(named, *_args, **_kwargs)

    original: Any = import_reading._spill
    monkeypatch.setattr(import_reading, "_spill", kills)
    for _turn in range(20):
        try:
            importing.step(timezone.now())
        except SystemExit:
            continue

    feed.refresh_from_db()
    fine.refresh_from_db()
    assert "broke off" in feed.error
    assert fine.generation == 1


def test_a_defect_in_reading_is_a_problem_of_that_list_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    feed = own_list(BAD)
    monkeypatch.setattr(import_reading, "spill", breaks)

    run_steps()

    feed.refresh_from_db()
    assert feed.failures == 1
    assert feed.error


def test_a_version_that_is_no_longer_on_the_disk_is_fetched_anew() -> None:
    feed = imported(BAD)
    shutil.rmtree(list_rows.folder())

    run_steps()

    feed.refresh_from_db()
    assert feed.generation > 0
    assert "listed_url" in found(BAD)


def test_two_workers_at_once_do_a_step_once() -> None:
    own_list(BAD)
    now = timezone.now()

    with leases.held(importing.LEASE, now, timedelta(minutes=1)) as is_ours:
        second = importing.step(now)

    assert is_ours
    assert not second
    assert importing.step(timezone.now())


def test_a_worker_that_was_killed_frees_its_step_by_time() -> None:
    own_list(BAD)
    now = timezone.now()
    leases._take(importing.LEASE, now, timedelta(minutes=1))

    assert not importing.step(now + timedelta(seconds=59))
    assert importing.step(now + timedelta(seconds=61))


def test_a_list_switched_off_in_the_middle_is_left_alone() -> None:
    feed = own_list(BAD)
    importing.step(timezone.now())
    list_choices.put(feed, FeedState.OFF, by="owner")

    assert run_steps() == []

    feed.refresh_from_db()
    assert (feed.stage, feed.generation) == (Stage.IDLE, 0)
