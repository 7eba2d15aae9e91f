"""What the bot does about a verdict in one group. Pure: same facts and policy, same plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scans.engine.scoring import Verdict


class State(StrEnum):
    OFF = "off"
    WATCH = "watch"
    LIVE = "live"
    PAUSED = "paused"


class Preset(StrEnum):
    """A ready-made policy; OWN stands for the group's own columns."""

    WATCH = "watch"
    QUIET = "quiet"
    FAMILY = "family"
    NEIGHBOURHOOD = "neighbourhood"
    MARKETPLACE = "marketplace"
    OWN = "own"


class Response(StrEnum):
    """What is done in the group, mildest first."""

    NOTHING = "nothing"
    REACT = "react"
    REPLY = "reply"
    DELETE = "delete"


class Silence(StrEnum):
    """Why nothing is said."""

    NOT_WATCHED = "not_watched"
    WATCHING = "watching"
    MUTED = "muted"
    NOTHING_FOUND = "nothing_found"
    NOT_CHECKED = "not_checked"
    QUOTED = "quoted"
    GROUP_TEXT = "group_text"
    HISTORY = "history"
    TOO_OLD = "too_old"
    WITHDRAWN = "withdrawn"
    POLICY = "policy"


class Fallback(StrEnum):
    """Why a deletion became a reply."""

    NOT_ADMIN = "not_admin"
    NOT_CONCLUSIVE = "not_conclusive"


@dataclass(frozen=True, slots=True)
class Policy:
    """A group's choices. `muted_until` None means not muted; times are aware, UTC."""

    state: State = State.OFF
    on_suspicious: Response = Response.REACT
    on_malicious: Response = Response.REPLY
    muted_until: datetime | None = None
    max_age: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one message when it is decided on; stored on the sightings so that it can be replayed.

    `is_quoted`: the link stands in what the message quotes, which had its answer. `is_group_text`: it stands in the
    group's name or description, and there is no message to answer.
    """

    now: datetime
    posted_at: datetime
    is_history: bool = False
    is_withdrawn: bool = False
    is_conclusive: bool = False
    bot_is_admin: bool = False
    is_quoted: bool = False
    is_group_text: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Responses in the order they are carried out; when there are none, `silence` says why."""

    responses: tuple[Response, ...] = ()
    silence: Silence | None = None
    fallback: Fallback | None = None


def decide(verdict: Verdict, facts: Facts, policy: Policy) -> Plan:
    """Total: every verdict, set of facts and policy gives a plan."""
    if silence := _silence(verdict, facts, policy):
        return Plan(silence=silence)
    wanted = policy.on_malicious if verdict is Verdict.MALICIOUS else policy.on_suspicious
    if wanted is Response.NOTHING:
        return Plan(silence=Silence.POLICY)
    if wanted is Response.DELETE:
        return _deletion(verdict, facts)
    return Plan(responses=(wanted,))


def _silence(verdict: Verdict, facts: Facts, policy: Policy) -> Silence | None:
    claims = (
        (policy.state in {State.OFF, State.PAUSED}, Silence.NOT_WATCHED),
        (facts.is_withdrawn, Silence.WITHDRAWN),
        (verdict is Verdict.BENIGN, Silence.NOTHING_FOUND),
        (verdict is Verdict.UNKNOWN, Silence.NOT_CHECKED),
        (facts.is_quoted, Silence.QUOTED),
        (facts.is_group_text, Silence.GROUP_TEXT),
        (facts.is_history, Silence.HISTORY),
        (policy.state is State.WATCH, Silence.WATCHING),
        (policy.muted_until is not None and facts.now < policy.muted_until, Silence.MUTED),
        (facts.now - facts.posted_at > policy.max_age, Silence.TOO_OLD),
    )
    return next((silence for holds, silence in claims if holds), None)


def _deletion(verdict: Verdict, facts: Facts) -> Plan:
    """Delete and say so; what may not be deleted is answered instead."""
    if verdict is not Verdict.MALICIOUS or not facts.is_conclusive:
        return Plan(responses=(Response.REPLY,), fallback=Fallback.NOT_CONCLUSIVE)
    if not facts.bot_is_admin:
        return Plan(responses=(Response.REPLY,), fallback=Fallback.NOT_ADMIN)
    return Plan(responses=(Response.DELETE, Response.REPLY))
