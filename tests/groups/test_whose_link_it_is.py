"""Newcomers' first links, the group's own invitation, and messages that are too old to be deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from groups.policy import Facts, Fallback, LinkRule, Plan, Policy, Response, Silence, State, decide, weighed
from groups.presets import PRESETS
from scans.engine.scoring import Verdict

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LIVE = Policy(state=State.LIVE)
WEIGHS = replace(LIVE, weighs_newcomers=True)
FACTS = Facts(now=NOW, posted_at=NOW)
INVITES = replace(LIVE, rules=((LinkRule.INVITES, Response.REPLY), (LinkRule.SHORTENERS, Response.REACT)))
DELETES = replace(LIVE, on_malicious=Response.DELETE, max_age=timedelta(days=8))
CERTAIN = replace(FACTS, is_conclusive=True, bot_is_admin=True)


@pytest.mark.parametrize(
    ("verdict", "as_newcomer", "weighed_as"),
    [
        (Verdict.SUSPICIOUS, Verdict.MALICIOUS, Verdict.MALICIOUS),
        (Verdict.BENIGN, Verdict.SUSPICIOUS, Verdict.SUSPICIOUS),
        (Verdict.BENIGN, Verdict.BENIGN, Verdict.BENIGN),
        (Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.UNKNOWN),
        (Verdict.BENIGN, Verdict.MALICIOUS, Verdict.SUSPICIOUS),
        (Verdict.UNKNOWN, Verdict.MALICIOUS, Verdict.SUSPICIOUS),
    ],
)
def test_a_newcomers_first_link_weighs_more_where_the_group_wants_it(
    verdict: Verdict, as_newcomer: Verdict, weighed_as: Verdict
) -> None:
    facts = replace(FACTS, as_newcomer=as_newcomer)

    assert weighed(verdict, facts, WEIGHS) is weighed_as
    assert weighed(verdict, facts, LIVE) is verdict
    assert decide(verdict, facts, WEIGHS) == decide(weighed_as, FACTS, WEIGHS)


def test_being_new_never_makes_a_clean_link_dangerous() -> None:
    for verdict, as_newcomer in product((Verdict.BENIGN, Verdict.UNKNOWN), Verdict):
        assert weighed(verdict, replace(FACTS, as_newcomer=as_newcomer), WEIGHS) is not Verdict.MALICIOUS


def test_only_the_preset_for_marketplaces_weighs_newcomers() -> None:
    assert [preset for preset, columns in PRESETS.items() if columns["weighs_newcomers"]] == ["marketplace"]


def test_no_rule_for_invitations_is_about_the_groups_own() -> None:
    own = replace(FACTS, rules=frozenset({LinkRule.INVITES}), is_own_invite=True)

    assert decide(Verdict.BENIGN, own, INVITES) == Plan(silence=Silence.NOTHING_FOUND)
    assert decide(Verdict.BENIGN, replace(own, is_own_invite=False), INVITES).responses == (Response.REPLY,)


def test_the_groups_own_invitation_falls_under_every_other_rule() -> None:
    both = replace(FACTS, rules=frozenset(LinkRule), is_own_invite=True)

    assert decide(Verdict.BENIGN, both, INVITES).responses == (Response.REACT,)
    assert decide(Verdict.MALICIOUS, both, INVITES).responses == (Response.REPLY,)


@pytest.mark.parametrize(
    ("age", "responses", "fallback"),
    [
        (timedelta(hours=48), (Response.DELETE, Response.REPLY), None),
        (timedelta(hours=48, seconds=1), (Response.REPLY,), Fallback.WINDOW_OVER),
    ],
)
def test_what_is_too_old_to_be_deleted_is_answered_instead(
    age: timedelta, responses: tuple[Response, ...], fallback: Fallback | None
) -> None:
    plan = decide(Verdict.MALICIOUS, replace(CERTAIN, posted_at=NOW - age), DELETES)

    assert (plan.responses, plan.fallback) == (responses, fallback)
