"""Whatever goes wrong on the way is a ProviderError that says what, and holds neither the key nor the link."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from scans.engine.netguard import Blocked
from scans.engine.providers import PROVIDERS
from scans.engine.providers.dns_filters import DnsFilter
from scans.engine.providers.dnsbl import Dnsbl
from scans.engine.providers.provider import Provider, ProviderError, Trouble
from scans.engine.providers.urlscan import UrlscanSearch
from tests.scans.engine.providers.asked import ask

LINK = "https://login.evil.com/secret-path?q=1"
KEY = "https://s3cret-k3y@whois.operator.example"  # both a key and an address, as who-dat takes it
SHAPED_KEY = "00000000-s3cret-k3y-000000000000"  # of the shape without which urlscan.io is not asked
EVERY = pytest.mark.parametrize(
    "provider",
    [provider for provider in PROVIDERS if not isinstance(provider, (DnsFilter, Dnsbl))],
    ids=lambda provider: provider.card.name,
)


def refused(provider: Provider, answer: Callable[[httpx.Request], httpx.Response]) -> ProviderError:
    with pytest.raises(ProviderError) as error:
        key = SHAPED_KEY if isinstance(provider, UrlscanSearch) else KEY
        ask(provider, LINK, key=key, transport=httpx.MockTransport(answer))
    return error.value


@EVERY
@pytest.mark.parametrize(
    ("status", "headers", "retry_after"),
    [
        (429, {"Retry-After": "7"}, 7.0),
        (429, {"Retry-After": "Mon, 23 Nov 2026 12:01:00 GMT"}, 60.0),
        (429, {"Retry-After": "soon"}, None),
        (429, {}, None),
        (509, {}, None),
    ],
)
def test_a_quota_that_is_used_up(
    provider: Provider, status: int, headers: dict[str, str], retry_after: float | None
) -> None:
    error = refused(provider, lambda _: httpx.Response(status, headers=headers, text="slow down"))

    assert (error.trouble, error.retry_after) == (Trouble.QUOTA, retry_after)


@EVERY
@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused(provider: Provider, status: int) -> None:
    assert refused(provider, lambda _: httpx.Response(status, json={"error": KEY})).trouble is Trouble.BAD_KEY


@EVERY
@pytest.mark.parametrize("status", [302, 400, 500, 503])
def test_an_outage(provider: Provider, status: int) -> None:
    location = {"Location": "https://elsewhere.example/"}

    error = refused(provider, lambda _: httpx.Response(status, headers=location, text="oops"))

    assert error.trouble is Trouble.FAILED


def _raises(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


@EVERY
@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError(f"no route to {LINK}"),
        httpx.ReadTimeout(f"{KEY}"),
        httpx.RemoteProtocolError("garbage"),
        httpx.DecodingError("not gzip"),
        Blocked("login.evil.com is no public address"),
    ],
)
def test_a_network_that_fails(provider: Provider, error: Exception) -> None:
    assert refused(provider, _raises(error)).trouble is Trouble.FAILED


GARBAGE = {
    "a page": b"<!doctype html><title>Log in to this network</title>",
    "half an object": b'{"query_status": "ok", "data": [',
    "a list": b"[1, 2, 3]",
    "a text": b'"ok"',
    "not a number": b"NaN",
    "no text": b"\xff\xfe\x00\x80",
    "very deep": b'{"a":' * 40 + b"1" + b"}" * 40,
    "deeper than any": b"[" * 100_000,
    "very long": b'{"a": "' + b"x" * 2_000_000 + b'"}',
}


@EVERY
@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_never_an_answer(provider: Provider, body: bytes) -> None:
    assert refused(provider, lambda _: httpx.Response(200, content=body)).trouble is Trouble.NONSENSE


@EVERY
def test_no_error_says_key_or_link(provider: Provider) -> None:
    answers = [
        lambda _: httpx.Response(500, text=LINK),
        lambda _: httpx.Response(200, text=KEY),
        lambda _: httpx.Response(403, text=KEY),
        _raises(httpx.ConnectError(f"{LINK} {KEY}")),
    ]

    said = [str(refused(provider, answer)) for answer in answers]

    assert all(part not in text for text in said for part in ("s3cret", "secret-path", "evil.com", "operator"))
