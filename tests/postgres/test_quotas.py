"""Quotas and breakers rest on row locks and conditional updates, kept by PostgreSQL too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scans.asking import answers, quotas
from scans.asking.breakers import OPEN, may_ask, note_fault
from scans.engine.consult import Fault
from scans.engine.providers.provider import Allowance, Reply, Span
from scans.models import ProviderState
from tests.postgres.racing import race
from tests.scans.oracles import card

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

RUNNERS = 6
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED = card("vt", Allowance(Span.MINUTE, 4), Allowance(Span.DAY, 500))


@pytest.mark.parametrize("turn", range(5))
def test_workers_that_race_for_the_last_units_never_overdraw(turn: int) -> None:
    now = NOW + timedelta(minutes=2 * turn)

    won = race(lambda: sum(quotas.reserve(ASKED, now) for _ in range(5)), RUNNERS)

    assert sum(won) == 4


def test_units_given_back_and_taken_at_the_same_moment_are_all_counted() -> None:
    asked = card("many", Allowance(Span.DAY, 1_000))
    assert quotas.reserve(asked, NOW, units=100)

    def take_two_and_return_one() -> None:
        for _ in range(10):
            quotas.reserve(asked, NOW, units=2)
            quotas.give_back(asked, 1, NOW)

    race(take_two_and_return_one, RUNNERS)

    assert quotas.uses([asked], NOW)["many"][0].spent == 100 + RUNNERS * 10


@pytest.mark.parametrize("turn", range(5))
def test_of_many_workers_one_gets_the_probe(turn: int) -> None:
    note_fault("vt", Fault("it did not answer in time", is_hanging=True), NOW)

    asked = race(lambda: may_ask(ProviderState.objects.get(pk="vt"), NOW + OPEN), RUNNERS)

    assert asked.count(True) == 1


def test_failures_of_several_workers_at_once_are_all_counted() -> None:
    race(lambda: note_fault("vt", Fault("status 500"), NOW), RUNNERS)

    assert ProviderState.objects.get().failures == RUNNERS


def test_workers_that_keep_the_same_answer_at_the_same_moment_keep_one() -> None:
    reply = Reply({"bad": True}, timedelta(hours=1))

    race(lambda: answers.keep("vt", {"a.example": reply}, NOW), RUNNERS)

    assert answers.kept({"vt": ["a.example"]}, NOW) == {"vt": {"a.example": {"bad": True}}}
