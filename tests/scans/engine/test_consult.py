"""Asking providers at once: everybody has their own time, and nobody's trouble is anybody else's."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

import httpx
import pytest

from scans.engine import consult as consulting
from scans.engine.consult import MAX_FACTS, MAX_KEEP, Outcome, Turn, consult
from scans.engine.findings import Finding, NotCheckedReason
from scans.engine.links import Link, parse
from scans.engine.netguard import Blocked
from scans.engine.providers.provider import Answered, Call, Facts, ProviderError, Reply, Trouble
from tests.scans.oracles import BAD, Ask, Oracle, after, calls_bad, knows_nothing, oracle, raises, replies

SHOP = parse("https://shop.example.com/")
KEY = "s3cr3t-k3y"


def turn(provider: Oracle, *, tries: int = 1, **more: object) -> Turn:
    return Turn(provider, (SHOP,), asked=(SHOP.host,), key=KEY, tries=tries, **more)  # type: ignore[arg-type]


def consulted(*turns: Turn, seconds: float = 3.0) -> tuple[Outcome, ...]:
    async def run() -> tuple[Outcome, ...]:
        async with httpx.AsyncClient() as client:
            return await consult(turns, client, asyncio.get_running_loop().time() + seconds)

    return asyncio.run(run())


def outcome_of(answer: Ask, *, tries: int = 1, seconds: float = 3.0) -> Outcome:
    [outcome] = consulted(turn(oracle(answer=answer), tries=tries), seconds=seconds)
    return outcome


def test_an_answer_is_judged_and_kept_for_as_long_as_its_provider_says() -> None:
    outcome = outcome_of(calls_bad(SHOP.host))

    assert (outcome.source, outcome.findings, outcome.gap) == ("provider:oracle", (BAD,), None)
    assert outcome.replies == {SHOP.host: Reply({"bad": True}, timedelta(minutes=30))}
    assert (outcome.was_told, outcome.requests, outcome.fault) == (True, 1, None)


def test_all_are_asked_at_the_same_time() -> None:
    turns = [turn(oracle(f"oracle{number}", after(0.3))) for number in range(14)]
    began = time.monotonic()

    outcomes = consulted(*turns)

    assert time.monotonic() - began < 0.6
    assert [outcome.source for outcome in outcomes] == [f"provider:oracle{number}" for number in range(14)]
    assert {outcome.gap for outcome in outcomes} == {None}


def test_who_hangs_is_cut_off_and_the_others_keep_their_time() -> None:
    began = time.monotonic()

    hanging, slow = consulted(turn(oracle("hanging", after(60))), turn(oracle("slow", after(0.9))), seconds=1.2)

    assert time.monotonic() - began < 1.5
    assert (hanging.gap, slow.gap) == (NotCheckedReason.FAILED, None)
    assert hanging.fault is not None
    assert hanging.fault.is_hanging


def test_each_has_its_own_share_of_a_long_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consulting, "ASK_SECONDS", 1.2)
    began = time.monotonic()

    outcome = outcome_of(after(60), seconds=60)

    assert time.monotonic() - began < 1.5
    assert outcome.fault is not None
    assert outcome.fault.is_hanging


def test_who_got_hardly_any_time_is_not_said_to_hang() -> None:
    outcome = outcome_of(after(60), seconds=0.1)

    assert outcome.gap is NotCheckedReason.FAILED
    assert outcome.fault is not None
    assert not outcome.fault.is_hanging


def test_nobody_is_asked_after_the_deadline() -> None:
    provider = oracle()

    [outcome] = consulted(turn(provider), seconds=-1)

    assert (provider.asked, outcome.was_told, outcome.fault) == ([], False, None)
    assert outcome.gap is NotCheckedReason.FAILED


@pytest.mark.parametrize(
    ("error", "gap", "trouble"),
    [
        (ProviderError("status 500"), "failed", Trouble.FAILED),
        (ProviderError("odd", Trouble.NONSENSE), "failed", Trouble.NONSENSE),
        (ProviderError("no", Trouble.BAD_KEY), "failed", Trouble.BAD_KEY),
        (ProviderError("enough", Trouble.QUOTA, 90.0), "quota", Trouble.QUOTA),
        (httpx.ConnectTimeout("slow"), "failed", Trouble.FAILED),
        (httpx.InvalidURL("what"), "failed", Trouble.FAILED),
        (Blocked("192.168.1.1"), "failed", Trouble.FAILED),
        (KeyError("matches"), "failed", Trouble.NONSENSE),
        (OSError("too many open files"), "failed", Trouble.NONSENSE),
        (AssertionError("a library's own"), "failed", Trouble.NONSENSE),
        (RecursionError("deep"), "failed", Trouble.NONSENSE),
        (ExceptionGroup("many", [ValueError("x")]), "failed", Trouble.NONSENSE),
    ],
    ids=repr,
)
def test_whatever_goes_wrong_is_a_gap_with_a_name(error: Exception, gap: str, trouble: Trouble) -> None:
    outcome = outcome_of(raises(error))

    assert (outcome.gap, outcome.findings, outcome.was_told, outcome.requests) == (gap, (), True, 1)
    assert outcome.fault is not None
    assert (outcome.fault.trouble, outcome.fault.retry_after) == (trouble, getattr(error, "retry_after", None))


def test_neither_key_nor_link_of_a_defect_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def shouting() -> ValueError:
        return ValueError(f"https://api.example/?key={KEY}&url={SHOP.url}")

    with caplog.at_level(logging.DEBUG):
        outcome = outcome_of(raises(shouting()))

    assert outcome.fault is not None
    assert "provider:oracle broke (ValueError)" in caplog.text
    assert KEY not in caplog.text + outcome.fault.message
    assert SHOP.host not in caplog.text + outcome.fault.message


def test_a_failure_is_tried_once_more_where_that_was_reserved() -> None:
    error = ProviderError("no answer (ConnectError)")

    assert outcome_of(raises(error), tries=1).gap is NotCheckedReason.FAILED
    again = outcome_of(raises(error), tries=2)
    assert (again.gap, again.requests) == (None, 2)
    twice = outcome_of(raises(error, error), tries=2)
    assert (twice.gap, twice.requests) == (NotCheckedReason.FAILED, 2)


@pytest.mark.parametrize(
    "error",
    [
        ProviderError("quota", Trouble.QUOTA),
        ProviderError("key", Trouble.BAD_KEY),
        ProviderError("odd", Trouble.NONSENSE),
        ProviderError("busy", Trouble.FAILED, 30.0),
        KeyError("defect"),
    ],
    ids=repr,
)
def test_what_will_not_pass_is_not_tried_again(error: Exception) -> None:
    outcome = outcome_of(raises(error), tries=2)

    assert (outcome.requests, outcome.gap is None) == (1, False)


def test_nothing_is_tried_again_when_there_is_no_time_for_it() -> None:
    assert outcome_of(raises(ProviderError("no answer")), tries=2, seconds=0.5).requests == 1


def test_kept_facts_are_judged_beside_fresh_ones_and_when_nobody_is_asked() -> None:
    kept = {"other.example": {"bad": True}}

    [beside] = consulted(turn(oracle(), kept=kept))
    [alone] = consulted(turn(oracle(), kept=kept, gap=NotCheckedReason.QUOTA))

    assert (beside.findings, beside.gap, beside.was_told) == ((BAD,), None, True)
    assert (alone.findings, alone.gap, alone.was_told) == ((BAD,), NotCheckedReason.QUOTA, False)


def test_without_a_client_who_should_have_been_asked_is_a_gap_and_not_to_blame() -> None:
    [asked, kept] = asyncio.run(consult([turn(oracle()), Turn(oracle(), (SHOP,), {"x": {"bad": True}})], None, 0))

    assert (asked.gap, asked.was_told, asked.fault) == (NotCheckedReason.FAILED, False, None)
    assert (kept.gap, kept.findings) == (None, (BAD,))


class Broken(Oracle):
    """Cannot read its own facts."""

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        raise TypeError(str(facts))


class Unspeakable(Oracle):
    """Finds what no database takes."""

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        return [Finding.of("oracle_bad", 3, host="\0")]


@pytest.mark.parametrize("kind", [Broken, Unspeakable])
def test_a_judgement_that_breaks_is_a_gap(kind: type[Oracle]) -> None:
    [outcome] = consulted(turn(kind()))

    assert (outcome.gap, outcome.findings) == (NotCheckedReason.FAILED, ())


@pytest.mark.parametrize(
    "facts",
    [{"x": "\0"}, {"x": "\ud800"}, {"x": object()}, {"x": "y" * MAX_FACTS}],
    ids=["control", "surrogate", "object", "long"],
)
def test_facts_that_cannot_be_stored_are_no_answer(facts: Facts) -> None:
    async def answer(subjects: Sequence[str], _call: Call) -> Answered:
        return Answered({subject: Reply(facts, timedelta(hours=1)) for subject in subjects}, 1)

    outcome = outcome_of(answer)

    assert (outcome.gap, outcome.replies) == (NotCheckedReason.FAILED, {})


def test_only_what_was_asked_about_is_believed_and_nothing_for_ever() -> None:
    async def answer(subjects: Sequence[str], _call: Call) -> Answered:
        return replies([*subjects, "bank.example"], keep=timedelta(days=9999))

    outcome = outcome_of(answer)

    assert outcome.replies == {SHOP.host: Reply({"bad": False}, MAX_KEEP)}


@pytest.mark.parametrize(("said", "counted"), [(-5, 0), (0, 0), (1, 1), (99, 1)])
def test_nobody_spends_less_than_nothing_or_more_than_was_reserved(said: int, counted: int) -> None:
    async def answer(subjects: Sequence[str], call: Call) -> Answered:
        return Answered((await knows_nothing(subjects, call)).replies, said)

    assert outcome_of(answer).requests == counted


@pytest.mark.parametrize("tries", [1, 2])
def test_who_keeps_silent_to_the_last_try_holds_up_no_further_link(tries: int) -> None:
    async def keeps_silent(subjects: Sequence[str], call: Call) -> Answered:
        raise ProviderError("no answer in time", Trouble.SILENT)

    outcome = outcome_of(keeps_silent, tries=tries)

    assert outcome.gap is NotCheckedReason.FAILED
    assert outcome.fault is not None
    assert outcome.fault.is_hanging
    assert outcome.requests == tries
