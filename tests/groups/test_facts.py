"""Facts that are stored are the facts that are read, and rows of every age can be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.facts import Unreadable, as_json, from_json
from groups.policy import Facts, LinkRule, SoFar

NOW = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)
moments = st.datetimes(timezones=st.just(UTC))


def stored(facts: Facts) -> dict[str, object]:
    """As it comes back from the database."""
    back: dict[str, object] = json.loads(json.dumps(as_json(facts)))
    return back


@given(st.builds(Facts, now=moments, posted_at=moments, so_far=st.builds(SoFar, of_link_at=st.none() | moments)))
def test_every_fact_comes_back_as_it_was_stored(facts: Facts) -> None:
    known = from_json(stored(facts))

    assert known.facts == facts
    assert known.assumed == frozenset()


def test_a_row_from_before_a_fact_was_stored_takes_its_default_and_says_so() -> None:
    old = stored(Facts(NOW, NOW, is_conclusive=True, so_far=SoFar(in_hour=2)))
    del old["author_is_trusted"]
    old["so_far"] = {"of_link_at": None, "in_hour": 2}

    known = from_json(old)

    assert known.facts == Facts(NOW, NOW, is_conclusive=True, so_far=SoFar(in_hour=2))
    assert known.assumed == {"author_is_trusted", "in_day", "of_campaign_at"}


def test_what_a_later_program_stores_and_this_one_does_not_know_is_passed_over() -> None:
    later = {**stored(Facts(NOW, NOW, rules=frozenset({LinkRule.INVITES}))), "phase_of_moon": "full"}
    later["rules"] = ["invites", "horoscopes"]

    assert from_json(later).facts == Facts(NOW, NOW, rules=frozenset({LinkRule.INVITES}))


@pytest.mark.parametrize(
    "values",
    [{}, {"now": None}, {"now": "yesterday"}, {"now": "2026-07-01T20:30:00"}, {"now": 7}, {"posted_at": [1]}],
)
def test_a_row_that_does_not_say_when_cannot_be_decided_again(values: dict[str, object]) -> None:
    row = {**stored(Facts(NOW, NOW)), **values} if values else {"silence": "planning_failed"}

    with pytest.raises(Unreadable):
        from_json(row)


@pytest.mark.parametrize("name", [name for name in as_json(Facts(NOW, NOW)) if name not in {"now", "posted_at"}])
@pytest.mark.parametrize("value", [7.5, "<b>", {"in_hour": "x"}, ["x", {}]])
def test_a_fact_of_another_kind_counts_as_not_stored(name: str, value: object) -> None:
    known = from_json({**stored(Facts(NOW, NOW + timedelta(0))), name: value})

    assert known.facts.now == NOW
    assert getattr(known.facts, name) == getattr(Facts(NOW, NOW), name)
