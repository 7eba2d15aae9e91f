"""From findings to a verdict: one sum, two thresholds, and no innocence out of a failure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scans.engine.findings import Finding, NotChecked, NotCheckedReason

MAX_SCORE = 15
BENIGN_UP_TO = 3
SUSPICIOUS_UP_TO = 7

LOCAL_CHECKS = "local_checks"

# Reasons of a gap behind which anything may hide.
FAILURES = frozenset({NotCheckedReason.FAILED, NotCheckedReason.BLOCKED, NotCheckedReason.REFUSED})


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
    """Sums the findings; a gap of FAILURES turns a benign sum into `unknown` and leaves a worse one as it is."""
    found, missing = tuple(findings), tuple(not_checked)
    score = min(max(sum([finding.points for finding in found]), 0), MAX_SCORE)
    verdict = verdict_of(score)
    if verdict is Verdict.BENIGN and not FAILURES.isdisjoint([gap.reason for gap in missing]):
        verdict = Verdict.UNKNOWN
    return Assessment(verdict, score, None, found, missing)


def assess_failed(reason: str) -> Assessment:
    """The assessment of a link whose local checks could not finish at all."""
    return Assessment(Verdict.UNKNOWN, 0, None, (), (NotChecked(LOCAL_CHECKS, reason),))
