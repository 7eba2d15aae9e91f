"""Kinds of evidence: many signs of one kind are one observation seen many times, so each kind has a cap."""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    """What a finding is evidence of."""

    LISTS = "lists"
    ENGINES = "engines"
    BRAND = "brand"
    INFRASTRUCTURE = "infrastructure"
    BEHAVIOUR = "behaviour"
    WRITING = "writing"
    DECISION = "decision"


# The most that the findings of one family add up to; a single one may weigh more. What only says where a page is or
# how it was written stays below the 8 points of "dangerous" by itself.
CAPS = {
    Family.LISTS: 12,
    Family.ENGINES: 12,
    Family.BRAND: 12,
    Family.INFRASTRUCTURE: 7,
    Family.BEHAVIOUR: 10,
    Family.WRITING: 10,
    Family.DECISION: 15,
}

_CODES = {
    Family.LISTS: "listed_url listed_host listed_domain listed_neighbour known_good newly_registered",
    Family.ENGINES: """
        safe_browsing web_risk urlhaus threatfox virustotal phishtank urlscan quad9_blocked cloudflare_blocked
        spamhaus_dbl surbl uribl provider_warns
    """,
    Family.BRAND: """
        brand_homoglyph brand_domain_embedded brand_lookalike brand_typo brand_named brand_other_ending page_brand
        mixed_script whole_script_confusable fake_separator userinfo_host
    """,
    Family.INFRASTRUCTURE: """
        ip_host uncommon_port risky_tld free_hosting generated_name shortener shortener_not_opened
        bad_certificate domain_age long_lived_domain new_certificate dead_domain
    """,
    Family.BEHAVIOUR: """
        userinfo executable_path apk_path long_url free_host_credentials credential_words asks_password asks_card
        app_delivered app_offered program_delivered program_offered led_to_number led_to_blocked leaves_the_web
        many_hops ended_elsewhere cloaking group_invite channel_invite chat_start chat_start_number chat_start_text
        telegram_invite invite payment app_store other_app one_time login signed meeting shared
    """,
    Family.WRITING: """
        defanged_scheme defanged_dot spaced_host disguised_ip disguised_letters dot_twins bare_number hidden_characters
        bidi_control
        preview_mismatch overlong too_many_links too_much_text writing_not_checked newcomer
    """,
    Family.DECISION: "override_deny override_allow",
}
FAMILIES = {code: family for family, codes in _CODES.items() for code in codes.split()}

# Signs that an honest link shares with a bad one until something else is found: alone they alarm nobody.
SUPPORTING = frozenset({"domain_age", "newly_registered", "listed_neighbour", "new_certificate", "dead_domain"})


def family_of(code: str) -> Family | None:
    """The family of a finding's code; None for a code of another version, which no cap holds."""
    return FAMILIES.get(code)
