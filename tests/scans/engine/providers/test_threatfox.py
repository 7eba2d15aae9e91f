"""ThreatFox: told the host, it says whether that belongs to malware."""

from __future__ import annotations

import json

import pytest
import respx

from scans.engine.findings import Finding
from scans.engine.providers.provider import ProviderError, Trouble
from scans.engine.providers.threatfox import API, ThreatFox
from tests.scans.engine.providers.asked import KEY, ask, judge, judge_facts

EVIL = "https://evil.example/gate"
PROVIDER = ThreatFox()


def sign(ioc: str, confidence: object = 90, kind: str = "domain", malware: str = "Cobalt Strike") -> dict[str, object]:
    """A row of `data`, as https://threatfox.abuse.ch/api/#search-ioc shows it."""
    return {
        "id": "12",
        "ioc": ioc,
        "threat_type": "botnet_cc",
        "threat_type_desc": "Indicator that identifies a botnet command&control server (C&C)",
        "ioc_type": kind,
        "malware": "win.cobalt_strike",
        "malware_printable": malware,
        "confidence_level": confidence,
        "first_seen": "2026-11-06 14:36:21 UTC",
        "last_seen": None,
        "reporter": "somebody",
        "tags": ["cs"],
    }


def found_for(url: str, answer: object) -> list[Finding]:
    with respx.mock:
        respx.post(API).respond(json=answer)
        return judge(PROVIDER, ask(PROVIDER, url), url)


@pytest.mark.parametrize(
    ("url", "row"),
    [
        (EVIL, sign("evil.example")),
        (EVIL, sign("Evil.Example", 75)),
        ("http://203.0.113.7:8080/x", sign("203.0.113.7:8080", kind="ip:port")),
        ("http://[2001:db8::7]/x", sign("[2001:db8::7]:80", kind="ip:port")),
    ],
)
def test_a_sure_report_of_exactly_this_host_is_a_hit(url: str, row: dict[str, object]) -> None:
    found = found_for(url, {"query_status": "ok", "data": [sign("other.example", 100), row]})

    assert [(finding.code, finding.points, finding.param("malware")) for finding in found] == [
        ("threatfox", 10, "Cobalt Strike")
    ]


@pytest.mark.parametrize(
    "row",
    [
        sign("evil.example", 74),
        sign("evil.example", "90"),
        sign("evil.example", 900),
        sign("sub.evil.example"),
        sign("https://evil.example/other", kind="url"),
        sign("evil.example", kind="md5_hash"),
        None,
        {},
    ],
)
def test_guesses_and_other_things_are_no_hits(row: object) -> None:
    assert found_for(EVIL, {"query_status": "ok", "data": [row]}) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"query_status": "no_result", "data": "Your search did not yield any results"},
        {"query_status": "illegal_search_term"},
        {"query_status": "ok", "data": "nothing"},
    ],
)
def test_a_host_that_is_not_known_is_an_answer(answer: dict[str, object]) -> None:
    assert found_for(EVIL, answer) == []


def test_the_surest_report_is_named_without_hostile_characters() -> None:
    rows = [sign("evil.example", 80, malware="B"), sign("evil.example", 95, malware="A\x00\u202e<b>" + "x" * 300)]

    name = found_for(EVIL, {"query_status": "ok", "data": rows})[0].param("malware")

    assert isinstance(name, str)
    assert name.startswith("A<b>x")
    assert len(name) <= 40


@respx.mock
def test_only_the_host_leaves_the_house_and_the_key_stands_in_a_header() -> None:
    route = respx.post(API).respond(json={"query_status": "no_result"})

    ask(PROVIDER, EVIL)

    sent = route.calls.last.request
    assert json.loads(sent.content) == {"query": "search_ioc", "search_term": "evil.example", "exact_match": True}
    assert sent.headers["Auth-Key"] == KEY


def test_a_platform_is_not_asked_about() -> None:
    with respx.mock:
        assert ask(PROVIDER, "https://docs.google.com/document/d/1").requests == 0


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ({"query_status": "unknown_auth_key"}, Trouble.BAD_KEY),
        ({"query_status": "oops"}, Trouble.NONSENSE),
        ({}, Trouble.NONSENSE),
    ],
)
@respx.mock
def test_another_state_is_an_error(answer: dict[str, object], trouble: Trouble) -> None:
    respx.post(API).respond(json=answer)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is trouble


@pytest.mark.parametrize("facts", [{}, {"confidence": "90"}, {"confidence": True}, {"confidence": 1000}])
def test_facts_of_another_shape_are_no_facts(facts: dict[str, object]) -> None:
    assert judge_facts(PROVIDER, {"evil.example": facts}, EVIL) == []


def test_a_nameless_malware_is_still_said() -> None:
    assert judge_facts(PROVIDER, {"evil.example": {"confidence": 100}}, EVIL)[0].param("malware") == "?"
