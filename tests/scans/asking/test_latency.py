"""How long providers took: counted from the calls that were made, told apart by hour, and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from scans.asking import latency
from scans.asking.latency import Took, reach, step_of
from scans.engine.ceiling import Ceiling
from scans.engine.providers.provider import Allowance, ProviderError, Span
from scans.models import ProviderTimes
from tests.scans.asking.asked import SHOP, Install
from tests.scans.oracles import after, oracle, raises
from tests.scans.scanned import scanned

pytestmark = pytest.mark.django_db


def test_calls_that_were_made_are_counted_with_what_they_took(install: Install) -> None:
    install(oracle("slow", after(0.3)), oracle("quick"), oracle("off", is_on=False))

    scanned(SHOP, Ceiling.HOST)

    found = latency.lately(["slow", "quick", "off"], timezone.now())
    assert set(found) == {"slow", "quick"}
    assert (found["slow"].calls, found["slow"].failed) == (1, 0)
    assert 0.3 <= found["slow"].half < 3
    assert found["quick"].half < found["slow"].half


def test_a_second_try_is_a_call_of_its_own_and_the_first_one_failed(install: Install) -> None:
    flaky = raises(ProviderError("no answer (ConnectError)"))
    install(oracle("flaky", flaky, Allowance(Span.DAY, 1000), is_safe_to_repeat=True))

    scanned(SHOP, Ceiling.HOST)

    found = latency.lately(["flaky"], timezone.now())["flaky"]
    assert (found.calls, found.failed) == (2, 1)


def test_half_and_95_of_100_are_read_from_all_hours_of_the_last_day(install: Install) -> None:
    now = timezone.now()
    latency.note({"vt": Took([0.1] * 60)}, now - timedelta(hours=3))
    latency.note({"vt": Took([0.5] * 36 + [3.0] * 4, failed=4)}, now)
    latency.note({"vt": Took([9.0] * 500)}, now - timedelta(hours=25))

    found = latency.lately(["vt"], now)["vt"]

    assert (found.calls, found.failed) == (100, 4)
    assert 0.1 <= found.half <= 0.11
    assert 0.5 <= found.most <= 0.55


@pytest.mark.parametrize("seconds", [0.0, 0.0004, 0.001, 0.0011, 0.25, 3.999, 4.0, 20.0, 35.0])
def test_a_step_reaches_at_least_so_far_and_a_tenth_farther_at_most(seconds: float) -> None:
    assert max(seconds, 0.0) <= reach(step_of(seconds)) * 1.000001
    assert reach(step_of(seconds)) <= max(seconds, latency.SHORTEST) * latency.GROWTH * 1.000001


def test_an_hour_takes_one_small_row_and_is_forgotten_after_two_days() -> None:
    now = timezone.now()
    for number in range(300):
        latency.note({"vt": Took([number / 10])}, now)
    latency.note({"vt": Took([1.0])}, now - timedelta(hours=50))
    latency.note({"vt": Took([1.0])}, now + timedelta(hours=50))

    assert latency.purge(now) == 2

    row = ProviderTimes.objects.get()
    assert sum(row.counts.values()) == 300
    assert len(row.counts) <= latency.MOST_STEPS + 1
