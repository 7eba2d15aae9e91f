"""From findings to a verdict: one sum, two thresholds, and no innocence out of a failure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scans.engine.families import CAPS, SUPPORTING, Family, family_of
from scans.engine.findings import Finding, NotChecked, NotCheckedReason

MAX_SCORE = 15
BENIGN_UP_TO = 3
SUSPICIOUS_UP_TO = 7

LOCAL_CHECKS = "local_checks"

# Reasons of a gap behind which anything may hide.
FAILURES = frozenset(
    {NotCheckedReason.FAILED, NotCheckedReason.BLOCKED, NotCheckedReason.REFUSED, NotCheckedReason.PAUSED}
)


class Verdict(StrEnum):
    """What is said of a link; `unknown` means that it could not be judged, never that it is fine."""

    BENIGN = "benign"
    SUSPICIOUS = "suspicious"
    MALICIOUS = "malicious"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result of one analysis: score 0-15, risk the calibrated probability 0..1 or None while no model is loaded."""

    verdict: Verdict
    score: int
    risk: float | None
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]


def verdict_of(score: int) -> Verdict:
    """The verdict of a score: up to 3 benign, 4 to 7 suspicious, from 8 malicious."""
    if score <= BENIGN_UP_TO:
        return Verdict.BENIGN
    if score <= SUSPICIOUS_UP_TO:
        return Verdict.SUSPICIOUS
    return Verdict.MALICIOUS


def assess(findings: Iterable[Finding], not_checked: Iterable[NotChecked] = ()) -> Assessment:
    """Weighs the findings; a gap of FAILURES turns a benign sum into `unknown` and leaves a worse one as it is."""
    found, missing = tuple(findings), tuple(not_checked)
    score = score_of(found)
    verdict = verdict_of(score)
    if verdict is Verdict.BENIGN and not FAILURES.isdisjoint([gap.reason for gap in missing]):
        verdict = Verdict.UNKNOWN
    return Assessment(verdict, score, None, found, missing)


def score_of(findings: Sequence[Finding]) -> int:
    """0 to 15: what speaks against the link, each family up to its cap, less what speaks for it.

    What speaks for a link counts for nothing beside a conclusive finding, and supporting signs alone stay benign.
    """
    against = [finding for finding in findings if finding.points > 0]
    if not against:
        return 0
    score = sum([finding.points for finding in against]) if len(against) == 1 else _capped(against)
    if not any(finding.conclusive for finding in against):
        score += sum([finding.points for finding in findings if finding.points < 0])
    if all(finding.code in SUPPORTING for finding in against):
        score = min(score, BENIGN_UP_TO)
    return min(max(score, 0), MAX_SCORE)


def _capped(against: Sequence[Finding]) -> int:
    """The sum of the families, each of at most its cap or its heaviest finding."""
    total, sums, heaviest = 0, dict[Family, int](), dict[Family, int]()
    for finding in against:
        family = family_of(finding.code)
        if family is None:
            total += finding.points
        else:
            sums[family] = sums.get(family, 0) + finding.points
            heaviest[family] = max(heaviest.get(family, 0), finding.points)
    return total + sum([min(points, max(CAPS[family], heaviest[family])) for family, points in sums.items()])


def assess_failed(reason: str) -> Assessment:
    """The assessment of a link whose local checks could not finish at all."""
    return Assessment(Verdict.UNKNOWN, 0, None, (), (NotChecked(LOCAL_CHECKS, reason),))
