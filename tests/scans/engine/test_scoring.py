"""From findings to a verdict."""

from __future__ import annotations

import pytest

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.scoring import MAX_SCORE, Verdict, assess, assess_failed


@pytest.mark.parametrize(
    ("points", "score", "verdict"),
    [
        ([], 0, Verdict.BENIGN),
        ([3], 3, Verdict.BENIGN),
        ([3, 1], 4, Verdict.SUSPICIOUS),
        ([7], 7, Verdict.SUSPICIOUS),
        ([4, 4], 8, Verdict.MALICIOUS),
        ([9, 9], MAX_SCORE, Verdict.MALICIOUS),
        ([-5], 0, Verdict.BENIGN),
        ([8, -5], 3, Verdict.BENIGN),
    ],
)
def test_the_score_of_unrelated_findings_is_their_clamped_sum_and_the_verdict_follows_it(
    points: list[int], score: int, verdict: Verdict
) -> None:
    assessment = assess(Finding("some_code", one) for one in points)

    assert (assessment.score, assessment.verdict) == (score, verdict)


def test_the_risk_is_unknown_while_no_model_is_loaded() -> None:
    assert assess([Finding("some_code", 9)]).risk is None


@pytest.mark.parametrize(
    ("points", "verdict"),
    [(0, Verdict.UNKNOWN), (3, Verdict.UNKNOWN), (4, Verdict.SUSPICIOUS), (9, Verdict.MALICIOUS)],
)
@pytest.mark.parametrize("reason", [NotCheckedReason.FAILED, NotCheckedReason.BLOCKED])
def test_a_failed_or_refused_check_is_never_innocence_and_never_an_excuse(
    points: int, verdict: Verdict, reason: NotCheckedReason
) -> None:
    gap = NotChecked("redirects", reason)

    assert assess([Finding("some_code", points)], [gap]).verdict is verdict


def test_something_that_was_never_there_to_be_asked_leaves_the_verdict_alone() -> None:
    gap = NotChecked("providers", NotCheckedReason.NONE_CONFIGURED)

    assert assess([], [gap]).verdict is Verdict.BENIGN


def test_an_analysis_that_could_not_run_is_unknown_and_says_why() -> None:
    assessment = assess_failed("gave_up")

    assert assessment.verdict is Verdict.UNKNOWN
    assert assessment.not_checked == (NotChecked("local_checks", "gave_up"),)


def test_a_finding_survives_being_stored() -> None:
    finding = Finding.of("uncommon_port", 2, conclusive=True, port=4444, host="evil.example")

    assert Finding.from_dict(finding.as_dict()) == finding
    assert finding.param("port") == 4444
    assert finding.param("missing") is None


def test_a_gap_survives_being_stored() -> None:
    gap = NotChecked("feeds", NotCheckedReason.NONE_LOADED)

    assert NotChecked.from_dict(gap.as_dict()) == gap


@pytest.mark.parametrize(
    ("ceiling", "needed", "allowed"),
    [
        (Ceiling.NOTHING, Ceiling.HASH, False),
        (Ceiling.HASH, Ceiling.HASH, True),
        (Ceiling.HOST, Ceiling.HASH, True),
        (Ceiling.HOST, Ceiling.URL, False),
        (Ceiling.URL, Ceiling.URL, True),
    ],
)
def test_a_ceiling_allows_what_is_below_it(ceiling: Ceiling, needed: Ceiling, allowed: bool) -> None:
    assert ceiling.allows(needed) is allowed
    assert (ceiling >= needed) is allowed
    assert (ceiling < needed) is not allowed


def test_ceilings_are_ordered_by_what_they_give_away_and_not_by_alphabet() -> None:
    ordered = [Ceiling.NOTHING, Ceiling.HASH, Ceiling.HOST, Ceiling.URL]

    assert sorted([Ceiling.URL, Ceiling.HASH, Ceiling.NOTHING, Ceiling.HOST]) == ordered
    assert max(["host", Ceiling.URL, Ceiling.HASH], key=Ceiling) is Ceiling.URL
    assert Ceiling.HASH > "nothing"
    assert Ceiling.HASH <= "host"
