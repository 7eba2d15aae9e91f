"""What a policy would have done: replayed over the facts that decisions of before were made from. Pure.

Each stored decision knows what the bot had said by then. Only where the replayed policy speaks and the one of then did
not, or the other way round, does that change for what follows; the cool-downs are folded forward by these differences.
With the policy that was in force nothing differs, and the replay is what was recorded (T11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from groups import facts as stored_facts
from groups.facts import Unreadable
from groups.messages import NOTHING_SAID, SEVERITY, Outcome, Weighed, outcomes
from groups.policy import Facts, Policy, Response, SoFar, decide, weighed
from scans.engine.scoring import Verdict

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What a decision was made from besides its facts, and what came of it.
ELSE_NEEDED = frozenset({"verdict", "muted_until", "score", "said_before", "responses", "alerts"})


def is_noteworthy(verdict: Verdict, facts: Facts) -> bool:
    """Whether some policy, however strict, would have anything said about such a link."""
    return verdict in SEVERITY or bool(facts.rules) or facts.as_newcomer is not None


@dataclass(frozen=True, slots=True)
class Seen:
    """One link of one message, as it was decided on.

    `subjects` are what cool-downs are about: the link, and the campaign when it belongs to one. `unsent`: what was
    decided then and did not go out. `assumed` names facts that were not yet stored: it cannot be replayed exactly.
    """

    key: int
    message: str
    link: str
    verdict: Verdict
    score: int
    facts: Facts
    done: Outcome
    muted_until: datetime | None = None
    said_before: int = NOTHING_SAID
    campaign: str = ""
    unsent: frozenset[Response] = frozenset()
    assumed: frozenset[str] = frozenset()

    @property
    def has_said(self) -> bool:
        """Whether a text about it was written and not held back later."""
        return Response.REPLY in self.done.responses and Response.REPLY not in self.unsent

    @property
    def has_spoken(self) -> bool:
        return any(response not in self.unsent for response in self.done.responses)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A link with what the replayed policy would have done about it."""

    seen: Seen
    would: Outcome

    @property
    def differs(self) -> bool:
        """Whether the group or, as far as that is known, the moderators would have heard something else."""
        done = self.seen.done
        is_known = "alerts" not in self.seen.assumed
        return self.would.responses != done.responses or (is_known and self.would.alerts != done.alerts)


def read(key: int, message: str, link: str, stored: Mapping[str, object], unsent: Iterable[Response] = ()) -> Seen:
    """A row as it is stored; raises Unreadable for one that does not say what was decided on, or when."""
    known = stored_facts.from_json(stored)
    score, said = stored.get("score"), stored.get("said_before")
    try:
        muted_until, verdict = stored_facts.moment_of(stored.get("muted_until")), Verdict(str(stored.get("verdict")))
    except (TypeError, ValueError) as error:
        raise Unreadable(str(error)) from error
    return Seen(
        key=key,
        message=message,
        link=link,
        verdict=verdict,
        score=score if isinstance(score, int) else 0,
        facts=known.facts,
        done=Outcome.from_json(stored),
        muted_until=muted_until,
        said_before=said if isinstance(said, int) else NOTHING_SAID,
        campaign=str(stored.get("campaign") or ""),
        unsent=frozenset(unsent),
        assumed=known.assumed | (ELSE_NEEDED - stored.keys()),
    )


def replay(policy: Policy, rows: Iterable[Seen]) -> Iterator[Replayed]:
    """One group's rows, in the order in which they were decided on, each with what `policy` would have done.

    The group was muted when it was muted then; everything else is the policy's.
    """
    past = _Past(policy)
    for message in _messages(rows):
        yield from past.step(message)


def _messages(rows: Iterable[Seen]) -> Iterator[list[Seen]]:
    """The links that were decided on together: those of one message at one moment."""
    for _now, together in groupby(rows, key=lambda row: row.facts.now):
        by_message: dict[str, list[Seen]] = {}
        for row in together:
            by_message.setdefault(row.message, []).append(row)
        yield from by_message.values()


@dataclass(frozen=True, slots=True)
class _Text:
    """A text about a link that was written then, or would have been, or both."""

    at: datetime
    was: bool
    would: bool


@dataclass
class _Past:
    """Where the replay has left what happened, as far back as a cool-down reaches."""

    policy: Policy
    texts: dict[str, list[_Text]] = field(default_factory=dict)
    """By link or campaign."""
    changes: list[tuple[datetime, int]] = field(default_factory=list)
    """Texts more (1) or fewer (-1) than were written."""
    said: dict[str, int] = field(default_factory=dict)
    """How severe what would have been said of a message is, where that is not what was said."""

    def step(self, links: list[Seen]) -> list[Replayed]:
        first = links[0]
        if self.policy.muted_until != first.muted_until:
            self.policy = replace(self.policy, muted_until=first.muted_until)
        said = self.said.get(first.message, first.said_before)
        weighed = [self._weigh(link) for link in links]
        found = [Replayed(link, would) for link, would in zip(links, outcomes(weighed, said), strict=True)]
        self._remember_message(found, weighed, said)
        for one in found:
            self._remember_text(one)
        return found

    def _weigh(self, link: Seen) -> Weighed:
        so_far = self._so_far(link)
        facts = link.facts if so_far == link.facts.so_far else replace(link.facts, so_far=so_far)
        verdict = weighed(link.verdict, facts, self.policy)
        return Weighed(verdict, link.score, decide(link.verdict, facts, self.policy))

    def _so_far(self, link: Seen) -> SoFar:
        """What would have been said by then."""
        was, now = link.facts.so_far, link.facts.now
        return SoFar(
            of_link_at=self._last(link.link, was.of_link_at),
            in_hour=max(was.in_hour + sum(more for at, more in self.changes if at > now - HOUR), 0),
            in_day=max(was.in_day + sum(more for at, more in self.changes if at > now - DAY), 0),
            of_campaign_at=self._last(link.campaign, was.of_campaign_at) if link.campaign else was.of_campaign_at,
        )

    def _last(self, subject: str, was: datetime | None) -> datetime | None:
        """When the last text about a link or campaign would have been written."""
        texts = self.texts.get(subject, ())
        is_missing = any(text.at == was and not text.would for text in texts)
        moments = [text.at for text in texts if text.would]
        return max([*moments, *([was] if was is not None and not is_missing else [])], default=None)

    def _remember_message(self, found: list[Replayed], weighed: list[Weighed], said: int) -> None:
        was = would = NOTHING_SAID
        for one, link in zip(found, weighed, strict=True):
            if one.seen.has_spoken:
                was = max(was, link.severity)
            if one.would.responses and (one.seen.has_spoken or not one.seen.done.responses):
                would = max(would, link.severity)
        message, before = found[0].seen.message, found[0].seen.said_before
        if max(said, would) == max(before, was):
            self.said.pop(message, None)
        else:
            self.said[message] = max(said, would)

    def _remember_text(self, one: Replayed) -> None:
        """Nothing is noted of a text that was held back then and would have been again."""
        seen, wanted = one.seen, Response.REPLY in one.would.responses
        is_held_back = Response.REPLY in seen.done.responses and not seen.has_said
        text = _Text(seen.facts.now, seen.has_said, wanted and not is_held_back)
        if not text.was and not text.would:
            return
        for subject in filter(None, (seen.link, seen.campaign)):
            self.texts[subject] = [*self._lately(self.texts.get(subject, ()), text.at), text]
        if text.was != text.would:
            since = text.at - DAY
            self.changes = [change for change in self.changes if change[0] > since] + [(text.at, 1 if wanted else -1)]

    def _lately(self, texts: Iterable[_Text], now: datetime) -> list[_Text]:
        longest = max(self.policy.link_cooldown, self.policy.campaign_cooldown)
        return [text for text in texts if now - text.at < longest]
