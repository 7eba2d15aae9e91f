from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.policy import Facts, Fallback, Plan, Policy, Response, Silence, State, decide
from scans.engine.scoring import Verdict

TOLD_ALONE = Plan(silence=Silence.MODERATORS_ONLY, alerts=True)
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FRESH = Facts(now=NOW, posted_at=NOW - timedelta(seconds=3))
LIVE = Policy(state=State.LIVE)
TALKING = {Response.REACT, Response.REPLY, Response.DELETE}

moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC))
all_facts = st.builds(Facts, now=moments, posted_at=moments)
all_policies = st.builds(
    Policy,
    state=st.sampled_from(State),
    on_suspicious=st.sampled_from(Response),
    on_malicious=st.sampled_from(Response),
    muted_until=st.none() | moments,
    max_age=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)),
)


def every_situation() -> list[tuple[Verdict, Facts, Policy]]:
    """Every combination of the values that decide() distinguishes."""
    ages = (timedelta(seconds=-30), timedelta(0), 5 * MINUTE, 5 * MINUTE + timedelta(microseconds=1))
    mutes = (None, NOW - MINUTE, NOW, NOW + MINUTE)
    claims = product((False, True), repeat=6)
    facts = [Facts(NOW, NOW - age, *claim) for age, claim in product(ages, claims)]  # type: ignore[arg-type]
    policies = [Policy(*choice) for choice in product(State, Response, Response, mutes)]
    return list(product(Verdict, facts, policies))


SITUATIONS = every_situation()


def test_there_is_a_plan_for_every_situation_and_the_same_one_each_time() -> None:
    for verdict, facts, policy in SITUATIONS:
        plan = decide(verdict, facts, policy)

        assert plan == decide(verdict, facts, policy)
        assert bool(plan.responses) is (plan.silence is None), (verdict, facts, policy)


def test_nothing_is_said_where_nothing_may_be_said() -> None:
    for verdict, facts, policy in SITUATIONS:
        is_muted = policy.muted_until is not None and policy.muted_until > NOW
        is_old = NOW - facts.posted_at > policy.max_age
        must_be_quiet = (
            policy.state is not State.LIVE
            or verdict in {Verdict.BENIGN, Verdict.UNKNOWN}
            or is_muted
            or is_old
            or facts.is_history
            or facts.is_withdrawn
            or facts.is_quoted
            or facts.is_group_text
        )
        if must_be_quiet:
            assert decide(verdict, facts, policy).responses == (), (verdict, facts, policy)


def test_something_is_said_wherever_the_policy_asks_for_it_and_nothing_forbids_it() -> None:
    for verdict, facts, policy in SITUATIONS:
        wanted = {Verdict.MALICIOUS: policy.on_malicious, Verdict.SUSPICIOUS: policy.on_suspicious}.get(verdict)
        is_free = policy.state is State.LIVE and policy.muted_until != NOW + MINUTE
        is_fresh = NOW - facts.posted_at <= policy.max_age and not facts.is_history and not facts.is_withdrawn
        is_said = not facts.is_quoted and not facts.is_group_text
        if wanted in TALKING and is_free and is_fresh and is_said:
            assert decide(verdict, facts, policy).responses, (verdict, facts, policy)


def test_moderators_are_told_whenever_the_group_hears_of_it_and_of_what_is_only_watched() -> None:
    for verdict, facts, policy in SITUATIONS:
        plan = decide(verdict, facts, policy)
        wanted = {Verdict.MALICIOUS: policy.on_malicious, Verdict.SUSPICIOUS: policy.on_suspicious}.get(verdict)
        is_read = policy.state in {State.WATCH, State.LIVE} and not facts.is_withdrawn and not facts.is_quoted
        is_new = not facts.is_history or facts.is_group_text
        is_told = wanted not in {None, Response.NOTHING} and is_read and is_new
        assert plan.alerts is is_told, (verdict, facts, policy)
        assert plan.alerts or not plan.responses


def test_a_message_is_deleted_only_when_the_finding_is_conclusive_malicious_and_the_bot_is_admin() -> None:
    deletions = 0
    for verdict, facts, policy in SITUATIONS:
        if Response.DELETE in decide(verdict, facts, policy).responses:
            deletions += 1
            assert verdict is Verdict.MALICIOUS
            assert facts.is_conclusive
            assert facts.bot_is_admin
            assert policy.on_malicious is Response.DELETE
    assert deletions > 0


def test_a_deletion_that_may_not_be_becomes_a_reply_that_names_the_reason() -> None:
    for verdict, facts, policy in SITUATIONS:
        plan = decide(verdict, facts, policy)
        if plan.fallback is not None:
            assert plan.responses == (Response.REPLY,)


@given(verdict=st.sampled_from(Verdict), facts=all_facts, policy=all_policies)
def test_deciding_never_fails(verdict: Verdict, facts: Facts, policy: Policy) -> None:
    plan = decide(verdict, facts, policy)

    assert bool(plan.responses) is (plan.silence is None)


@pytest.mark.parametrize(
    ("verdict", "facts", "policy", "plan"),
    [
        (Verdict.SUSPICIOUS, FRESH, LIVE, Plan((Response.REACT,), alerts=True)),
        (Verdict.MALICIOUS, FRESH, LIVE, Plan((Response.REPLY,), alerts=True)),
        (Verdict.SUSPICIOUS, FRESH, replace(LIVE, on_suspicious=Response.ALERT), TOLD_ALONE),
        (Verdict.MALICIOUS, FRESH, replace(LIVE, on_malicious=Response.ALERT), TOLD_ALONE),
        (Verdict.BENIGN, FRESH, replace(LIVE, on_malicious=Response.ALERT), Plan(silence=Silence.NOTHING_FOUND)),
        (Verdict.BENIGN, FRESH, LIVE, Plan(silence=Silence.NOTHING_FOUND)),
        (Verdict.UNKNOWN, FRESH, LIVE, Plan(silence=Silence.NOT_CHECKED)),
        (Verdict.MALICIOUS, FRESH, Policy(), Plan(silence=Silence.NOT_WATCHED)),
        (Verdict.MALICIOUS, FRESH, replace(LIVE, state=State.PAUSED), Plan(silence=Silence.NOT_WATCHED)),
        (Verdict.MALICIOUS, FRESH, replace(LIVE, state=State.WATCH), Plan(silence=Silence.WATCHING, alerts=True)),
        (Verdict.BENIGN, FRESH, replace(LIVE, state=State.WATCH), Plan(silence=Silence.NOTHING_FOUND)),
        (Verdict.MALICIOUS, FRESH, replace(LIVE, muted_until=NOW + MINUTE), Plan(silence=Silence.MUTED, alerts=True)),
        (Verdict.MALICIOUS, FRESH, replace(LIVE, muted_until=NOW), Plan((Response.REPLY,), alerts=True)),
        (
            Verdict.MALICIOUS,
            replace(FRESH, posted_at=NOW - 6 * MINUTE),
            LIVE,
            Plan(silence=Silence.TOO_OLD, alerts=True),
        ),
        (Verdict.MALICIOUS, replace(FRESH, is_history=True), LIVE, Plan(silence=Silence.HISTORY)),
        (Verdict.MALICIOUS, replace(FRESH, is_withdrawn=True), LIVE, Plan(silence=Silence.WITHDRAWN)),
        (Verdict.MALICIOUS, replace(FRESH, is_quoted=True), LIVE, Plan(silence=Silence.QUOTED)),
        (Verdict.BENIGN, replace(FRESH, is_quoted=True), LIVE, Plan(silence=Silence.NOTHING_FOUND)),
        (Verdict.MALICIOUS, replace(FRESH, is_group_text=True), LIVE, Plan(silence=Silence.GROUP_TEXT, alerts=True)),
        (Verdict.MALICIOUS, replace(FRESH, quotes_us=True), LIVE, Plan(silence=Silence.QUOTES_US, alerts=True)),
        (Verdict.BENIGN, replace(FRESH, quotes_us=True), LIVE, Plan(silence=Silence.NOTHING_FOUND)),
        (Verdict.MALICIOUS, replace(FRESH, is_quoted=True, is_history=True), LIVE, Plan(silence=Silence.QUOTED)),
        (Verdict.MALICIOUS, FRESH, replace(LIVE, on_malicious=Response.NOTHING), Plan(silence=Silence.POLICY)),
    ],
)
def test_a_group_gets_what_it_chose(verdict: Verdict, facts: Facts, policy: Policy, plan: Plan) -> None:
    assert decide(verdict, facts, policy) == plan


@pytest.mark.parametrize(
    ("verdict", "is_conclusive", "is_admin", "plan"),
    [
        (Verdict.MALICIOUS, True, True, Plan((Response.DELETE, Response.REPLY), alerts=True)),
        (Verdict.MALICIOUS, True, False, Plan((Response.REPLY,), fallback=Fallback.NOT_ADMIN, alerts=True)),
        (Verdict.MALICIOUS, False, True, Plan((Response.REPLY,), fallback=Fallback.NOT_CONCLUSIVE, alerts=True)),
        (Verdict.MALICIOUS, False, False, Plan((Response.REPLY,), fallback=Fallback.NOT_CONCLUSIVE, alerts=True)),
        (Verdict.SUSPICIOUS, True, True, Plan((Response.REPLY,), fallback=Fallback.NOT_CONCLUSIVE, alerts=True)),
    ],
)
def test_what_becomes_of_a_wanted_deletion(verdict: Verdict, is_conclusive: bool, is_admin: bool, plan: Plan) -> None:
    policy = replace(LIVE, on_suspicious=Response.DELETE, on_malicious=Response.DELETE)
    facts = replace(FRESH, is_conclusive=is_conclusive, bot_is_admin=is_admin)

    assert decide(verdict, facts, policy) == plan
