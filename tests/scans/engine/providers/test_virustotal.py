"""VirusTotal: the last report is looked up, nothing is submitted."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
import respx

from scans.engine.findings import Finding
from scans.engine.providers.provider import Allowance, ProviderError, Span, Trouble
from scans.engine.providers.virustotal import REPORT, VirusTotal
from tests.scans.engine.providers.asked import KEY, NOW, ask, judge, judge_facts

EVIL = "https://evil.example/login?u=1"
PROVIDER = VirusTotal()
ALL_REPORTS = {"method": "GET", "url__startswith": REPORT}


def report(*warning: str, category: str = "malicious", days: int = 1) -> dict[str, object]:
    """As https://docs.virustotal.com/reference/url-object shows it; `warning` are the scanners that warn."""
    silent = ["Kaspersky", "Sophos", "Netcraft", "Nobody's Scanner"]
    results = {name: {"category": "harmless", "result": "clean", "method": "blacklist"} for name in silent}
    results |= {name: {"category": category, "result": "phishing", "method": "blacklist"} for name in warning}
    attributes = {
        "last_analysis_results": results,
        "last_analysis_stats": {"malicious": len(warning), "harmless": 60, "suspicious": 0, "undetected": 20},
        "last_analysis_date": int((NOW - timedelta(days=days)).timestamp()),
        "last_final_url": EVIL,
        "reputation": 0,
    }
    return {"data": {"type": "url", "id": "0" * 64, "attributes": attributes}}


@pytest.mark.parametrize(
    ("warning", "days", "points"),
    [
        (("Kaspersky", "Sophos", "BitDefender", "ESET"), 1, 8),
        (("Kaspersky", "Sophos", "BitDefender"), 1, 8),
        (("Kaspersky", "Sophos"), 1, 5),
        (("Kaspersky", "Sophos", "BitDefender"), 91, 4),
        (("Kaspersky", "Sophos"), 4000, 2),
    ],
)
@respx.mock
def test_several_trusted_scanners_are_a_hit(warning: tuple[str, ...], days: int, points: int) -> None:
    respx.route(**ALL_REPORTS).respond(json=report(*warning, days=days))

    assert judge(PROVIDER, ask(PROVIDER, EVIL), EVIL) == [Finding.of("virustotal", points, count=len(warning))]


@pytest.mark.parametrize(
    "answer",
    [
        report(),
        report("Kaspersky"),
        report("Kaspersky", "Unheard of", "Echo", "Repeater"),
        report("Kaspersky", "Sophos", "ESET", category="suspicious"),
        report("Kaspersky", "Sophos", "ESET", category="of-next-year"),
    ],
)
@respx.mock
def test_one_scanner_and_those_that_repeat_others_are_noise(answer: dict[str, object]) -> None:
    respx.route(**ALL_REPORTS).respond(json=answer)

    assert judge(PROVIDER, ask(PROVIDER, EVIL), EVIL) == []


@respx.mock
def test_an_address_without_a_report_is_an_answer_that_is_kept() -> None:
    respx.route(**ALL_REPORTS).respond(404, json={"error": {"code": "NotFoundError", "message": "URL not found"}})

    answered = ask(PROVIDER, EVIL)

    assert judge(PROVIDER, answered, EVIL) == []
    assert answered.replies[EVIL].keep == timedelta(hours=1)


@respx.mock
def test_a_report_is_looked_up_by_one_request_and_never_made() -> None:
    route = respx.route(**ALL_REPORTS).respond(json=report())

    answered = ask(PROVIDER, EVIL)

    sent = route.calls.last.request
    name = sent.url.path.rpartition("/")[2]
    assert urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode() == EVIL
    assert "=" not in name
    assert sent.headers["x-apikey"] == KEY
    assert answered.requests == route.call_count == 1


def test_the_free_quota_is_stated() -> None:
    assert PROVIDER.card.allowances == (Allowance(Span.MINUTE, 4), Allowance(Span.DAY, 500))


def test_an_address_with_its_key_taken_out_is_not_asked_about() -> None:
    with respx.mock:
        assert ask(PROVIDER, "https://shop.example/reset?token=9f86d081884c7d659a2feaa0c55ad015").requests == 0


@pytest.mark.parametrize("answer", [{}, {"data": []}, {"data": {"attributes": {"last_analysis_results": []}}}])
@respx.mock
def test_a_report_without_results_is_no_innocence(answer: dict[str, object]) -> None:
    respx.route(**ALL_REPORTS).respond(json=answer)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is Trouble.NONSENSE


@respx.mock
def test_a_report_without_a_date_counts_as_old() -> None:
    answer = report("Kaspersky", "Sophos", "ESET")
    answer["data"]["attributes"].pop("last_analysis_date")  # type: ignore[index]
    respx.route(**ALL_REPORTS).respond(json=answer)

    assert judge(PROVIDER, ask(PROVIDER, EVIL), EVIL)[0].points == 4


@pytest.mark.parametrize("facts", [{}, {"warnings": "9"}, {"warnings": True}, {"warnings": 10**6}])
def test_facts_of_another_shape_are_no_facts(facts: dict[str, object]) -> None:
    assert judge_facts(PROVIDER, {EVIL: facts}, EVIL) == []
