"""Whatever a provider's server answers, only findings or a ProviderError come out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scans.engine.families import family_of
from scans.engine.findings import Finding
from scans.engine.providers import PROVIDERS
from scans.engine.providers.dns_filters import DnsFilter
from scans.engine.providers.dnsbl import Dnsbl
from scans.engine.providers.provider import Provider, ProviderError
from scans.reasons import SENTENCES, describe
from tests.scans.engine.providers import test_phishtank as phishtank
from tests.scans.engine.providers import test_threatfox as threatfox
from tests.scans.engine.providers import test_urlhaus as urlhaus
from tests.scans.engine.providers import test_virustotal as virustotal
from tests.scans.engine.providers import test_web_risk as web_risk
from tests.scans.engine.providers import test_whodat as whodat
from tests.scans.engine.providers import test_whoisxml as whoisxml
from tests.scans.engine.providers.asked import ask, judge_facts
from tests.scans.engine.providers.messages import PHISHING, detail, full_hash, search_answer

EVIL = "https://login.evil.com/a?b=c"
LINKS = (EVIL, "http://203.0.113.7:8080/x.apk", "https://docs.google.com/forms/d/1", "https://page.github.io/")
ADDRESS = "https://whois.operator.example"
# Those that are asked by name server have answers of another kind (test_dns_providers).
BY_HTTP = [provider for provider in PROVIDERS if not isinstance(provider, (DnsFilter, Dnsbl))]
EVERY = pytest.mark.parametrize("provider", BY_HTTP, ids=lambda provider: provider.card.name)

# Answers as the documentation has them, to be spoiled at one place.
DOCUMENTED: tuple[dict[str, object], ...] = (
    web_risk.hit("MALWARE"),
    urlhaus.known_host(urlhaus.entry(EVIL), urlhaus.entry("http://login.evil.com/", "offline")),
    {"query_status": "ok", "data": [threatfox.sign("login.evil.com")]},
    virustotal.report("Kaspersky", "Sophos", "ESET"),
    phishtank.answer(),
    whoisxml.record({"createdDateNormalized": "2026-11-20 07:00:00 UTC"}),
    whodat.version_1(created_date="2026-11-20T07:00:00Z"),
    whodat.version_2("2026-11-20T07:00:00Z"),
)


def _places(value: object) -> Iterator[tuple[str | int, ...]]:
    yield ()
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in inside:
        yield from ((name, *place) for place in _places(inner))


def _with(value: object, place: tuple[str | int, ...], other: object) -> object:
    """A copy of a JSON value with another one at a place."""
    if not place:
        return other
    name, *rest = place
    if isinstance(value, dict):
        return {**value, name: _with(value[name], tuple(rest), other)}
    assert isinstance(value, list)
    return [_with(inner, tuple(rest), other) if number == name else inner for number, inner in enumerate(value)]


NAMES = sorted({str(name) for document in DOCUMENTED for place in _places(document) for name in place})
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["ok", "\x00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "https://a:b@[::1]:99999/"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(NAMES), TEXTS), inner, max_size=5)
    ),
    max_leaves=20,
)
SPOILED = st.sampled_from(DOCUMENTED).flatmap(
    lambda document: st.builds(_with, st.just(document), st.sampled_from(list(_places(document))), VALUES)
)
HASHES = search_answer(full_hash("evil.com/", detail(PHISHING)), full_hash("login.evil.com/", detail(77, [9])))
CUT_SHORT = st.builds(lambda cut, more: HASHES[:cut] + more, st.integers(0, len(HASHES)), st.binary(max_size=8))
BODIES = st.one_of(VALUES.map(orjson.dumps), SPOILED.map(orjson.dumps), CUT_SHORT, st.binary(max_size=60))
STATUSES = st.sampled_from([200, 200, 200, 200, 200, 201, 204, 404, 429, 500])

SEARCHED = settings(max_examples=80, deadline=timedelta(seconds=2), suppress_health_check=[HealthCheck.too_slow])


def _check(findings: list[Finding]) -> None:
    """They can be stored, weighed and said."""
    for finding in findings:
        assert isinstance(finding, Finding)
        assert b"\\u0000" not in orjson.dumps(finding.as_dict())
        assert finding.code in SENTENCES
        assert family_of(finding.code) is not None
        assert "\n" not in describe(finding)


@EVERY
@SEARCHED
@given(body=BODIES, status=STATUSES)
def test_any_answer_gives_findings_or_a_provider_error(provider: Provider, body: bytes, status: int) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body))

    try:
        answered = ask(provider, *LINKS, key=ADDRESS, transport=transport)
    except ProviderError as error:
        assert "evil" not in str(error)
        return

    assert 0 <= answered.requests <= provider.card.max_requests
    assert all(timedelta() <= reply.keep <= timedelta(days=30) for reply in answered.replies.values())
    facts = orjson.loads(orjson.dumps({subject: reply.facts for subject, reply in answered.replies.items()}))
    assert b"\\u0000" not in orjson.dumps(facts)
    _check(judge_facts(provider, facts, *LINKS))


@EVERY
@SEARCHED
@given(data=st.data())
def test_facts_of_any_shape_give_findings(provider: Provider, data: st.DataObject) -> None:
    subjects = ["login.evil.com", "evil.com", *LINKS, "203.0.113.7"]
    objects = st.dictionaries(st.one_of(st.sampled_from(_FACTS), TEXTS), VALUES, max_size=4)

    facts = data.draw(st.dictionaries(st.sampled_from(subjects), objects, max_size=4))

    _check(judge_facts(provider, facts, *LINKS))


_FACTS = [
    "hashes",
    "threat",
    "days",
    "newest",
    "confidence",
    "malware",
    "warnings",
    "is_phish",
    "registered_at",
    "asked_at",
]


@EVERY
def test_what_is_said_of_a_provider_without_asking_it_is_complete(provider: Provider) -> None:
    card = provider.card

    assert card.name.isidentifier()
    assert card.title
    assert card.terms.endswith(".")
    assert card.max_requests >= 1
    assert all(allowance.limit >= card.max_requests for allowance in card.allowances)
    assert not card.key_name or card.key_name.isupper()


def test_every_provider_has_a_name_of_its_own() -> None:
    assert len({provider.card.name for provider in PROVIDERS}) == len(PROVIDERS)
