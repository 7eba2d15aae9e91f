"""Name servers that leave out dangerous names, and lists that are asked by name server."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import dns.message
import dns.rcode
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scans.engine.families import family_of
from scans.engine.findings import Finding
from scans.engine.providers.dns_asking import Said, Server, read
from scans.engine.providers.dns_filters import CLOUDFLARE, QUAD9, DnsFilter
from scans.engine.providers.dnsbl import PROVIDERS, Dnsbl
from scans.engine.providers.provider import ProviderError, Trouble
from scans.engine.scoring import Verdict, assess
from scans.reasons import SENTENCES
from tests.scans.engine.providers.asked import KEY, ask, judge, judge_facts
from tests.scans.engine.providers.name_server import Answering, by_table, name_server

EVIL = "https://login.evil.example/a?b=c"
SPAMHAUS, SURBL, URIBL = (one for one in PROVIDERS if isinstance(one, Dnsbl))
FILTERS = pytest.mark.parametrize("provider", [QUAD9, CLOUDFLARE], ids=lambda one: one.name)
LISTS = pytest.mark.parametrize("provider", [SPAMHAUS, SURBL, URIBL], ids=lambda one: one.name)
KNOWN = {"login.evil.example": "198.51.100.7"}
SILENCE: Answering = lambda question: None  # noqa: E731


def filtered(provider: DnsFilter, with_filter: Answering, without: Answering) -> list[Finding]:
    """What a filter says when its two servers answer so."""
    with ExitStack() as stack:
        servers = [stack.enter_context(name_server(answering)) for answering in (with_filter, without)]
        there = replace(provider, filtered=servers[0], unfiltered=servers[1])
        return judge(there, ask(there, EVIL), EVIL)


def listed(provider: Dnsbl, answering: Answering) -> list[Finding]:
    with name_server(answering) as server:
        there = replace(provider, servers=(server,))
        return judge(there, ask(there, EVIL), EVIL)


def said_of(provider: Dnsbl, address: str) -> list[Finding]:
    zone = provider.zone.format(key=KEY)
    return listed(provider, by_table({f"evil.example.{zone}": address}))


class TestFilters:
    @FILTERS
    def test_a_name_that_only_the_unfiltered_server_knows_is_blocked(self, provider: DnsFilter) -> None:
        found = filtered(provider, by_table({}), by_table(KNOWN))

        assert found == [Finding.of(f"{provider.name}_blocked", provider.points, host="login.evil.example")]
        assert assess(found).verdict is Verdict.SUSPICIOUS

    @FILTERS
    def test_an_address_that_leads_nowhere_is_a_block(self, provider: DnsFilter) -> None:
        assert filtered(provider, by_table({"login.evil.example": "0.0.0.0"}), by_table(KNOWN))

    @FILTERS
    @pytest.mark.parametrize(
        ("with_filter", "without"),
        [
            (KNOWN, KNOWN),
            ({}, {}),
            ({"login.evil.example": "0.0.0.0"}, {"login.evil.example": "0.0.0.0"}),
            ({"login.evil.example": "203.0.113.9"}, KNOWN),
            (KNOWN, {}),
        ],
    )
    def test_what_both_say_is_no_sign(
        self, provider: DnsFilter, with_filter: dict[str, str], without: dict[str, str]
    ) -> None:
        assert filtered(provider, by_table(with_filter), by_table(without)) == []

    @FILTERS
    @pytest.mark.parametrize("code", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
    def test_a_server_that_cannot_tell_says_nothing_of_the_link(
        self, provider: DnsFilter, code: dns.rcode.Rcode
    ) -> None:
        with pytest.raises(ProviderError):
            filtered(provider, by_table({}, otherwise=code), by_table(KNOWN))
        with pytest.raises(ProviderError):
            filtered(provider, by_table({}), by_table({}, otherwise=code))

    @FILTERS
    def test_silence_is_an_error_and_not_a_block(self, provider: DnsFilter) -> None:
        with pytest.raises(ProviderError) as silent:
            filtered(provider, SILENCE, by_table(KNOWN))

        assert silent.value.trouble is Trouble.SILENT

    def test_an_answer_to_another_question_is_not_listened_to(self) -> None:
        def forged(question: dns.message.Message) -> bytes:
            other = dns.message.make_query("other.example.", "A")
            return by_table({})(other) or b""

        with pytest.raises(ProviderError):
            filtered(QUAD9, forged, by_table(KNOWN))

    @pytest.mark.parametrize("packet", [b"", b"\0", b"\xff" * 600])
    def test_garbage_is_an_error(self, packet: bytes) -> None:
        with pytest.raises(ProviderError):
            filtered(QUAD9, lambda question: packet, by_table(KNOWN))

    @FILTERS
    def test_addresses_and_bare_names_are_not_asked_about(self, provider: DnsFilter) -> None:
        answered = ask(provider, "http://203.0.113.7/", "http://[2001:db8::1]/", "http://localhost/")

        assert (answered.replies, answered.requests) == ({}, 0)

    @FILTERS
    def test_the_whole_host_is_told_and_nothing_else(self, provider: DnsFilter) -> None:
        asked: list[str] = []

        def noting(question: dns.message.Message) -> bytes:
            asked.append(question.question[0].to_text())
            return by_table(KNOWN)(question) or b""

        filtered(provider, noting, noting)

        assert asked == ["login.evil.example. IN A"] * 2


class TestLists:
    @pytest.mark.parametrize(
        ("provider", "address", "points"),
        [
            (SPAMHAUS, "127.0.1.2", 4),
            (SPAMHAUS, "127.0.1.4", 7),
            (SPAMHAUS, "127.0.1.5", 7),
            (SPAMHAUS, "127.0.1.6", 7),
            (SPAMHAUS, "127.0.1.102", 2),
            (SPAMHAUS, "127.0.1.106", 2),
            (SURBL, "127.0.0.8", 7),
            (SURBL, "127.0.0.80", 7),
            (SURBL, "127.0.0.64", 4),
            (SURBL, "127.0.0.128", 2),
            (URIBL, "127.0.0.2", 4),
            (URIBL, "127.0.0.8", 2),
            (URIBL, "127.0.0.4", 1),
        ],
    )
    def test_a_listed_domain_weighs_as_its_list_means_it(self, provider: Dnsbl, address: str, points: int) -> None:
        found = said_of(provider, address)

        assert found == [Finding.of(provider.name, points, domain="evil.example")]
        assert assess(found).verdict is not Verdict.MALICIOUS

    @LISTS
    @pytest.mark.parametrize("address", ["127.0.1.200", "203.0.113.7", "127.0.0.0"])
    def test_an_answer_that_means_nothing_is_no_hit(self, provider: Dnsbl, address: str) -> None:
        assert said_of(provider, address) == []

    @LISTS
    def test_a_domain_that_is_not_listed(self, provider: Dnsbl) -> None:
        assert listed(provider, by_table({})) == []

    @pytest.mark.parametrize(
        ("provider", "address"),
        [
            (SPAMHAUS, "127.255.255.252"),
            (SPAMHAUS, "127.255.255.254"),
            (SPAMHAUS, "127.255.255.255"),
            (SPAMHAUS, "127.0.1.255"),
            (SURBL, "127.0.0.1"),
            (SURBL, "127.255.255.254"),
            (URIBL, "127.0.0.1"),
        ],
    )
    def test_a_refusal_is_never_a_hit(self, provider: Dnsbl, address: str) -> None:
        with pytest.raises(ProviderError) as refused:
            said_of(provider, address)

        assert refused.value.trouble is Trouble.BAD_KEY

    def test_the_key_stands_in_no_message(self) -> None:
        with pytest.raises(ProviderError) as refused:
            listed(SPAMHAUS, SILENCE)

        assert "K-e_y" not in str(refused.value)
        assert refused.value.__suppress_context__

    @LISTS
    def test_it_is_asked_only_where_somebody_chose_it(self, provider: Dnsbl) -> None:
        assert not provider.card.is_on


@given(st.binary(max_size=700))
@settings(max_examples=400, deadline=None)
def test_whatever_a_server_sends_only_an_answer_or_an_error_comes_out(packet: bytes) -> None:
    try:
        message = dns.message.from_wire(packet)
    except Exception:  # dnspython's own errors, which `ask` turns into a ProviderError
        return
    try:
        said = read(message)
    except ProviderError:
        return
    assert isinstance(said, Said)


@pytest.mark.parametrize("facts", [{}, {"state": 7}, {"points": "9"}, {"points": True}, {"points": 99}, {"points": -1}])
def test_facts_of_another_shape_are_no_facts(facts: dict[str, object]) -> None:
    kept = {"login.evil.example": facts, "evil.example": facts}

    for provider in (QUAD9, CLOUDFLARE, SPAMHAUS, SURBL, URIBL):
        assert judge_facts(provider, kept, EVIL) == []


@pytest.mark.parametrize("code", ["quad9_blocked", "cloudflare_blocked", "spamhaus_dbl", "surbl", "uribl"])
def test_every_finding_has_a_sentence_and_a_family(code: str) -> None:
    assert code in SENTENCES
    assert family_of(code) is not None


def test_the_servers_asked_are_those_of_the_operators() -> None:
    assert (QUAD9.filtered, QUAD9.unfiltered) == (Server("9.9.9.9"), Server("9.9.9.10"))
    assert (CLOUDFLARE.filtered, CLOUDFLARE.unfiltered) == (Server("1.1.1.2"), Server("1.1.1.1"))
