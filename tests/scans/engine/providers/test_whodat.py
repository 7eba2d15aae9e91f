"""who-dat: an own server, asked in the way that both of its versions understand."""

from __future__ import annotations

import pytest
import respx

from scans.engine.findings import Finding
from scans.engine.providers.provider import ProviderError, Trouble
from scans.engine.providers.whodat import WhoDat
from tests.scans.engine.providers.asked import ask, judge

SERVER = "https://whois.operator.example"
EVIL = "https://login.evil.com/a?b=c"
PROVIDER = WhoDat()
YOUNG = [Finding.of("domain_age", 6, domain="evil.com", days=3)]


def version_1(**domain: object) -> dict[str, object]:
    return {"domain": {"id": "1", "domain": "evil.com", **domain}, "registrar": {"name": "Some Registrar"}}


def version_2(created: object, *, is_registered: bool = True) -> dict[str, object]:
    """As its own openapi.yaml describes it."""
    return {
        "query": "evil.com",
        "domain": "evil.com",
        "tld": "com",
        "isRegistered": is_registered,
        "dates": {"created": created, "updated": None, "expires": None},
        "meta": {"source": "rdap", "server": None, "fetchedAt": "2026-11-23T12:00:00Z", "cached": False},
    }


@pytest.mark.parametrize(
    "answer",
    [
        version_1(created_date="2026-11-20T07:00:00Z", created_date_in_time="2026-11-20T07:00:00Z"),
        version_1(created_date="2026-11-20T07:00:00Z"),
        version_2("2026-11-20T07:00:00Z"),
    ],
)
@respx.mock
def test_both_versions_are_read(answer: dict[str, object]) -> None:
    respx.get(f"{SERVER}/evil.com").respond(json=answer)

    assert judge(PROVIDER, ask(PROVIDER, EVIL, key=SERVER), EVIL) == YOUNG


@pytest.mark.parametrize(
    "answer", [version_1(), version_1(created_date="long ago"), version_2(None), version_2(7, is_registered=False)]
)
@respx.mock
def test_a_record_without_the_day_leaves_the_age_unknown(answer: dict[str, object]) -> None:
    respx.get(f"{SERVER}/evil.com").respond(json=answer)

    assert judge(PROVIDER, ask(PROVIDER, EVIL, key=SERVER), EVIL) == []


@pytest.mark.parametrize("status", [404, 501])
@respx.mock
def test_a_domain_or_an_ending_that_it_does_not_know_is_an_answer(status: int) -> None:
    respx.get(f"{SERVER}/evil.com").respond(status, json={"error": {"code": "UNSUPPORTED_TLD"}})

    answered = ask(PROVIDER, EVIL, key=SERVER)

    assert judge(PROVIDER, answered, EVIL) == []
    assert list(answered.replies) == ["evil.com"]


@pytest.mark.parametrize("status", [400, 500, 502, 504])
@respx.mock
def test_a_registry_that_does_not_answer_it_is_an_error(status: int) -> None:
    respx.get(f"{SERVER}/evil.com").respond(status, json={"error": {"code": "UPSTREAM_ERROR"}})

    with pytest.raises(ProviderError):
        ask(PROVIDER, EVIL, key=SERVER)


@pytest.mark.parametrize(
    ("address", "asked", "authorization"),
    [
        (SERVER, f"{SERVER}/evil.com", None),
        (f"{SERVER}/", f"{SERVER}/evil.com", None),
        (f" {SERVER}:8443/whois/ ", f"{SERVER}:8443/whois/evil.com", None),
        ("https://s3cret@whois.operator.example", f"{SERVER}/evil.com", "Bearer s3cret"),
    ],
)
@respx.mock
def test_its_address_may_carry_a_path_and_a_key(address: str, asked: str, authorization: str | None) -> None:
    route = respx.get(asked).respond(json=version_2(None))

    ask(PROVIDER, EVIL, key=address)

    assert route.calls.last.request.headers.get("Authorization") == authorization


@pytest.mark.parametrize("address", ["", "whois.operator.example", "ftp://whois.operator.example/", "https://"])
def test_what_is_no_address_is_a_bad_key(address: str) -> None:
    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL, key=address)

    assert refused.value.trouble is Trouble.BAD_KEY


@pytest.mark.parametrize("answer", [{}, {"domain": "evil.com"}, {"dates": []}])
@respx.mock
def test_another_answer_is_an_error(answer: dict[str, object]) -> None:
    respx.get(f"{SERVER}/evil.com").respond(json=answer)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL, key=SERVER)

    assert refused.value.trouble is Trouble.NONSENSE
