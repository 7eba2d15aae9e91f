"""Providers in trouble are left alone for a while, then asked by one scan alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scans.asking.breakers import KEY_PAUSE, OPEN, PROBE, QUOTA_PAUSE, is_out_of_quota, may_ask, note_answer, note_fault
from scans.engine.consult import Fault
from scans.engine.providers.provider import Trouble
from scans.models import ProviderState
from tests.postgres.racing import race
from tests.wiring.file_database import database_file

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FAILED, HANGING = Fault("status 500"), Fault("it did not answer in time", is_hanging=True)


def fail(times: int, *, every: timedelta = SECOND, fault: Fault = FAILED) -> datetime:
    """Fails so often from NOW on; returns when it failed last."""
    for number in range(times):
        note_fault("vt", fault, NOW + number * every)
    return NOW + (times - 1) * every


def is_asked(now: datetime) -> bool:
    return may_ask(ProviderState.objects.filter(pk="vt").first(), now)


def test_a_provider_of_which_nothing_is_known_is_asked() -> None:
    assert is_asked(NOW)


@pytest.mark.parametrize(("times", "every", "opens"), [(4, 1, False), (5, 1, True), (5, 14, True), (9, 20, False)])
def test_five_failures_within_a_minute_open_the_breaker(times: int, every: int, opens: bool) -> None:
    last = fail(times, every=every * SECOND)

    assert is_asked(last) is not opens


def test_who_hangs_is_left_alone_at_once() -> None:
    last = fail(1, fault=HANGING)

    assert not is_asked(last + OPEN - SECOND)


def test_after_the_pause_one_scan_asks_and_the_others_wait_for_it() -> None:
    fail(1, fault=HANGING)

    assert [is_asked(NOW + OPEN) for _ in range(3)] == [True, False, False]
    assert is_asked(NOW + OPEN + PROBE)


def test_an_answer_closes_the_breaker_and_forgets_the_failures() -> None:
    fail(1, fault=HANGING)
    note_answer("vt", NOW + OPEN)
    fail(4)

    state = ProviderState.objects.get()
    assert (state.failures, state.open_until, state.last_answer_at) == (4, None, NOW + OPEN)
    assert is_asked(NOW + OPEN)


def test_a_probe_that_fails_opens_it_again_at_once() -> None:
    fail(1, fault=HANGING)
    assert is_asked(NOW + OPEN)

    note_fault("vt", FAILED, NOW + OPEN + SECOND)

    assert not is_asked(NOW + 2 * OPEN)
    assert is_asked(NOW + 2 * OPEN + SECOND)


@pytest.mark.parametrize(
    ("fault", "pause", "is_quota"),
    [
        (Fault("429", Trouble.QUOTA, 300.0), timedelta(seconds=300), True),
        (Fault("429", Trouble.QUOTA), QUOTA_PAUSE, True),
        (Fault("503", Trouble.FAILED, 120.0), timedelta(seconds=120), False),
        (Fault("401", Trouble.BAD_KEY), KEY_PAUSE, False),
        (Fault("hangs", Trouble.FAILED, 2.0, is_hanging=True), OPEN, False),
    ],
    ids=lambda each: getattr(each, "message", None),
)
def test_who_asks_to_be_left_alone_is_left_alone(fault: Fault, pause: timedelta, is_quota: bool) -> None:
    note_fault("vt", fault, NOW)

    assert not is_asked(NOW + pause - SECOND)
    assert is_out_of_quota(ProviderState.objects.get()) is is_quota
    assert is_asked(NOW + pause)


def test_a_late_failure_does_not_shorten_a_pause() -> None:
    note_fault("vt", Fault("429", Trouble.QUOTA, 600.0), NOW)
    note_fault("vt", HANGING, NOW + SECOND)

    assert not is_asked(NOW + timedelta(seconds=599))


def test_what_went_wrong_is_noted_and_the_switch_and_the_key_stay() -> None:
    ProviderState.objects.create(name="vt", is_on=False, key="sealed")

    note_fault("vt", Fault("x" * 999), NOW)
    note_answer("vt", NOW + SECOND)

    state = ProviderState.objects.get()
    assert (state.is_on, state.key, state.last_failure_at, len(state.last_error)) == (False, "sealed", NOW, 300)


@pytest.mark.django_db(transaction=True)
def test_of_many_scans_at_the_same_moment_one_gets_the_probe(tmp_path: Path) -> None:
    with database_file(tmp_path):
        fail(1, fault=HANGING)
        for turn in range(5):
            now = NOW + OPEN + turn * PROBE

            assert race(lambda now=now: is_asked(now), 4).count(True) == 1  # type: ignore[misc]


@pytest.mark.django_db(transaction=True)
def test_failures_of_several_processes_at_once_are_all_counted(tmp_path: Path) -> None:
    with database_file(tmp_path):
        race(lambda: note_fault("vt", FAILED, NOW), 4)

        assert ProviderState.objects.get().failures == 4


def test_a_clock_that_was_ahead_for_a_moment_pauses_nobody_for_ever() -> None:
    ahead = NOW + timedelta(days=400)
    note_fault("vt", HANGING, ahead)
    assert not is_asked(ahead)

    assert is_asked(NOW)
    note_fault("vt", HANGING, NOW)
    assert not is_asked(NOW)
    assert is_asked(NOW + OPEN)


def test_a_probe_begun_by_a_clock_that_was_ahead_keeps_nobody_out() -> None:
    note_fault("vt", HANGING, NOW)
    ProviderState.objects.update(probe_until=NOW + timedelta(days=400))

    assert is_asked(NOW + OPEN)
