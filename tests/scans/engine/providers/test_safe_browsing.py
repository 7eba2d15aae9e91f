"""Google Safe Browsing, version 5: prefixes go out, full hashes come back."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from datetime import timedelta

import pytest
import respx

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import parse
from scans.engine.providers.provider import ProviderError, Trouble
from scans.engine.providers.safe_browsing import SEARCH, SafeBrowsing
from tests.scans.engine.providers.asked import KEY, ask, judge, judge_facts
from tests.scans.engine.providers.messages import (
    CANARY,
    FRAME_ONLY,
    HARMFUL_APP,
    MALWARE,
    PHISHING,
    UNWANTED,
    detail,
    field,
    full_hash,
    search_answer,
)

EVIL = "https://login.evil.example/a/b.html?u=1"
PROVIDER = SafeBrowsing()


def answered_with(body: bytes) -> list[Finding]:
    with respx.mock:
        respx.get(SEARCH).respond(content=body, content_type="application/x-protobuf")
        return judge(PROVIDER, ask(PROVIDER, EVIL), EVIL)


@pytest.mark.parametrize(
    ("threat", "name"),
    [(MALWARE, "malware"), (PHISHING, "phishing"), (UNWANTED, "unwanted_software"), (HARMFUL_APP, "harmful_app")],
)
@pytest.mark.parametrize("expression", ["login.evil.example/a/b.html?u=1", "evil.example/", "login.evil.example/a/"])
def test_a_listed_expression_is_a_hit(threat: int, name: str, expression: str) -> None:
    found = answered_with(search_answer(full_hash(expression, detail(threat))))

    assert found == [Finding.of("safe_browsing", 10, host="login.evil.example", threat=name)]


def test_a_hit_is_a_suspicion_so_that_nothing_is_deleted_on_it_alone() -> None:
    found = answered_with(search_answer(full_hash("evil.example/", detail(PHISHING))))

    assert not found[0].conclusive


@pytest.mark.parametrize(
    "hashes",
    [
        (),
        (full_hash("other.example/", detail(PHISHING)),),
        (full_hash("evil.example/"),),
        (full_hash("evil.example/", detail(PHISHING, [CANARY])),),
        (full_hash("evil.example/", detail(PHISHING, [FRAME_ONLY], packed=False)),),
        (full_hash("evil.example/", detail(77)),),
        (full_hash("evil.example/", detail(0)),),
        (full_hash("evil.example/", detail(MALWARE, [9])),),
    ],
)
def test_others_hashes_trial_entries_and_unknown_values_are_no_hits(hashes: tuple[bytes, ...]) -> None:
    assert answered_with(search_answer(*hashes)) == []


def test_a_void_detail_leaves_the_others_standing() -> None:
    found = answered_with(search_answer(full_hash("evil.example/", detail(MALWARE, [CANARY]), detail(PHISHING))))

    assert found[0].param("threat") == "phishing"


def test_fields_of_a_later_version_are_passed_over() -> None:
    body = field(9, b"new") + search_answer(full_hash("evil.example/", detail(PHISHING)) + field(7, 1))

    assert len(answered_with(body)) == 1


@respx.mock
def test_only_prefixes_of_four_bytes_and_the_key_leave_the_house() -> None:
    route = respx.get(SEARCH).respond(content=search_answer())

    answered = ask(PROVIDER, EVIL, "https://shop.example/")

    sent = route.calls.last.request
    prefixes = [b64decode(text, validate=True) for text in sent.url.params.get_list("hashPrefixes")]
    assert sent.url.params["key"] == KEY
    assert sent.content == b""
    assert set(map(len, prefixes)) == {4}
    assert hashlib.sha256(b"evil.example/").digest()[:4] in prefixes
    assert sorted(prefix.hex() for prefix in prefixes) == sorted(answered.replies)
    assert "evil" not in str(sent.url)
    assert answered.requests == route.call_count == 1
    assert PROVIDER.card.ceiling is Ceiling.HASH


@pytest.mark.parametrize(
    ("seconds", "is_hit", "kept"),
    [
        (300, True, timedelta(minutes=5)),
        (300, False, timedelta(minutes=5)),
        (7200, True, timedelta(minutes=10)),
        (7200, False, timedelta(hours=2)),
        (2**63, False, timedelta(hours=24)),
        (0, True, timedelta()),
    ],
)
@respx.mock
def test_every_prefix_is_kept_as_long_as_google_says_and_a_hit_ten_minutes_at_most(
    seconds: int, is_hit: bool, kept: timedelta
) -> None:
    hashes = [full_hash("evil.example/", detail(PHISHING))] if is_hit else []
    respx.get(SEARCH).respond(content=search_answer(*hashes, seconds=seconds, nanos=5))

    answered = ask(PROVIDER, EVIL)

    assert {reply.keep for reply in answered.replies.values()} == {kept}
    assert set(answered.replies) == set(PROVIDER.subjects([parse(EVIL)]))


@respx.mock
def test_an_empty_answer_is_one_without_hits() -> None:
    respx.get(SEARCH).respond(content=b"")

    assert judge(PROVIDER, ask(PROVIDER, EVIL), EVIL) == []


@pytest.mark.parametrize(
    "body", [b"<html>no</html>", b'{"fullHashes": []}', b"\x0a\x05ab", field(1, field(1, b"short"))]
)
@respx.mock
def test_anything_else_is_refused(body: bytes) -> None:
    respx.get(SEARCH).respond(content=body)

    with pytest.raises(ProviderError) as refused:
        ask(PROVIDER, EVIL)

    assert refused.value.trouble is Trouble.NONSENSE


def test_facts_of_another_shape_are_no_facts() -> None:
    prefix = hashlib.sha256(b"evil.example/").hexdigest()[:8]

    assert judge_facts(PROVIDER, {prefix: {"hashes": ["evil"]}}, EVIL) == []
    assert (
        judge_facts(PROVIDER, {prefix: {"hashes": {hashlib.sha256(b"evil.example/").hexdigest(): "boo"}}}, EVIL) == []
    )


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
