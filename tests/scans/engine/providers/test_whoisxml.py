"""WhoisXML API: the day a domain was registered, out of a record with many days."""

from __future__ import annotations

import pytest
import respx

from scans.engine.findings import Finding
from scans.engine.providers.provider import Allowance, ProviderError, Span, Trouble
from scans.engine.providers.whoisxml import SERVICE, WhoisXml
from tests.scans.engine.providers.asked import KEY, NOW, ask, judge

EVIL = "https://login.evil.com/a?b=c"
PROVIDER = WhoisXml()
YOUNG = [Finding.of("domain_age", 6, domain="evil.com", days=3)]


def record(registry: dict[str, object] | None = None, **fields: object) -> dict[str, object]:
    """As https://whois.whoisxmlapi.com/documentation/output-format shows it."""
    audit = {"createdDate": "2026-11-23 08:41:40 UTC", "updatedDate": "2026-11-23 08:41:40 UTC"}
    own = {"domainName": "evil.com", "parseCode": 8, "audit": audit, "registrarName": "Some Registrar", **fields}
    return {"WhoisRecord": own | ({"registryData": {"domainName": "evil.com", **registry}} if registry else {})}


@pytest.mark.parametrize(
    "answer",
    [
        record({"createdDateNormalized": "2026-11-20 07:00:00 UTC"}),
        record({"createdDate": "2026-11-20T00:00:00-0700"}),
        record({}, createdDateNormalized="2026-11-20 07:00:00 UTC"),
        record({"createdDate": "before 1996"}, createdDate="2026-11-20T07:00:00Z"),
        record({"createdDateNormalized": "2026-11-20 07:00:00 UTC"}, dataError="INCOMPLETE_DATA"),
        record({"createdDateNormalized": "2026-11-20 07:00:00 UTC"}, createdDateNormalized="1999-01-01 00:00:00 UTC"),
    ],
)
@respx.mock
def test_the_day_of_registration_is_found(answer: dict[str, object]) -> None:
    respx.get(SERVICE).respond(json=answer)

    assert judge(PROVIDER, ask(PROVIDER, EVIL), EVIL) == YOUNG


@pytest.mark.parametrize(
    "answer",
    [
        record(),
        record(dataError="MISSING_WHOIS_DATA"),
        # The record of the address block in place of the domain's.
        record(dataError="MISSING_WHOIS_DATA", createdDateNormalized="2026-11-20 07:00:00 UTC"),
        record(createdDateNormalized="1970-01-01 00:00:00 UTC"),
        record({"createdDate": 20261120}),
    ],
)
@respx.mock
def test_a_record_without_the_day_leaves_the_age_unknown(answer: dict[str, object]) -> None:
    respx.get(SERVICE).respond(json=answer)

    answered = ask(PROVIDER, EVIL)

    assert judge(PROVIDER, answered, EVIL) == []
    assert answered.replies["evil.com"].facts["registered_at"] is None


@respx.mock
def test_only_the_registered_domain_is_told() -> None:
    route = respx.get(SERVICE).respond(json=record())

    answered = ask(PROVIDER, EVIL)

    params = dict(route.calls.last.request.url.params)
    assert params == {"apiKey": KEY, "domainName": "evil.com", "outputFormat": "JSON"}
    assert answered.replies["evil.com"].facts["asked_at"] == NOW.isoformat()
    assert PROVIDER.card.allowances == (Allowance(Span.MONTH, 500),)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ({"ErrorMessage": {"errorCode": "API_KEY_05", "msg": "ApiKey is invalid"}}, Trouble.BAD_KEY),
        ({"ErrorMessage": {"errorCode": "WHOIS_01", "msg": "The parameter domainName is missing."}}, Trouble.FAILED),
        ({"ErrorMessage": "no"}, Trouble.FAILED),
        ({}, Trouble.NONSENSE),
        ({"WhoisRecord": []}, Trouble.NONSENSE),
    ],
)
@respx.mock
def test_an_error_in_an_ordinary_answer_is_an_error(answer: dict[str, object], trouble: Trouble) -> None:
    respx.get(SERVICE).respond(json=answer)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is trouble
