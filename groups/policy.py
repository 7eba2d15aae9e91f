"""What the bot does about a verdict in one group. Pure: same facts and policy, same plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

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
    """What is done, mildest first. ALERT tells the moderators alone; everything louder tells them as well."""

    NOTHING = "nothing"
    ALERT = "alert"
    REACT = "react"
    REPLY = "reply"
    DELETE = "delete"


LOUDNESS = {response: at for at, response in enumerate(Response)}


class LinkRule(StrEnum):
    """Kinds of links for which a group may have a rule of its own, whatever their verdict."""

    INVITES = "invites"
    PAYMENTS = "payments"
    INSTALLERS = "installers"
    SHORTENERS = "shorteners"


class Silence(StrEnum):
    """Why nothing is said."""

    NOT_WATCHED = "not_watched"
    WATCHING = "watching"
    MUTED = "muted"
    QUIET_HOURS = "quiet_hours"
    LINK_COOLDOWN = "link_cooldown"
    CAMPAIGN_COOLDOWN = "campaign_cooldown"
    GROUP_HOURLY = "group_hourly"
    GROUP_DAILY = "group_daily"
    NOTHING_FOUND = "nothing_found"
    NOT_CHECKED = "not_checked"
    QUOTED = "quoted"
    GROUP_TEXT = "group_text"
    QUOTES_US = "quotes_us"
    HISTORY = "history"
    TOO_OLD = "too_old"
    WITHDRAWN = "withdrawn"
    POLICY = "policy"
    MODERATORS_ONLY = "moderators_only"


# Moderators are not told either: nothing was found, nobody may read it, or it was dealt with before.
UNTOLD = frozenset(
    {
        Silence.NOT_WATCHED,
        Silence.WITHDRAWN,
        Silence.NOTHING_FOUND,
        Silence.NOT_CHECKED,
        Silence.QUOTED,
        Silence.HISTORY,
        Silence.POLICY,
    }
)


class Fallback(StrEnum):
    """Why a deletion became a reply."""

    NOT_ADMIN = "not_admin"
    NOT_CONCLUSIVE = "not_conclusive"
    EXEMPT_AUTHOR = "exempt_author"
    WINDOW_OVER = "window_over"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until `end` by the clock of `zone`, over midnight where `end` is earlier; the same: never."""

    start: time
    end: time
    zone: str = "UTC"

    def covers(self, moment: datetime) -> bool:
        clock = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def ends_after(self, moment: datetime) -> datetime:
        """The first moment after this one at which the clock shows `end`, in the zone of the moment."""
        local = moment.astimezone(ZoneInfo(self.zone))
        day = local.date() + timedelta(days=int(local.time() >= self.end))
        return datetime.combine(day, self.end, ZoneInfo(self.zone)).astimezone(moment.tzinfo)


@dataclass(frozen=True, slots=True)
class Policy:
    """A group's choices. `muted_until` None means not muted; times are aware, UTC.

    `delete_window`: how old a message may be that WhatsApp still lets an admin delete for everyone.
    """

    state: State = State.OFF
    on_suspicious: Response = Response.REACT
    on_malicious: Response = Response.REPLY
    muted_until: datetime | None = None
    max_age: timedelta = timedelta(minutes=5)
    rules: tuple[tuple[LinkRule, Response], ...] = ()
    quiet: QuietHours | None = None
    exempts_admins: bool = True
    link_cooldown: timedelta = timedelta(hours=24)
    hourly: int = 3
    daily: int = 10
    campaign_cooldown: timedelta = timedelta(hours=1)
    delete_window: timedelta = timedelta(hours=48)
    weighs_newcomers: bool = False


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the bot wrote in the group: when last about this link and its campaign, how often in an hour and a day."""

    of_link_at: datetime | None = None
    in_hour: int = 0
    in_day: int = 0
    of_campaign_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one message when it is decided on; stored on the sightings so that it can be replayed.

    `rules` are the kinds of links this one belongs to; `is_allowed`: a person said that it is fine.

    `is_quoted`: the link stands in what the message quotes, which had its answer. `is_group_text`: it stands in the
    group's name or description, and there is no message to answer. `quotes_us`: the message answers one of ours.
    `is_own_invite`: it invites to the group it stands in. `as_newcomer` is what the link is taken for when it counts
    that its sender joined lately and never posted one before; None of everybody else.
    """

    now: datetime
    posted_at: datetime
    is_history: bool = False
    is_withdrawn: bool = False
    is_conclusive: bool = False
    bot_is_admin: bool = False
    is_quoted: bool = False
    is_group_text: bool = False
    quotes_us: bool = False
    rules: frozenset[LinkRule] = frozenset()
    is_allowed: bool = False
    author_is_admin: bool = False
    author_is_trusted: bool = False
    so_far: SoFar = SoFar()
    is_own_invite: bool = False
    as_newcomer: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Responses in the group in the order they are carried out; when there are none, `silence` says why.

    `alerts`: the moderators are told, whatever the group hears of it.
    """

    responses: tuple[Response, ...] = ()
    silence: Silence | None = None
    fallback: Fallback | None = None
    alerts: bool = False


def decide(verdict: Verdict, facts: Facts, policy: Policy) -> Plan:
    """Total: every verdict, set of facts and policy gives a plan. `verdict` is that of the link, whoever posted it."""
    verdict = weighed(verdict, facts, policy)
    wanted = _wanted(verdict, facts, policy)
    plan = _in_group(verdict, facts, policy, wanted)
    return replace(plan, alerts=wanted is not Response.NOTHING and plan.silence not in UNTOLD)


def weighed(verdict: Verdict, facts: Facts, policy: Policy) -> Verdict:
    """What the link is taken for in this group; that its sender is new makes nothing dangerous that looked clean."""
    if not policy.weighs_newcomers or facts.as_newcomer is None:
        return verdict
    is_clean = verdict in {Verdict.BENIGN, Verdict.UNKNOWN}
    return Verdict.SUSPICIOUS if is_clean and facts.as_newcomer is Verdict.MALICIOUS else facts.as_newcomer


def _in_group(verdict: Verdict, facts: Facts, policy: Policy, wanted: Response) -> Plan:
    if silence := _silence(verdict, facts, policy, wanted):
        return Plan(silence=silence)
    if wanted in {Response.NOTHING, Response.ALERT}:
        return Plan(silence=Silence.POLICY if wanted is Response.NOTHING else Silence.MODERATORS_ONLY)
    plan = _deletion(verdict, facts, policy) if wanted is Response.DELETE else Plan(responses=(wanted,))
    return _sparing_words(plan, facts, policy)


def _wanted(verdict: Verdict, facts: Facts, policy: Policy) -> Response:
    """The louder of what the group does about such a verdict and about such a kind of link."""
    by_verdict = {Verdict.MALICIOUS: policy.on_malicious, Verdict.SUSPICIOUS: policy.on_suspicious}
    wanted = [by_verdict.get(verdict, Response.NOTHING)]
    if not facts.is_allowed:
        rules = facts.rules - {LinkRule.INVITES} if facts.is_own_invite else facts.rules
        wanted += [response for rule, response in policy.rules if rule in rules]
    return max(wanted, key=LOUDNESS.__getitem__)


def _silence(verdict: Verdict, facts: Facts, policy: Policy, wanted: Response) -> Silence | None:
    is_unruled = wanted is Response.NOTHING
    is_quiet = policy.quiet is not None and policy.quiet.covers(facts.now)
    claims = (
        (policy.state in {State.OFF, State.PAUSED}, Silence.NOT_WATCHED),
        (facts.is_withdrawn, Silence.WITHDRAWN),
        (is_unruled and verdict is Verdict.BENIGN, Silence.NOTHING_FOUND),
        (is_unruled and verdict is Verdict.UNKNOWN, Silence.NOT_CHECKED),
        (facts.is_quoted, Silence.QUOTED),
        (facts.is_group_text, Silence.GROUP_TEXT),
        (facts.quotes_us, Silence.QUOTES_US),
        (facts.is_history, Silence.HISTORY),
        (policy.state is State.WATCH, Silence.WATCHING),
        (policy.muted_until is not None and facts.now < policy.muted_until, Silence.MUTED),
        (is_quiet and verdict is not Verdict.MALICIOUS, Silence.QUIET_HOURS),
        (facts.now - facts.posted_at > policy.max_age, Silence.TOO_OLD),
    )
    return next((silence for holds, silence in claims if holds), None)


def _deletion(verdict: Verdict, facts: Facts, policy: Policy) -> Plan:
    """Delete and say so; what may not be deleted is answered instead."""
    is_exempt = facts.author_is_trusted or (policy.exempts_admins and facts.author_is_admin)
    claims = (
        (verdict is not Verdict.MALICIOUS or not facts.is_conclusive, Fallback.NOT_CONCLUSIVE),
        (not facts.bot_is_admin, Fallback.NOT_ADMIN),
        (is_exempt, Fallback.EXEMPT_AUTHOR),
        (facts.now - facts.posted_at > policy.delete_window, Fallback.WINDOW_OVER),
    )
    fallback = next((fallback for holds, fallback in claims if holds), None)
    if fallback is not None:
        return Plan(responses=(Response.REPLY,), fallback=fallback)
    return Plan(responses=(Response.DELETE, Response.REPLY))


def _sparing_words(plan: Plan, facts: Facts, policy: Policy) -> Plan:
    """Leave out a text where the group had enough of them; a deletion and a reaction need none."""
    so_far = facts.so_far
    claims = (
        (_is_within(policy.link_cooldown, so_far.of_link_at, facts.now), Silence.LINK_COOLDOWN),
        (_is_within(policy.campaign_cooldown, so_far.of_campaign_at, facts.now), Silence.CAMPAIGN_COOLDOWN),
        (so_far.in_hour >= policy.hourly, Silence.GROUP_HOURLY),
        (so_far.in_day >= policy.daily, Silence.GROUP_DAILY),
    )
    silence = next((silence for holds, silence in claims if holds), None)
    if silence is None or Response.REPLY not in plan.responses:
        return plan
    rest = tuple(response for response in plan.responses if response is not Response.REPLY)
    return replace(plan, responses=rest, silence=None if rest else silence)


def _is_within(length: timedelta, since: datetime | None, now: datetime) -> bool:
    return since is not None and now - since < length
