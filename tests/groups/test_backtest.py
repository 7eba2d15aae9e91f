"""The replay against a planner that is nothing but the policy and a list of what it said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import backtest
from groups.backtest import DAY, HOUR, Replayed, Seen
from groups.facts import Unreadable, as_json
from groups.messages import NOTHING_SAID, Outcome, Weighed, outcomes
from groups.policy import Facts, LinkRule, Policy, QuietHours, Response, SoFar, State, decide
from groups.tally import TOLD_FOR, Count, Tally, by_message
from scans.engine.scoring import Verdict

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIVE = Policy(state=State.LIVE)


@dataclass(frozen=True, slots=True)
class Posted:
    """A link of a message that is decided on `after` minutes later than the one before."""

    after: int
    message: str
    link: str
    campaign: str
    verdict: Verdict
    rules: frozenset[LinkRule]
    is_conclusive: bool


messages = st.lists(
    st.builds(
        Posted,
        after=st.sampled_from([0, 1, 9, 31, 50, 90, 400, 1500]),
        message=st.sampled_from("MNOPQR"),
        link=st.sampled_from("abc"),
        campaign=st.sampled_from(["", "", "x", "y"]),
        verdict=st.sampled_from([Verdict.MALICIOUS, Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.BENIGN]),
        rules=st.frozensets(st.sampled_from(LinkRule), max_size=1),
        is_conclusive=st.booleans(),
    ),
    min_size=1,
    max_size=25,
)
loud = [Response.REPLY, Response.DELETE, Response.REPLY, Response.REACT, Response.NOTHING, Response.ALERT]
policies = st.builds(
    Policy,
    state=st.sampled_from([State.LIVE, State.LIVE, State.LIVE, State.WATCH]),
    on_suspicious=st.sampled_from(loud),
    on_malicious=st.sampled_from(loud),
    rules=st.lists(st.tuples(st.sampled_from(LinkRule), st.sampled_from(loud)), max_size=1).map(tuple),
    quiet=st.none() | st.builds(QuietHours, st.just(time(13)), st.sampled_from([time(16), time(4)])),
    link_cooldown=st.sampled_from([HOUR, DAY]),
    campaign_cooldown=st.just(HOUR),
    hourly=st.integers(1, 3),
    daily=st.integers(2, 5),
)


def recorded(policy: Policy, posted: list[Posted]) -> list[Seen]:
    """What the planner would store: each message decided on alone, as it comes, with all it said before in mind."""
    texts: list[tuple[datetime, Seen]] = []
    said: dict[str, int] = {}
    rows: list[Seen] = []
    now = NOW
    for key, one in enumerate(posted):
        now += one.after * MINUTE + timedelta(seconds=1)
        so_far = SoFar(
            of_link_at=max((at for at, row in texts if row.link == one.link), default=None),
            in_hour=sum(at > now - HOUR for at, _row in texts),
            in_day=sum(at > now - DAY for at, _row in texts),
            of_campaign_at=max(
                (at for at, row in texts if one.campaign and row.campaign == one.campaign), default=None
            ),
        )
        facts = Facts(now, now, is_conclusive=one.is_conclusive, bot_is_admin=True, rules=one.rules, so_far=so_far)
        link, before = Weighed(one.verdict, 5, decide(one.verdict, facts, policy)), said.get(one.message, NOTHING_SAID)
        [done] = outcomes([link], before)
        row = Seen(key, one.message, one.link, one.verdict, 5, facts, done, said_before=before, campaign=one.campaign)
        rows.append(row)
        if done.responses:
            said[one.message] = max(before, link.severity)
        if Response.REPLY in done.responses:
            texts.append((now, row))
    return rows


@settings(max_examples=400)
@given(policies, policies, messages)
def test_a_policy_would_have_done_what_it_does_where_it_is_in_force(
    was: Policy, new: Policy, what: list[Posted]
) -> None:
    # What lies before the rows is known from their facts alone, and only as far as the policy of then looked back.
    was = replace(was, link_cooldown=new.link_cooldown)

    found = [one.would for one in backtest.replay(new, recorded(was, what))]

    assert found == [row.done for row in recorded(new, what)]


@settings(max_examples=100)
@given(policies, messages, st.integers(0, 20))
def test_the_policy_of_then_repeats_itself_from_whichever_row_it_is_replayed(
    policy: Policy, what: list[Posted], start: int
) -> None:
    rows = recorded(policy, what)[start:]

    assert not any(one.differs for one in backtest.replay(policy, rows))


def row(minutes: int = 0, **columns: object) -> Seen:
    facts = Facts(NOW + minutes * MINUTE, NOW + minutes * MINUTE)
    values = {"key": minutes, "message": f"M{minutes}", "link": "a", "verdict": Verdict.MALICIOUS, "score": 9}
    done = Outcome(silence="watching", alerts=True)
    return Seen(**{**values, "facts": facts, "done": done, **columns})  # type: ignore[arg-type]


def test_a_watched_group_shows_what_it_would_hear_if_it_were_live() -> None:
    found = list(backtest.replay(LIVE, [row(0), row(5), row(60 * 25)]))

    assert [one.would.responses for one in found] == [(Response.REPLY,), (), (Response.REPLY,)]
    assert [one.would.silence for one in found] == ["", "link_cooldown", ""]
    assert [one.differs for one in found] == [True, False, True]


def test_a_group_that_was_muted_then_stays_muted_in_the_replay() -> None:
    muted = row(0, muted_until=NOW + MINUTE, done=Outcome(silence="muted", alerts=True))

    [found] = backtest.replay(replace(LIVE, muted_until=NOW + DAY), [muted])
    [later] = backtest.replay(replace(LIVE, muted_until=NOW + DAY), [row(5)])

    assert found.would.silence == "muted"
    assert later.would.responses == (Response.REPLY,)


def test_quiet_hours_are_those_of_the_moment_of_the_message() -> None:
    quiet = replace(LIVE, on_suspicious=Response.REACT, quiet=QuietHours(time(12), time(13)))
    rows = [row(0, verdict=Verdict.SUSPICIOUS), row(90, verdict=Verdict.SUSPICIOUS, link="b")]

    assert [one.would.silence for one in backtest.replay(quiet, rows)] == ["quiet_hours", ""]


def test_a_reply_that_did_not_go_out_then_holds_nothing_back() -> None:
    replied = Outcome((Response.REPLY,), alerts=True)
    rows = [row(0, done=replied, unsent=frozenset({Response.REPLY})), row(5, done=replied)]

    assert [one.would.responses for one in backtest.replay(LIVE, rows)] == [(Response.REPLY,), (Response.REPLY,)]


def test_moderators_are_counted_as_told_once_a_day_of_one_link_unless_it_turns_worse() -> None:
    count = Count(lambda one: one.seen.done)
    told = Outcome(alerts=True, silence="watching")
    rows = [
        row(0, done=told, verdict=Verdict.SUSPICIOUS),
        row(5, done=told, verdict=Verdict.SUSPICIOUS),
        row(9, done=told),
        row(9 + TOLD_FOR // MINUTE, done=told),
        row(9 + TOLD_FOR // MINUTE, done=told, link="b"),
        row(2000, done=told, link="c", campaign="x"),
        row(2001, done=told, link="d", campaign="x"),
        row(2002, link="e", done=Outcome(silence="nothing_found")),
    ]

    for message in by_message(Replayed(one, one.done) for one in rows):
        count.message(message)

    assert count.tally() == Tally(links=8, alerts=4, silent=8)


@pytest.mark.parametrize("broken", [{}, {"verdict": "good"}, {"muted_until": "soon"}, {"now": None}])
def test_a_row_that_was_never_really_decided_on_is_not_replayed(broken: dict[str, object]) -> None:
    stored = (
        {**as_json(Facts(NOW, NOW)), "verdict": "malicious", **broken} if broken else {"silence": "planning_failed"}
    )

    with pytest.raises(Unreadable):
        backtest.read(1, "M", "a", stored)


def test_a_row_from_before_is_replayed_with_defaults_and_says_which() -> None:
    stored = {**as_json(Facts(NOW, NOW)), "verdict": "malicious", "responses": ["reply"], "silence": "", "fallback": ""}

    seen = backtest.read(1, "M", "a", stored, [Response.REPLY])

    assert seen.assumed == {"score", "said_before", "muted_until", "alerts"}
    assert seen.done == Outcome((Response.REPLY,))
    assert not seen.has_said
    assert not next(backtest.replay(LIVE, [seen])).differs
