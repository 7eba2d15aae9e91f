"""Google Web Risk: one URL a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
import respx

from scans.engine.findings import Finding
from scans.engine.providers.provider import ProviderError, Trouble
from scans.engine.providers.web_risk import SEARCH, WebRisk
from tests.scans.engine.providers.asked import KEY, ask, judge, judge_facts

EVIL = "https://evil.example/login?u=1"
PROVIDER = WebRisk()


def hit(*types: str, until: str = "2026-11-23T12:05:00.045123456Z") -> dict[str, object]:
    """As https://cloud.google.com/web-risk/docs/lookup-api shows it."""
    return {"threat": {"threatTypes": list(types), "expireTime": until}}


@pytest.mark.parametrize(
    ("types", "threat"),
    [
        (["MALWARE"], "malware"),
        (["SOCIAL_ENGINEERING"], "phishing"),
        (["SOCIAL_ENGINEERING_EXTENDED_COVERAGE"], "phishing"),
        (["UNWANTED_SOFTWARE"], "unwanted_software"),
        (["OF_NEXT_YEAR", "MALWARE"], "malware"),
    ],
)
@respx.mock
def test_a_match_is_a_suspicion(types: list[str], threat: str) -> None:
    respx.get(SEARCH).respond(json=hit(*types))

    found = judge(PROVIDER, ask(PROVIDER, EVIL), EVIL)

    assert found == [Finding.of("web_risk", 10, host="evil.example", threat=threat)]
    assert not found[0].conclusive


@respx.mock
def test_an_empty_object_is_no_match() -> None:
    respx.get(SEARCH).respond(json={})

    answered = ask(PROVIDER, EVIL)

    assert judge(PROVIDER, answered, EVIL) == []
    assert answered.replies[EVIL].keep == timedelta(minutes=10)


@respx.mock
def test_each_address_is_asked_about_with_every_list() -> None:
    route = respx.get(SEARCH).respond(json={})

    answered = ask(PROVIDER, EVIL, "https://shop.example/")

    sent = [call.request.url.params for call in route.calls]
    assert sorted(params["uri"] for params in sent) == [EVIL, "https://shop.example/"]
    assert all(params["key"] == KEY and len(params.get_list("threatTypes")) == 4 for params in sent)
    assert answered.requests == 2 <= PROVIDER.card.max_requests


@pytest.mark.parametrize(
    ("until", "kept"),
    [
        ("2026-11-23T12:05:00.045123456Z", timedelta(minutes=5, microseconds=45123)),
        ("2026-11-24T12:00:00Z", timedelta(minutes=10)),
        ("2026-11-23T11:00:00Z", timedelta()),
        ("soon", timedelta()),
    ],
)
@respx.mock
def test_a_match_is_kept_as_long_as_google_says_and_ten_minutes_at_most(until: str, kept: timedelta) -> None:
    respx.get(SEARCH).respond(json=hit("MALWARE", until=until))

    assert ask(PROVIDER, EVIL).replies[EVIL].keep == kept


@pytest.mark.parametrize("body", [hit("OF_NEXT_YEAR"), hit(), {"threat": "MALWARE"}, {"threat": ["MALWARE"]}])
@respx.mock
def test_a_match_that_cannot_be_read_is_no_innocence(body: dict[str, object]) -> None:
    respx.get(SEARCH).respond(json=body)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is Trouble.NONSENSE


@pytest.mark.parametrize("facts", [{}, {"threat": None}, {"threat": "boo"}, {"threat": ["malware"]}])
def test_facts_of_another_shape_are_no_facts(facts: dict[str, object]) -> None:
    assert judge_facts(PROVIDER, {EVIL: facts}, EVIL) == []


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("\n&API key not valid. Please pass a valid API key.", Trouble.BAD_KEY),
        ("Unsupported Output Format", Trouble.FAILED),
    ],
)
@respx.mock
def test_a_key_that_google_does_not_know_is_a_bad_key(said: str, trouble: Trouble) -> None:
    respx.get(SEARCH).respond(400, text=said)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is trouble
