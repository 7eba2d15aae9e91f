"""Scans ask providers, tell each no more than the ceiling allows, and say who was not asked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scans.engine.ceiling import Ceiling
from scans.engine.links import Link
from scans.engine.scoring import Verdict
from tests.scans.asking.asked import SHOP, Install, gaps, told
from tests.scans.oracles import Oracle, calls_bad, oracle
from tests.scans.scanned import scanned
from tests.sites import Sites

pytestmark = pytest.mark.django_db


def test_an_installation_without_providers_says_so() -> None:
    assert gaps(scanned(SHOP)) == {"providers": "none_configured"}


def test_a_provider_that_knows_the_host_as_bad_decides(install: Install) -> None:
    install(oracle("one", calls_bad("shop.example.com")), oracle("two"))

    scan = scanned(SHOP, Ceiling.HOST)

    assert (scan.verdict, gaps(scan)) == (Verdict.MALICIOUS, {})
    assert [reason.code for reason in scan.reasons] == ["oracle_bad"]


@pytest.mark.parametrize("ceiling", list(Ceiling))
def test_nobody_is_told_more_than_the_scan_allows(install: Install, ceiling: Ceiling) -> None:
    oracles = [oracle(needs.value, ceiling=needs) for needs in (Ceiling.HASH, Ceiling.HOST, Ceiling.URL)]
    install(*oracles)

    scan = scanned(SHOP, ceiling)

    allowed = [each for each in oracles if ceiling.allows(each.card.ceiling)]
    assert [each.card.name for each in oracles if each.asked] == [each.card.name for each in allowed]
    assert told() == [(each.card.name, each.card.ceiling.value) for each in allowed]
    assert set(gaps(scan).values()) == ({"not_allowed"} if allowed != oracles else set())
    assert len(gaps(scan)) == 3 - len(allowed)


def test_a_provider_that_is_told_nothing_is_no_disclosure(install: Install) -> None:
    install(oracle("local", calls_bad("shop.example.com"), ceiling=Ceiling.NOTHING))

    assert scanned(SHOP, Ceiling.NOTHING).verdict == Verdict.MALICIOUS
    assert told() == []


def test_providers_are_asked_about_the_first_and_the_last_address_together(install: Install, internet: Sites) -> None:
    internet.redirect("short.example", "/x", to="https://middle.example/")
    internet.redirect("middle.example", to="https://last.example/")
    internet.page("last.example", body="<title>Hello</title>")
    provider = oracle()
    install(provider)

    scanned("https://short.example/x", Ceiling.HOST)

    assert provider.asked == [("short.example", "last.example")]
    assert told() == [("oracle", "host")]


class Whole(Oracle):
    """Is told whole addresses."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        return [link.raw for link in links]


def test_a_whole_address_is_told_without_user_name_and_only_where_it_holds_no_secret(install: Install) -> None:
    provider = Whole(oracle("whole", ceiling=Ceiling.URL).card)
    install(provider)

    scanned("https://anna:secret@shop.example.com/a?id=7", Ceiling.URL)
    kept_in = scanned("https://example.com/reset-password?token=c4n4ryT0k3nZ9x8Y7w6V5u4", Ceiling.URL)

    assert provider.asked == [("https://shop.example.com/a?id=7",)]
    assert gaps(kept_in) == {"provider:whole": "look_only"}


class Silent(Oracle):
    """Has nothing to say of any link."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        return []


def test_who_has_nothing_to_say_of_a_link_is_no_gap(install: Install) -> None:
    install(Silent())

    assert (gaps(scanned(SHOP)), told()) == ({}, [])
