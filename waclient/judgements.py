"""What a link in one message is taken for, and what its group's policy makes of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from groups.messages import Weighed
from groups.models import Group
from groups.policy import Facts, Plan, Policy, SoFar, decide, weighed
from overrides.models import Override
from overrides.rules import Ruling
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from waclient.link_rules import rules_of
from waclient.models import Place, Sighting
from waclient.verdicts import outcome

SILENT_SO_FAR = SoFar()


@dataclass(frozen=True, slots=True)
class Judged:
    """A sighting with what is to be done about it; `of_link` is the verdict whoever had posted the link."""

    sighting: Sighting
    override: Override | None
    of_link: Verdict
    verdict: Verdict
    score: int
    findings: list[Finding]
    facts: Facts
    policy: Policy
    plan: Plan

    @property
    def weighed(self) -> Weighed:
        """As it is compared with the other links of its message."""
        return Weighed(self.verdict, self.score, self.plan)

    @property
    def severity(self) -> int:
        """2 for what is dangerous, 1 for what is suspicious, 0 for all else."""
        return self.weighed.severity


def judge(  # noqa: PLR0913 (one decision has all of these)
    sighting: Sighting,
    override: Override | None,
    group: Group,
    policy: Policy,
    now: datetime,
    *,
    so_far: SoFar = SILENT_SO_FAR,
    author_is_admin: bool = False,
) -> Judged:
    """The link of a settled sighting; `override` is the rule that decides it, None where its scan does."""
    of_link, score, findings = outcome(sighting, override, now)
    is_newcomer = sighting.is_newcomer and override is None
    as_newcomer = outcome(sighting, override, now, weighs_newcomer=True) if is_newcomer else None
    facts = Facts(
        now=now,
        posted_at=sighting.posted_at,
        is_history=sighting.is_history,
        is_withdrawn=sighting.withdrawn_at is not None,
        is_conclusive=any(finding.conclusive for finding in findings),
        bot_is_admin=group.bot_is_admin,
        is_quoted=sighting.place == Place.QUOTED,
        is_group_text=sighting.place == Place.GROUP,
        quotes_us=sighting.quotes_us,
        rules=rules_of(sighting.url, {finding.code for finding in findings}),
        is_allowed=override is not None and override.ruling == Ruling.ALLOW,
        author_is_admin=author_is_admin,
        author_is_trusted=bool({sighting.sender, sighting.sender_alt} & set(group.trusted)),
        so_far=so_far,
        is_own_invite=sighting.is_own_invite,
        as_newcomer=as_newcomer[0] if as_newcomer is not None else None,
    )
    if as_newcomer is not None and policy.weighs_newcomers:
        _verdict, score, findings = as_newcomer
    verdict, plan = weighed(of_link, facts, policy), decide(of_link, facts, policy)
    return Judged(sighting, override, of_link, verdict, score, findings, facts, policy, plan)
