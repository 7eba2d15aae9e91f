"""What a link in one message is taken for, and what its group's policy makes of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from groups.models import Group
from groups.policy import Facts, Plan, Policy, decide
from overrides.models import Override
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from waclient.models import Place, Sighting
from waclient.verdicts import outcome

SEVERITY = {Verdict.MALICIOUS: 2, Verdict.SUSPICIOUS: 1}


@dataclass(frozen=True, slots=True)
class Judged:
    """A sighting with what is to be done about it."""

    sighting: Sighting
    override: Override | None
    verdict: Verdict
    score: int
    findings: list[Finding]
    facts: Facts
    policy: Policy
    plan: Plan

    @property
    def severity(self) -> int:
        """2 for what is dangerous, 1 for what is suspicious, 0 for all else."""
        return SEVERITY.get(self.verdict, 0)


def judge(sighting: Sighting, override: Override | None, group: Group, policy: Policy, now: datetime) -> Judged:
    """The link of a settled sighting; `override` is the rule that decides it, None where its scan does."""
    verdict, score, findings = outcome(sighting, override)
    facts = Facts(
        now=now,
        posted_at=sighting.posted_at,
        is_history=sighting.is_history,
        is_withdrawn=sighting.withdrawn_at is not None,
        is_conclusive=any(finding.conclusive for finding in findings),
        bot_is_admin=group.bot_is_admin,
        is_quoted=sighting.place == Place.QUOTED,
        is_group_text=sighting.place == Place.GROUP,
    )
    return Judged(sighting, override, verdict, score, findings, facts, policy, decide(verdict, facts, policy))
