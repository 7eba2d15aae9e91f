"""RDAP: the registry's own server is asked, and only it can say that a domain is not registered."""

from __future__ import annotations

import pytest
import respx

from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.providers.provider import ProviderError, Trouble
from scans.engine.providers.rdap import Rdap
from scans.engine.providers.rdap_bases import base_of
from tests.scans.engine.providers.asked import ask, judge

SERVER = "https://rdap.verisign.com/com/v1/domain/evil.com"
EVIL = "https://login.evil.com/a?b=c"
PROVIDER = Rdap()


def record(**other: object) -> dict[str, object]:
    """As RFC 9083 section 5.3 has it."""
    events = [
        {"eventAction": "expiration", "eventDate": "2027-11-20T07:00:00Z"},
        {"eventAction": "registration", "eventDate": "2026-11-20T07:00:00Z"},
    ]
    return {"objectClassName": "domain", "ldhName": "EVIL.COM", "events": events, **other}


@respx.mock
def test_the_registry_says_when_a_domain_was_registered() -> None:
    route = respx.get(SERVER).respond(json=record())

    found = judge(PROVIDER, ask(PROVIDER, EVIL), EVIL)

    assert found == [Finding.of("domain_age", 6, domain="evil.com", days=3)]
    assert route.calls.last.request.headers["Accept"] == "application/rdap+json"


@respx.mock
def test_the_registry_says_that_a_domain_is_not_registered() -> None:
    respx.get(SERVER).respond(404, json={"errorCode": 404})

    assert judge(PROVIDER, ask(PROVIDER, EVIL), EVIL) == [Finding.of("dead_domain", 2, domain="evil.com")]


@pytest.mark.parametrize("events", [[], None, [{"eventAction": "registration"}], [7], "registration"])
@respx.mock
def test_a_record_without_the_day_leaves_the_age_unknown(events: object) -> None:
    respx.get(SERVER).respond(json=record(events=events))

    assert judge(PROVIDER, ask(PROVIDER, EVIL), EVIL) == []


@pytest.mark.parametrize("answer", [{}, record(objectClassName="entity"), record(ldhName="other.com")])
@respx.mock
def test_the_record_of_something_else_is_an_error(answer: dict[str, object]) -> None:
    respx.get(SERVER).respond(json=answer)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is Trouble.NONSENSE


@respx.mock
def test_a_registry_that_wants_to_be_left_alone_is_heard() -> None:
    respx.get(SERVER).respond(429, headers={"Retry-After": "30"})

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert (refused.value.trouble, refused.value.retry_after) == (Trouble.QUOTA, 30.0)


@pytest.mark.parametrize("url", ["https://evil.de/", "https://page.github.io/", "http://203.0.113.7/"])
def test_nobody_is_asked_where_no_registry_could_answer(url: str) -> None:
    assert PROVIDER.subjects([parse(url)]) == []


@pytest.mark.parametrize(
    ("domain", "base"),
    [("a.com", "https://rdap.verisign.com/com/v1/"), ("a.co.uk", "https://rdap.nominet.uk/uk/"), ("a.kg", "")],
)
def test_the_server_of_an_ending_is_known_when_it_is_encrypted(domain: str, base: str) -> None:
    assert base_of(domain) == base
