from __future__ import annotations

import time
from fnmatch import translate
from re import DOTALL, compile, escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overrides.rules import (
    MAX_PATTERN,
    MAX_PATTERN_STARS,
    InvalidPattern,
    Kind,
    Rule,
    Ruling,
    Subject,
    applies,
    candidates,
    check_pattern,
    glob,
    over_hops,
    strongest,
)
from scans.engine.links import parse

ALLOW, DENY = Ruling.ALLOW, Ruling.DENY
URL = "https://pay.shop.example.co.uk/offer?id=7"


def subject(url: str) -> Subject:
    return Subject.of(parse(url))


def rule(number: int, kind: Kind, target: str, ruling: Ruling, *, own: bool = False) -> Rule:
    return Rule(number, kind, target, ruling, own)


HASH = parse(URL).url_hash
BY_URL = (Kind.URL, HASH)
BY_HOST = (Kind.HOST, "pay.shop.example.co.uk")
BY_LONG_PATTERN = (Kind.PATTERN, "*.shop.example.co.uk/*")
BY_PATTERN = (Kind.PATTERN, "*.example.co.uk")
BY_OWN_DOMAIN = (Kind.DOMAIN, "pay.shop.example.co.uk")
BY_SUB_DOMAIN = (Kind.DOMAIN, "shop.example.co.uk")
BY_DOMAIN = (Kind.DOMAIN, "example.co.uk")
SPECIFIC_TO_WIDE = [BY_URL, BY_HOST, BY_LONG_PATTERN, BY_PATTERN, BY_OWN_DOMAIN, BY_SUB_DOMAIN, BY_DOMAIN]


@pytest.mark.parametrize("ruling", [ALLOW, DENY])
@pytest.mark.parametrize("wide", range(1, len(SPECIFIC_TO_WIDE)))
def test_the_more_specific_rule_beats_every_wider_one(wide: int, ruling: Ruling) -> None:
    other = DENY if ruling is ALLOW else ALLOW
    for narrow in range(wide):
        rules = [rule(1, *SPECIFIC_TO_WIDE[narrow], ruling), rule(2, *SPECIFIC_TO_WIDE[wide], other)]

        assert strongest(rules, subject(URL)) == rules[0]
        assert strongest(rules[::-1], subject(URL)) == rules[0]


@pytest.mark.parametrize("ruling", [ALLOW, DENY])
def test_a_groups_widest_rule_beats_the_narrowest_global_one(ruling: Ruling) -> None:
    other = DENY if ruling is ALLOW else ALLOW
    rules = [rule(1, *BY_URL, other), rule(2, *BY_DOMAIN, ruling, own=True)]

    assert strongest(rules, subject(URL)) == rules[1]


@pytest.mark.parametrize("key", SPECIFIC_TO_WIDE)
def test_deny_beats_allow_at_equal_rank(key: tuple[Kind, str]) -> None:
    rules = [rule(1, *key, DENY), rule(2, *key, ALLOW)]

    assert strongest(rules, subject(URL)) == rules[0]
    assert strongest(rules[::-1], subject(URL)) == rules[0]


def test_no_rule_decides_a_link_that_none_applies_to() -> None:
    assert strongest([rule(1, Kind.HOST, "other.example", DENY)], subject(URL)) is None
    assert strongest([], subject(URL)) is None


@pytest.mark.parametrize(
    ("url", "domains"),
    [
        ("https://a.b.example.com/", ["a.b.example.com", "b.example.com", "example.com"]),
        ("https://example.com/", ["example.com"]),
        (URL, ["pay.shop.example.co.uk", "shop.example.co.uk", "example.co.uk"]),
        ("https://x.foo.github.io/", ["x.foo.github.io", "foo.github.io"]),
        ("http://192.0.2.7/", ["192.0.2.7"]),
        ("http://[2001:db8::1]/", ["2001:db8::1"]),
        ("http://3221225991/", ["192.0.2.7"]),
        ("https://xn--mnchen-3ya.example/", ["xn--mnchen-3ya.example"]),
    ],
)
def test_a_link_is_looked_up_under_its_url_host_and_domains_but_no_wider(url: str, domains: list[str]) -> None:
    link = parse(url)

    keys = candidates(Subject.of(link))

    assert keys[:2] == [(Kind.URL, link.url_hash), (Kind.HOST, link.host)]
    assert keys[2:] == [(Kind.DOMAIN, domain) for domain in domains]


labels = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8).filter(lambda text: text[0].isalpha())
suffixes = st.sampled_from(["com", "co.uk", "github.io", "example", "web.app", "com.br"])


@given(names=st.lists(labels, min_size=1, max_size=5), suffix=suffixes)
def test_no_candidate_is_wider_than_the_registrable_domain(names: list[str], suffix: str) -> None:
    link = parse(f"https://{'.'.join(names)}.{suffix}/")

    for kind, target in candidates(Subject.of(link))[2:]:
        assert kind is Kind.DOMAIN
        assert target == link.registrable_domain or target.endswith(f".{link.registrable_domain}")
        assert link.host == target or link.host.endswith(f".{target}")


@pytest.mark.parametrize(
    ("target", "url", "does_apply"),
    [
        ("foo.github.io", "https://foo.github.io/", True),
        ("foo.github.io", "https://bar.github.io/", False),
        ("github.io", "https://bar.github.io/", False),
        ("example.com", "https://notexample.com/", False),
        ("example.com", "https://example.com.evil.test/", False),
        ("co.uk", "https://example.co.uk/", False),
        ("192.0.2.7", "http://192.0.2.7/x", True),
        ("0.2.7", "http://192.0.2.7/x", False),
    ],
)
def test_a_domain_rule_covers_the_domain_and_its_hosts_alone(target: str, url: str, does_apply: bool) -> None:
    assert applies(rule(1, Kind.DOMAIN, target, DENY), subject(url)) is does_apply


@pytest.mark.parametrize(
    ("pattern", "url", "does_apply"),
    [
        ("*.example.com", "https://a.b.example.com/x", True),
        ("*.example.com", "https://example.com/", False),
        ("*.example.com", "https://evil.test/a.example.com", False),
        ("*.example.com/*", "https://a.example.com/x", True),
        ("*.example.com/*", "https://evil.test/a.example.com/x", False),
        ("*.example.com/*", "https://evil.test/?a.example.com/x", False),
        ("shop-*.example.com/pay/*", "https://shop-1.example.com/pay/now", True),
        ("shop-*.example.com/pay/*", "https://shop-1.example.com/play/now", False),
        ("shop.example.com/pay*id=*", "https://shop.example.com/pay/now?x=1&id=2", True),
        ("shop.example.com/", "https://shop.example.com/", True),
        ("shop.example.com/", "https://shop.example.com/x", False),
        ("shop.example.com/PAY".lower(), "https://SHOP.example.com/PaY", True),
        ("evil.example/*", "https://anna@evil.example/x", True),
        ("evil.example/*", "https://anna:secret@evil.example:8443/x", True),
        ("evil.example:8443/*", "https://evil.example:8443/x", True),
        ("evil.example:8443/*", "https://evil.example/x", False),
        ("good.example/*", "https://good.example%2F@evil.test/x", False),
        ("*.good.example/*", "https://a.good.example%2Fx@evil.test/x", False),
    ],
)
def test_a_patterns_star_never_crosses_from_the_host_into_the_path(pattern: str, url: str, does_apply: bool) -> None:
    assert applies(rule(1, Kind.PATTERN, pattern, ALLOW), subject(url)) is does_apply


FIRST, MIDDLE, LAST = (subject(f"https://{name}.example/") for name in ("first", "middle", "last"))


def host(number: int, name: str, ruling: Ruling, *, own: bool = False) -> Rule:
    return rule(number, Kind.HOST, f"{name}.example", ruling, own=own)


@pytest.mark.parametrize(
    ("rules", "winner"),
    [
        ([], None),
        ([host(1, "first", DENY)], 1),
        ([host(1, "middle", DENY), host(2, "last", ALLOW)], 1),
        ([host(1, "last", ALLOW)], 1),
        ([host(1, "first", ALLOW)], None),
        ([host(1, "middle", ALLOW)], None),
        ([host(1, "first", DENY), host(2, "last", ALLOW, own=True)], 1),
        ([host(1, "first", DENY), host(2, "first", ALLOW, own=True)], None),
        ([host(1, "first", DENY), host(2, "middle", DENY, own=True)], 2),
    ],
)
def test_over_redirects_a_deny_on_any_hop_wins_otherwise_the_final_hops_rule(
    rules: list[Rule], winner: int | None
) -> None:
    found = over_hops(rules, [FIRST, MIDDLE, LAST])

    assert (found.id if found else None) == winner


def test_an_allow_of_a_shortener_says_nothing_about_where_it_leads_and_a_deny_still_does() -> None:
    short = subject("https://bit.ly/abc")

    assert short.is_shortener
    assert over_hops([rule(1, Kind.HOST, "bit.ly", ALLOW)], [short]) is None
    assert over_hops([rule(1, Kind.DOMAIN, "bit.ly", ALLOW, own=True)], [short]) is None
    denied = over_hops([rule(1, Kind.HOST, "bit.ly", DENY)], [short])
    assert denied is not None
    assert denied.ruling is DENY


def test_no_hop_is_decided_by_no_rule() -> None:
    assert over_hops([host(1, "last", DENY)], []) is None


patterns = st.text("ab.*", max_size=10)
texts = st.text("ab.", max_size=14)


@given(pattern=patterns, text=texts)
def test_a_pattern_matches_exactly_what_the_regular_expression_of_it_matches(pattern: str, text: str) -> None:
    reference = compile(".*".join(escape(piece) for piece in pattern.split("*")), DOTALL)

    assert glob(pattern, text) is (reference.fullmatch(text) is not None)
    assert glob(pattern, text) is (compile(translate(pattern)).match(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*a" * MAX_PATTERN_STARS + "b", "a" * 100_000),
        ("*ab" * MAX_PATTERN_STARS, "ab" * 50_000 + "a"),
        ("*" + "a" * (MAX_PATTERN - 2) + "*b*", ("a" * (MAX_PATTERN - 3) + "c") * 500),
        ("a*" * MAX_PATTERN_STARS, "a" * 100_000),
    ],
)
def test_a_hostile_text_of_100_kb_is_matched_in_linear_time(pattern: str, text: str) -> None:
    started = time.process_time()
    for _ in range(10):
        glob(pattern, text)

    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" *.Example.COM ", "*.example.com"),
        ("shop-*.example.com/Pay/*", "shop-*.example.com/pay/*"),
        ("*bank*.example.com", "*bank*.example.com"),
        ("shop-*.co.uk", "shop-*.co.uk"),
        ("a" * (MAX_PATTERN - 4) + ".com", "a" * (MAX_PATTERN - 4) + ".com"),
    ],
)
def test_a_usable_pattern_is_kept_in_lower_case(written: str, kept: str) -> None:
    assert check_pattern(written) == kept


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "at least a domain"),
        ("*", "at least a domain"),
        ("*.com", "at least a domain"),
        ("*.*", "at least a domain"),
        ("*.a.b", "at least a domain"),
        ("*.co.uk", "at least a domain"),
        ("*.github.io/*", "at least a domain"),
        ("example", "at least a domain"),
        ("*/login.example.com", "at least a domain"),
        ("https://example.com/*", "without http://"),
        ("example.com/a b", "without spaces"),
        ("a" * MAX_PATTERN + ".com", f"at most {MAX_PATTERN} characters"),
        ("*a" * (MAX_PATTERN_STARS + 1) + ".example.com", f"{MAX_PATTERN_STARS} stars"),
    ],
)
def test_a_pattern_that_would_match_too_much_or_nothing_is_refused_with_what_to_change(
    written: str, words: str
) -> None:
    with pytest.raises(InvalidPattern, match=words):
        check_pattern(written)
