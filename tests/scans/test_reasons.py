"""Sentences for moderators: one for every code, and nothing hostile in them."""

from __future__ import annotations

import unicodedata

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from scans.engine.finding.evasions import NOT_CLICKABLE
from scans.engine.findings import Finding, NotChecked
from scans.engine.heuristics import HEURISTICS, WRITING, classes
from scans.engine.kinds.keys import LinkClass
from scans.engine.links import find_links, parse
from scans.engine.local import analyze_locally
from scans.reasons import GAPS, SENTENCES, describe, describe_not_checked

# What a link does that is never opened: one heuristic, a code for each class.
CLASS_CODES = {*LinkClass, "chat_start_number", "chat_start_text"}
CODES = {check.__name__ for check in (*HEURISTICS, *WRITING) if check is not classes.opens_no_page} | CLASS_CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_heuristic_has_a_sentence(code: str) -> None:
    assert code in SENTENCES


# Codes of findings that no heuristic gives: what moderators said, what a message carries besides its links.
OTHER_CODES = {
    "override_deny",
    "override_allow",
    "preview_mismatch",
    "too_many_links",
    "too_much_text",
    "writing_not_checked",
    "newcomer",
    # Where a link leads (scans.engine.arrivals, scans.engine.cloaking).
    "page_brand",
    "asks_password",
    "asks_card",
    "app_delivered",
    "app_offered",
    "program_delivered",
    "program_offered",
    "bad_certificate",
    "led_to_number",
    "led_to_blocked",
    "leaves_the_web",
    "many_hops",
    "shortener_not_opened",
    "ended_elsewhere",
    "cloaking",
    # What the lists on this machine say (scans.engine.feeds.matches).
    "listed_url",
    "listed_host",
    "listed_domain",
    "listed_neighbour",
    "known_good",
    "newly_registered",
    # What those say who were asked about it (scans.engine.providers).
    "safe_browsing",
    "web_risk",
    "urlhaus",
    "threatfox",
    "virustotal",
    "phishtank",
    "provider_warns",
    "domain_age",
    "long_lived_domain",
    "urlscan",
    "new_certificate",
    "quad9_blocked",
    "cloudflare_blocked",
    "spamhaus_dbl",
    "surbl",
    "uribl",
    "dead_domain",
}


def test_no_sentence_is_left_over() -> None:
    assert set(SENTENCES) - CODES == OTHER_CODES


@pytest.mark.parametrize("text", [*SENTENCES.values(), *GAPS.values()])
def test_no_sentence_promises_safety_and_each_is_short(text: str) -> None:
    assert "safe" not in text.lower()
    assert len(text) <= 110
    assert text.endswith(".")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://203.0.113.7/", "The address is a bare number (203[.]0[.]113[.]7) instead of a name."),
        ("https://shop.example:4444/", "The address uses an unusual door of the server (port 4444)."),
        ("https://paypal.com@evil.example/", "The link pretends to go to paypal[.]com, but it goes to evil[.]example."),
        ("https://paypa1.com/", "“paypa1” in the address may be taken for PayPal."),
        (
            "https://pаypal.com/",
            "The address may pass itself off as PayPal with foreign letters: xn--pypal-4ve[.]com (pаypal[.]com).",
        ),
        ("https://chat.whatsapp.com/AbCdEf", "The link invites to a WhatsApp group; it is not opened."),
        (
            "https://wa.me/4915112345678?text=Visit%20evil.example",
            "The link begins a chat with the number 4915xxx78 and writes: “Visit evil[.]example”.",
        ),
        ("https://files.example/a.apk", "The link downloads an Android app (.apk) past the app store."),
    ],
)
def test_a_finding_reads_as_one_plain_sentence(url: str, sentence: str) -> None:
    sentences = [describe(finding) for finding in analyze_locally(parse(url)).findings]

    assert sentence in sentences


@pytest.mark.parametrize("network", [True, False])
def test_every_gap_of_a_local_analysis_has_its_own_sentence(network: bool) -> None:
    gaps = analyze_locally(parse("https://example.com/"), network=network).not_checked

    sentences = [describe_not_checked(gap) for gap in gaps]

    assert len(set(sentences)) == len(gaps) == 3
    assert all("not checked" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (
            NotChecked("heuristic:ip_host", "failed"),
            "One check did not finish (heuristic:ip_host), so this link was not fully checked.",
        ),
        (NotChecked("local_checks", "gave_up"), "Not checked: the link could not be examined."),
        (NotChecked("provider:new.example", "paused"), "Not checked: provider:new[.]example (paused)."),
    ],
)
def test_other_gaps_are_named(gap: NotChecked, sentence: str) -> None:
    assert describe_not_checked(gap) == sentence


@pytest.mark.parametrize("finding", [Finding.of("retired_code", 3, host="evil.example"), Finding.of("ip_host", 3)])
def test_a_finding_of_another_version_still_has_a_sentence(finding: Finding) -> None:
    assert describe(finding) == f"Something unusual was found ({finding.code})."


_PARAMETERS = ("host", "seen", "brand", "claimed", "extension", "tld", "port", "length")


@given(
    code=st.sampled_from(sorted(SENTENCES)),
    value=st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            ["https://evil.com/a", "<script>", "%(host)s %s", "a\u202eb.com", "wa.me/1", "xn--pypal-4ve.com"]
        ),
    ),
)
def test_hostile_parameters_stay_plain_text_that_cannot_be_tapped(code: str, value: str) -> None:
    sentence = describe(Finding(code, 3, tuple((name, value) for name in sorted(_PARAMETERS))))

    assert [link for link in find_links(sentence) if NOT_CLICKABLE.isdisjoint(link.evasions)] == []
    assert all(unicodedata.category(char) not in ("Cf", "Cc", "Cs", "Zl", "Zp") for char in sentence)


def test_an_address_keeps_its_order_in_a_sentence_that_is_read_from_the_right() -> None:
    with translation.override("ar"):
        said = describe(Finding.of("executable_path", 3, extension=".apk"))
        told = describe(Finding.of("ip_host", 3, host="1.2.3.4"))

    assert "\u2066.apk\u2069" in said
    assert "\u20661[.]2[.]3[.]4\u2069" in told
    assert translation.get_language() == "en"


@pytest.mark.parametrize("code", ["listed_url", "listed_host", "listed_domain", "listed_neighbour"])
@pytest.mark.parametrize(
    ("days", "ends"),
    [
        (0, "."),
        (1, ". When it was checked, it had been off that list for 1 day."),
        (9, ". When it was checked, it had been off that list for 9 days."),
    ],
)
def test_what_a_list_says_stays_true_when_it_is_read_days_later(code: str, days: int, ends: str) -> None:
    said = describe(Finding.of(code, 10, list="Old links", days=days, count=0))

    assert "Old links" in said
    assert "ago" not in said
    assert said.partition(".")[1] + said.partition(".")[2] == ends
