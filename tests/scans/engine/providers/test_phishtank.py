"""PhishTank: only what people have checked counts."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
import respx

from scans.engine.findings import Finding
from scans.engine.providers.phishtank import CHECK, PhishTank
from scans.engine.providers.provider import ProviderError, Trouble
from tests.scans.engine.providers.asked import KEY, ask, judge, judge_facts

EVIL = "https://evil.example/login?u=1&v=2"
PROVIDER = PhishTank()


def answer(*, listed: object = True, verified: object = True, valid: object = True) -> dict[str, object]:
    """As https://www.phishtank.com/api_info.php shows it."""
    results = {
        "url": EVIL,
        "in_database": listed,
        "phish_id": "1917",
        "phish_detail_page": "https://www.phishtank.com/phish_detail.php?phish_id=1917",
        "verified": verified,
        "verified_at": "2026-10-27T13:40:52+00:00",
        "valid": valid,
    }
    meta = {"timestamp": "2026-11-23T12:00:00+00:00", "serverid": "4f2a", "status": "success", "requestid": "1.2.3.4"}
    return {"meta": meta, "results": results}


@pytest.mark.parametrize(
    "known", [answer(), answer(listed="true", verified="y", valid="y"), answer(verified="yes", valid="true")]
)
@respx.mock
def test_a_checked_page_is_proof(known: dict[str, object]) -> None:
    respx.post(CHECK).respond(json=known)

    found = judge(PROVIDER, ask(PROVIDER, EVIL), EVIL)

    assert found == [Finding.of("phishtank", 10, conclusive=True, host="evil.example")]


@pytest.mark.parametrize(
    "known",
    [
        answer(listed=False),
        answer(verified=False),
        answer(verified="n"),
        answer(valid=False),
        answer(valid=None),
        answer(verified="perhaps"),
        answer(verified=1),
        {"results": {"in_database": False}},
    ],
)
@respx.mock
def test_a_page_that_nobody_checked_or_found_to_be_honest_is_no_hit(known: dict[str, object]) -> None:
    respx.post(CHECK).respond(json=known)

    assert judge(PROVIDER, ask(PROVIDER, EVIL), EVIL) == []


@respx.mock
def test_it_is_asked_as_its_page_says() -> None:
    route = respx.post(CHECK).respond(json=answer())

    ask(PROVIDER, EVIL)

    sent = route.calls.last.request
    assert parse_qs(sent.content.decode()) == {"url": [EVIL], "format": ["json"], "app_key": [KEY]}
    assert sent.headers["User-Agent"] == "phishtank/wbscanner"


@respx.mock
def test_over_its_limit_it_says_509() -> None:
    respx.post(CHECK).respond(509, text="Bandwidth limit exceeded", headers={"X-Request-Limit-Interval": "300 Seconds"})

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is Trouble.QUOTA


@pytest.mark.parametrize("body", [{}, {"errortext": "Invalid application key"}, {"results": {"in_database": "?"}}])
@respx.mock
def test_an_answer_that_does_not_say_it_is_an_error(body: dict[str, object]) -> None:
    respx.post(CHECK).respond(json=body)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is Trouble.NONSENSE


@pytest.mark.parametrize("facts", [{}, {"is_phish": "yes"}, {"is_phish": 1}])
def test_facts_of_another_shape_are_no_facts(facts: dict[str, object]) -> None:
    assert judge_facts(PROVIDER, {EVIL: facts}, EVIL) == []
