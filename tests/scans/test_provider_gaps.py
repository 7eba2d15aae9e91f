"""What is said of providers that were not asked, or did not answer."""

from __future__ import annotations

import pytest

from scans.engine.findings import NotChecked, NotCheckedReason
from scans.engine.providers import PROVIDERS, REPORTERS
from scans.reasons import describe_gaps, describe_not_checked

SAID = ("failed", "paused", "quota", "saved", "no_key", "switched_off", "not_allowed", "look_only")


@pytest.mark.parametrize("reason", SAID)
def test_every_gap_of_every_provider_has_a_sentence_with_its_title(reason: str) -> None:
    cards = [provider.card for provider in PROVIDERS] + [reporter.card for reporter in REPORTERS]

    sentences = {card.title: describe_not_checked(NotChecked(f"provider:{card.name}", reason)) for card in cards}

    assert all(title in sentence and "provider:" not in sentence for title, sentence in sentences.items())


def test_providers_that_share_a_reason_share_a_sentence_after_everything_else() -> None:
    gaps = [
        NotChecked("provider:virustotal", NotCheckedReason.NO_KEY),
        NotChecked("feeds", NotCheckedReason.NONE_LOADED),
        NotChecked("provider:urlhaus", NotCheckedReason.NO_KEY),
        NotChecked("provider:safe_browsing", NotCheckedReason.FAILED),
        NotChecked("provider:threatfox", NotCheckedReason.NO_KEY),
    ]

    assert describe_gaps(gaps) == [
        "Lists of known bad links: not checked, none is loaded.",
        "Did not answer: Google Safe Browsing.",
        "Not asked, no key is set: VirusTotal, URLhaus and ThreatFox.",
    ]


def test_a_provider_that_left_the_program_is_still_named() -> None:
    assert describe_gaps([NotChecked("provider:gone", "no_key")]) == ["Not checked: provider:gone (no_key)."]
