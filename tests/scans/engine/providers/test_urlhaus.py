"""URLhaus: told the host, it names the addresses there that spread malware."""

from __future__ import annotations

import json

import pytest
import respx

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.providers.provider import ProviderError, Trouble
from scans.engine.providers.urlhaus import HOST, UrlHaus
from tests.scans.engine.providers.asked import KEY, ask, judge, judge_facts

EVIL = "https://files.evil.example/a/invoice.exe?id=7"
PROVIDER = UrlHaus()


def entry(url: str, status: str = "online", added: str = "2026-11-20 01:33:26 UTC") -> dict[str, object]:
    """A row of `urls`, with every field as text, as the service writes them."""
    return {
        "id": "105821",
        "urlhaus_reference": "https://urlhaus.abuse.ch/url/105821/",
        "url": url,
        "url_status": status,
        "date_added": added,
        "threat": "malware_download",
        "reporter": "somebody",
        "larted": "true",
        "takedown_time_seconds": None,
        "tags": ["exe", "Gozi"],
    }


def known_host(*entries: dict[str, object]) -> dict[str, object]:
    """As https://urlhaus-api.abuse.ch/#hostinfo shows it."""
    return {
        "query_status": "ok",
        "urlhaus_reference": "https://urlhaus.abuse.ch/host/files.evil.example/",
        "host": "files.evil.example",
        "firstseen": "2026-11-20 01:33:26 UTC",
        "url_count": str(len(entries)),
        "blacklists": {"spamhaus_dbl": "not listed", "surbl": "not listed"},
        "urls": list(entries),
    }


def found_for(url: str, answer: object) -> list[Finding]:
    with respx.mock:
        respx.post(HOST).respond(json=answer)
        return judge(PROVIDER, ask(PROVIDER, url), url)


@pytest.mark.parametrize(
    ("row", "points", "is_proof"),
    [
        (entry(EVIL), 10, True),
        (entry(EVIL.replace("https:", "http:")), 10, True),
        (entry(EVIL, "offline"), 10, True),
        (entry(EVIL, "offline", "2026-07-01 00:00:00 UTC"), 6, False),
        (entry(EVIL, "online", "2020-07-01 00:00:00 UTC"), 10, True),
        (entry(EVIL, "unknown", "yesterday"), 6, False),
    ],
)
def test_the_exact_address_is_proof_while_it_is_fresh(row: dict[str, object], points: int, *, is_proof: bool) -> None:
    found = found_for(EVIL, known_host(entry("http://files.evil.example/x"), row))

    assert found == [Finding.of("urlhaus", points, conclusive=is_proof, host="files.evil.example")]


@pytest.mark.parametrize(
    ("row", "points"),
    [
        (entry("http://files.evil.example/other"), 6),
        (entry("http://files.evil.example/other", "offline", "2026-11-10 00:00:00 UTC"), 6),
        (entry("http://files.evil.example/other", "offline", "2026-11-01 00:00:00 UTC"), 2),
        (entry("http://files.evil.example/other", "online", "2024-11-01 00:00:00 UTC"), 6),
    ],
)
def test_another_address_of_the_host_weighs_less_and_less(row: dict[str, object], points: int) -> None:
    found = found_for(EVIL, known_host(row))

    assert found == [Finding.of("urlhaus", points, host="files.evil.example")]


@pytest.mark.parametrize(
    "url",
    ["https://github.com/somebody/thing", "https://raw.githubusercontent.com/a/b/c", "https://www.dropbox.com/s/x"],
)
def test_a_platform_where_anybody_puts_files_is_not_blamed_for_one_of_them(url: str) -> None:
    assert found_for(url, known_host(entry("https://github.com/other/evil.exe"))) == []
    assert found_for(url, known_host(entry(url)))[0].conclusive


@pytest.mark.parametrize("status", ["no_results", "invalid_host"])
def test_a_host_that_is_not_known_is_an_answer(status: str) -> None:
    assert found_for(EVIL, {"query_status": status}) == []


@respx.mock
def test_only_the_host_leaves_the_house_and_the_key_stands_in_a_header() -> None:
    route = respx.post(HOST).respond(json={"query_status": "no_results"})

    answered = ask(PROVIDER, EVIL, "https://evil.example/b", "https://evil.example/c")

    sent = sorted(call.request.content.decode() for call in route.calls)
    assert sent == ["host=evil.example", "host=files.evil.example"]
    assert all(call.request.headers["Auth-Key"] == KEY for call in route.calls)
    assert answered.requests == 2 <= PROVIDER.card.max_requests
    assert PROVIDER.card.ceiling is Ceiling.HOST


@respx.mock
def test_no_address_of_the_list_is_kept() -> None:
    respx.post(HOST).respond(json=known_host(entry(EVIL)))

    facts = ask(PROVIDER, EVIL).replies["files.evil.example"].facts

    assert "invoice" not in json.dumps(facts)


@pytest.mark.parametrize(
    ("status", "trouble"),
    [("unknown_auth_key", Trouble.BAD_KEY), ("http_post_expected", Trouble.NONSENSE), ("", Trouble.NONSENSE)],
)
@respx.mock
def test_another_state_is_an_error(status: str, trouble: Trouble) -> None:
    respx.post(HOST).respond(json={"query_status": status})

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is trouble


def test_rows_that_cannot_be_read_are_passed_over() -> None:
    rows = [None, 7, {"url": 7}, {"url": "ftp://x/"}, entry("not an address"), entry(EVIL)]

    assert found_for(EVIL, known_host() | {"urls": rows})[0].points == 10


def test_the_worst_of_two_addresses_is_said() -> None:
    hosts = {"evil.example": {"days": {}, "newest": 3}, "old.example": {"days": {}, "newest": 300}}

    found = judge_facts(PROVIDER, hosts, "https://old.example/", "https://evil.example/")

    assert found == [Finding.of("urlhaus", 6, host="evil.example")]


@pytest.mark.parametrize("facts", [{}, {"days": [], "newest": "3"}, {"days": {"x": "y"}, "newest": True}])
def test_facts_of_another_shape_are_no_facts(facts: dict[str, object]) -> None:
    assert judge_facts(PROVIDER, {"files.evil.example": facts}, EVIL) == []
