"""Presets, quiet hours, rules for kinds of links, exempt authors and cool-downs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups import services
from groups.models import Group
from groups.policy import (
    LOUDNESS,
    Facts,
    Fallback,
    LinkRule,
    Plan,
    Policy,
    Preset,
    QuietHours,
    Response,
    Silence,
    SoFar,
    State,
    decide,
    weighed,
)
from groups.presets import PRESETS
from scans.engine.scoring import Verdict
from tests.factories import make_group

NOW = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)  # 22:30 in Madrid
FACTS = Facts(now=NOW, posted_at=NOW)
LIVE = Policy(state=State.LIVE)
NIGHT = QuietHours(time(22), time(7), "Europe/Madrid")
DELETES = replace(LIVE, on_malicious=Response.DELETE)
CONCLUSIVE = replace(FACTS, is_conclusive=True, bot_is_admin=True)

rules = st.dictionaries(st.sampled_from(LinkRule), st.sampled_from(Response)).map(lambda one: tuple(one.items()))
policies = st.builds(
    Policy,
    state=st.just(State.LIVE),
    on_suspicious=st.sampled_from(Response),
    on_malicious=st.sampled_from(Response),
    rules=rules,
    quiet=st.none() | st.builds(QuietHours, st.times(), st.times(), st.sampled_from(["UTC", "Asia/Kolkata"])),
    exempts_admins=st.booleans(),
    hourly=st.integers(0, 3),
    daily=st.integers(0, 3),
    delete_window=st.sampled_from([timedelta(0), timedelta(hours=48)]),
    weighs_newcomers=st.booleans(),
)
facts = st.builds(
    Facts,
    now=st.just(NOW),
    posted_at=st.sampled_from([NOW, NOW - timedelta(minutes=4), NOW - timedelta(days=3)]),
    is_conclusive=st.booleans(),
    bot_is_admin=st.booleans(),
    rules=st.frozensets(st.sampled_from(LinkRule)),
    is_allowed=st.booleans(),
    author_is_admin=st.booleans(),
    author_is_trusted=st.booleans(),
    so_far=st.builds(SoFar, st.none() | st.just(NOW), st.integers(0, 4), st.integers(0, 4), st.none() | st.just(NOW)),
    is_own_invite=st.booleans(),
    as_newcomer=st.none() | st.sampled_from(Verdict),
)


@pytest.mark.parametrize(
    ("hours", "moment", "is_quiet"),
    [
        (NIGHT, datetime(2026, 7, 1, 20, 0, tzinfo=UTC), True),
        (NIGHT, datetime(2026, 7, 1, 19, 59, 59, tzinfo=UTC), False),
        (NIGHT, datetime(2026, 7, 2, 4, 59, tzinfo=UTC), True),
        (NIGHT, datetime(2026, 7, 2, 5, 0, tzinfo=UTC), False),
        (NIGHT, datetime(2026, 1, 1, 20, 30, tzinfo=UTC), False),  # winter: 21:30 in Madrid
        (QuietHours(time(9), time(17)), datetime(2026, 7, 1, 12, tzinfo=UTC), True),
        (QuietHours(time(9), time(17)), datetime(2026, 7, 1, 17, tzinfo=UTC), False),
        (QuietHours(time(9), time(9)), datetime(2026, 7, 1, 9, tzinfo=UTC), False),
    ],
)
def test_quiet_hours_follow_the_clock_of_the_group(hours: QuietHours, moment: datetime, is_quiet: bool) -> None:
    assert hours.covers(moment) is is_quiet


@pytest.mark.parametrize(
    ("verdict", "plan"),
    [
        (Verdict.SUSPICIOUS, Plan(silence=Silence.QUIET_HOURS, alerts=True)),
        (Verdict.MALICIOUS, Plan(responses=(Response.REPLY,), alerts=True)),
        (Verdict.BENIGN, Plan(silence=Silence.NOTHING_FOUND)),
    ],
)
def test_in_quiet_hours_only_what_is_dangerous_is_answered(verdict: Verdict, plan: Plan) -> None:
    assert decide(verdict, FACTS, replace(LIVE, quiet=NIGHT)) == plan


@pytest.mark.parametrize(
    ("verdict", "rule", "plan"),
    [
        (Verdict.BENIGN, Response.REACT, Plan(responses=(Response.REACT,), alerts=True)),
        (Verdict.UNKNOWN, Response.REPLY, Plan(responses=(Response.REPLY,), alerts=True)),
        (Verdict.SUSPICIOUS, Response.REPLY, Plan(responses=(Response.REPLY,), alerts=True)),
        (Verdict.MALICIOUS, Response.REACT, Plan(responses=(Response.REPLY,), alerts=True)),
        (Verdict.BENIGN, Response.ALERT, Plan(silence=Silence.MODERATORS_ONLY, alerts=True)),
        (Verdict.BENIGN, Response.NOTHING, Plan(silence=Silence.NOTHING_FOUND)),
    ],
)
def test_the_louder_of_the_verdict_and_the_kind_of_link_counts(verdict: Verdict, rule: Response, plan: Plan) -> None:
    invitation = replace(FACTS, rules=frozenset({LinkRule.INVITES}))

    assert decide(verdict, invitation, replace(LIVE, rules=((LinkRule.INVITES, rule),))) == plan


def test_a_link_that_a_person_allowed_falls_under_no_rule() -> None:
    invitation = replace(FACTS, rules=frozenset({LinkRule.INVITES}), is_allowed=True)

    plan = decide(Verdict.BENIGN, invitation, replace(LIVE, rules=((LinkRule.INVITES, Response.REPLY),)))

    assert plan == Plan(silence=Silence.NOTHING_FOUND)


@pytest.mark.parametrize(
    ("changes", "spares_admins", "fallback"),
    [
        ({"author_is_admin": True}, True, Fallback.EXEMPT_AUTHOR),
        ({"author_is_trusted": True}, False, Fallback.EXEMPT_AUTHOR),
        ({"author_is_admin": True}, False, None),
        ({}, True, None),
    ],
)
def test_admins_and_trusted_members_are_warned_instead_of_deleted(
    changes: dict[str, bool], spares_admins: bool, fallback: Fallback | None
) -> None:
    plan = decide(Verdict.MALICIOUS, replace(CONCLUSIVE, **changes), replace(DELETES, exempts_admins=spares_admins))  # type: ignore[arg-type]

    assert plan.fallback is fallback
    assert plan.responses[-1] is Response.REPLY
    assert (Response.DELETE in plan.responses) is (fallback is None)


@pytest.mark.parametrize(
    ("so_far", "silence"),
    [
        (SoFar(of_link_at=NOW - timedelta(hours=23)), Silence.LINK_COOLDOWN),
        (SoFar(of_link_at=NOW - timedelta(hours=24)), None),
        (SoFar(of_campaign_at=NOW - timedelta(minutes=59)), Silence.CAMPAIGN_COOLDOWN),
        (SoFar(of_campaign_at=NOW - timedelta(hours=1)), None),
        (SoFar(in_hour=3), Silence.GROUP_HOURLY),
        (SoFar(in_hour=2, in_day=10), Silence.GROUP_DAILY),
        (SoFar(in_hour=2, in_day=9), None),
    ],
)
def test_a_group_is_not_talked_to_death(so_far: SoFar, silence: Silence | None) -> None:
    told = replace(FACTS, so_far=so_far)

    assert decide(Verdict.MALICIOUS, told, LIVE).silence is silence
    assert decide(Verdict.SUSPICIOUS, told, LIVE).responses == (Response.REACT,)
    deletion = decide(Verdict.MALICIOUS, replace(CONCLUSIVE, so_far=so_far), DELETES)
    assert Response.DELETE in deletion.responses
    assert (Response.REPLY in deletion.responses) is (silence is None)


@given(st.sampled_from(Verdict), facts, policies)
def test_every_situation_has_a_plan_that_keeps_the_rules(verdict: Verdict, facts: Facts, policy: Policy) -> None:
    plan = decide(verdict, facts, policy)

    assert bool(plan.responses) is (plan.silence is None)
    if Response.DELETE in plan.responses:
        assert weighed(verdict, facts, policy) is Verdict.MALICIOUS
        assert verdict is not Verdict.BENIGN
        assert facts.now - facts.posted_at <= policy.delete_window
        assert facts.is_conclusive and facts.bot_is_admin and not facts.author_is_trusted
    allowed = [policy.on_suspicious, policy.on_malicious, *(response for _rule, response in policy.rules)]
    loudest = max(allowed, key=LOUDNESS.__getitem__)
    assert all(LOUDNESS[response] <= LOUDNESS[loudest] for response in plan.responses)


@pytest.mark.django_db
@pytest.mark.parametrize("preset", PRESETS)
def test_choosing_a_preset_sets_everything_it_says(preset: Preset) -> None:
    group = make_group(state=State.LIVE)

    services.choose_preset(group, preset, by="ana")

    group.refresh_from_db()
    assert group.preset == preset
    assert {name: getattr(group, name) for name in PRESETS[preset]} == dict(PRESETS[preset])
    assert (group.state == State.WATCH) is (preset is Preset.WATCH)


@pytest.mark.django_db
def test_a_new_group_has_what_the_preset_quiet_says() -> None:
    group = make_group()

    assert {name: getattr(group, name) for name in PRESETS[Preset.QUIET]} == dict(PRESETS[Preset.QUIET])
    assert group.preset == Preset.QUIET


@pytest.mark.django_db
def test_a_group_that_objected_is_not_read_because_of_a_preset() -> None:
    group = make_group(state=State.PAUSED)

    services.choose_preset(group, Preset.WATCH, by="ana")

    assert Group.objects.get().state == State.PAUSED


@pytest.mark.django_db
def test_a_watched_group_that_goes_live_says_what_quiet_says() -> None:
    group = make_group(state=State.LIVE)
    services.choose_preset(group, Preset.WATCH, by="ana")

    services.set_state(group, State.LIVE, by="ana")

    group.refresh_from_db()
    assert (group.preset, group.on_suspicious, group.on_malicious) == ("quiet", "react", "reply")


@pytest.mark.django_db
def test_nobody_in_particular_cannot_be_trusted() -> None:
    group = make_group()

    with pytest.raises(ValueError, match="nobody"):
        services.trust(group, "", by="ana")

    assert Group.objects.get().trusted == []
