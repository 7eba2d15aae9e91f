"""Kinds of evidence and what they may weigh together."""

from __future__ import annotations

import pytest

from scans.engine.families import CAPS, FAMILIES, SUPPORTING, Family, family_of
from scans.engine.findings import Finding
from scans.engine.scoring import BENIGN_UP_TO, Verdict, assess, score_of
from scans.reasons import SENTENCES


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_reason_belongs_to_a_family(code: str) -> None:
    assert family_of(code) in CAPS


@pytest.mark.parametrize("family", list(Family))
def test_no_family_weighs_more_than_its_cap_however_many_of_its_signs_are_found(family: Family) -> None:
    codes = [code for code, its in FAMILIES.items() if its is family and code not in SUPPORTING]
    findings = [Finding(code, 2) for code in codes] * 20

    assert score_of(findings) == CAPS[family]


def test_where_a_page_is_never_makes_it_dangerous_by_itself() -> None:
    findings = [Finding("risky_tld", 2), Finding("uncommon_port", 2), Finding("free_hosting", 3), Finding("ip_host", 4)]

    assert assess(findings).verdict is Verdict.SUSPICIOUS


def test_one_sign_may_weigh_more_than_the_cap_of_its_family() -> None:
    assert score_of([Finding("ip_host", 9), Finding("risky_tld", 2)]) == 9


def test_families_add_up() -> None:
    assert score_of([Finding("brand_typo", 6), Finding("risky_tld", 2)]) == 8


@pytest.mark.parametrize("code", sorted(SUPPORTING))
def test_a_supporting_sign_alone_alarms_nobody(code: str) -> None:
    assert score_of([Finding(code, 6)]) == BENIGN_UP_TO
    assert assess([Finding(code, 6), Finding("free_hosting", 0)]).verdict is Verdict.BENIGN


@pytest.mark.parametrize("code", sorted(SUPPORTING))
def test_a_supporting_sign_counts_whole_beside_another(code: str) -> None:
    assert score_of([Finding(code, 6), Finding("credential_words", 3)]) == 9


def test_what_speaks_for_a_link_lowers_the_score() -> None:
    assert score_of([Finding("brand_named", 4), Finding("known_good", -3)]) == 1


def test_what_speaks_for_a_link_is_nothing_beside_a_conclusive_finding() -> None:
    assert score_of([Finding("listed_url", 10, conclusive=True), Finding("known_good", -5)]) == 10


def test_a_code_of_another_version_is_summed() -> None:
    assert score_of([Finding("of_next_year", 3), Finding("of_last_year", 3)]) == 6
