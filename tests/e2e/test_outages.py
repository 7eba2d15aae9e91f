"""What cannot be checked is said to be not checked, never clean: a provider that is down, no network, no keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groups.policy import State
from scans import shown
from scans.engine.providers import PROVIDERS
from scans.models import ProviderState, Scan
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import Installation
from tests.sites import Sites, hostile
from waclient.models import Phase, QueueItem

REGISTRY = "rdap.verisign.com"
WORKS_AGAIN = (
    b'{"objectClassName": "domain", "ldhName": "%s", '
    b'"events": [{"eventAction": "registration", "eventDate": "2009-01-01T00:00:00Z"}]}'
)
# All but those who ask name servers: these go around the test's servers.
OVER_HTTP = ",".join(one.card.name for one in PROVIDERS if not type(one).__module__.endswith(("dnsbl", "dns_filters")))


def scan_of(installation: Installation, host: str) -> Scan:
    return installation.rows(Scan).filter(host=host).latest("pk")


def gaps_of(scan: Scan) -> set[tuple[str, str]]:
    return {(gap.source, gap.reason) for gap in scan.gaps}


@pytest.fixture
def outage(paired: Installation, sites: Sites) -> Callable[[str], Scene]:
    """Starts the installation with these providers."""

    def start(providers: str) -> Scene:
        paired.start_worker(providers)
        paired.start_socket()
        paired.wait_phase(Phase.CONNECTED)
        return Scene(paired)

    return start


def test_a_provider_that_is_down_makes_a_link_unknown_and_never_clean(
    outage: Callable[[str], Scene], paired: Installation, sites: Sites
) -> None:
    """T13: an outage of a provider is "not checked"; danger that is seen without it is still danger."""
    sites.page(REGISTRY, "*", status=503)
    sites.behave(REGISTRY, "/com/v1/domain/hanging-registry.com", hostile.silence)
    scene = outage("rdap")
    group = scene.group("Outage", State.LIVE)

    for host in ("refused-registry.com", "hanging-registry.com"):
        group.member("Bob").says(f"https://{host}/menu")
    dangerous = group.member("Bob").says(DANGEROUS)

    unknown = scene.wait_planned(group, 3)[:2]
    assert [(one.verdict, one.facts["silence"]) for one in unknown] == [("unknown", "not_checked")] * 2
    [reply] = scene.wait_said(group)
    assert reply.quoted_id == dangerous.id
    for one in unknown:
        scan = scan_of(paired, one.host)
        assert ("provider:rdap", "failed") in gaps_of(scan)
        card = shown.verdict_mark(scan.verdict) + shown.reasons(scan)
        assert "Not checked" in card
        assert "Did not answer: RDAP." in card
        assert "Nothing found" not in card
    assert paired.rows(ProviderState).get(name="rdap").last_error


def test_without_network_and_keys_verdicts_are_made_from_the_address_and_said_to_be(
    outage: Callable[[str], Scene], paired: Installation, sites: Sites
) -> None:
    """T16: no network, no keys: heuristics still judge, and what they alone found nothing about is "not checked"."""
    sites.directions.is_offline = True
    try:
        scene = outage(OVER_HTTP)
    finally:
        sites.directions.is_offline = False
    group = scene.group("Offline", State.LIVE)
    asked = len(sites.requests)

    dangerous = group.member("Bob").says(DANGEROUS)
    group.member("Eve").says("https://a-village-bakery.example/menu")

    [bad, plain] = scene.wait_planned(group, 2)
    assert (bad.verdict, plain.verdict, plain.facts["silence"]) == ("malicious", "unknown", "not_checked")
    [reply] = scene.wait_said(group)
    assert reply.quoted_id == dangerous.id
    assert len(sites.requests) == asked
    for host in (bad.host, plain.host):
        card = shown.reasons(scan_of(paired, host))
        assert "Not asked, no key is set" in card
        assert "opening it failed" in card
    assert paired.rows(QueueItem).filter(url_hash=bad.url_hash).exists()
