"""One answer a message: which of its links speaks, and why the others do not. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from groups.policy import Plan, Response
from scans.engine.scoring import Verdict

SEVERITY = {Verdict.MALICIOUS: 2, Verdict.SUSPICIOUS: 1}
NOTHING_SAID = -1  # below severity 0, which a rule for a kind of link has


_RESPONSES = frozenset(response.value for response in Response)


class HeldBack(StrEnum):
    """Why a link says nothing although its own plan would have it speak."""

    ALREADY_SAID = "already_said"
    WORSE_LINK = "worse_link_in_message"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A link of a message with its plan, in the order in which links were written."""

    verdict: Verdict
    score: int
    plan: Plan

    @property
    def severity(self) -> int:
        """2 for what is dangerous, 1 for what is suspicious, 0 for all else."""
        return SEVERITY.get(self.verdict, 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one link: done in the group in this order, or nothing, and why; `alerts`: moderators are told."""

    responses: tuple[Response, ...] = ()
    silence: str = ""
    fallback: str = ""
    alerts: bool = False

    def as_json(self) -> dict[str, object]:
        return {
            "responses": list(self.responses),
            "silence": self.silence,
            "fallback": self.fallback,
            "alerts": self.alerts,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Outcome:
        """What a row says, as far as this program knows the words."""
        done = stored.get("responses")
        responses = tuple(Response(one) for one in done if one in _RESPONSES) if isinstance(done, list) else ()
        alerts = stored.get("alerts") is True
        return cls(responses, str(stored.get("silence") or ""), str(stored.get("fallback") or ""), alerts)


def outcomes(links: Sequence[Weighed], said: int) -> list[Outcome]:
    """What comes of each link of one message; `said`: how severe what was said about it before is.

    The worst link speaks, when it is worse than that (an edit may bring worse links into a message).
    """
    loudest = max(range(len(links)), key=lambda at: _loudness(links[at]))
    is_news = links[loudest].severity > said
    found = []
    for at, link in enumerate(links):
        held_back = "" if is_news and at == loudest else HeldBack.WORSE_LINK if is_news else HeldBack.ALREADY_SAID
        plan, silence = link.plan, str(link.plan.silence or held_back)
        found.append(Outcome(() if silence else plan.responses, silence, str(plan.fallback or ""), plan.alerts))
    return found


def _loudness(link: Weighed) -> tuple[int, int, int]:
    return len(link.plan.responses), link.severity, link.score
