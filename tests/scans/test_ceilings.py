"""What the program's own providers send under each ceiling, read from the requests themselves."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from urllib.parse import unquote

import httpx
import pytest

from scans import visiting
from scans.asking import consulting
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.providers import PROVIDERS
from scans.engine.providers.provider import Provider
from scans.models import Disclosure, DisclosureKind
from tests.scans.scanned import scanned

pytestmark = pytest.mark.django_db

HOST = "h0stcanary.example.com"
WHOLE = f"https://us3rcanary:p4sscanary@{HOST}/p4thcanary/x?id=qu3rycanary"
# Nothing of these but the host goes to anybody who is not told hash prefixes.
KEPT_IN = (
    f"https://{HOST}/reset-password?token=s3cretcanaryT0k3nZ9x8Y7w6V5",
    f"https://{HOST}/p4thcanary?email=s3cretcanary@mail.example",
    f"https://{HOST}/s3cretcanary%40mail.example/p4thcanary",
    f"https://{HOST}/?next=https%3A%2F%2Fother.example%2Fl%3Ftoken%3Ds3cretcanaryT0k3nZ9x8Y7w6V5",
)
KEY = "01234567-0123-0123-0123-0123456789ab"
_CODED = re.compile(r"[0-9A-Za-z_-]{8,}")


class Recorder(httpx.AsyncBaseTransport):
    """Answers pages for the link and 404 for every provider; keeps what was sent."""

    def __init__(self) -> None:
        self.said: list[str] = []
        """Of each request to a provider: address, headers and body, also decoded."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = (await request.aread()).decode("latin-1")
        if request.url.host == HOST:
            return httpx.Response(200, text="<title>Hello</title>")
        sent = unquote(unquote(f"{request.url}\n{request.headers.multi_items()}\n{body}"))
        self.said.append("\n".join([sent, *_decoded(sent)]))
        return httpx.Response(404)


def _decoded(sent: str) -> Iterator[str]:
    for coded in _CODED.findall(sent):
        try:
            yield urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode("latin-1")
        except binascii.Error:
            continue


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """All providers of the program have keys; what they send ends here."""
    recorder = Recorder()
    for provider in PROVIDERS:
        if provider.card.key_name:
            monkeypatch.setenv(provider.card.key_name, KEY)
    monkeypatch.setenv("WHODAT_URL", "https://whois.operator.example")
    monkeypatch.setattr(consulting, "registry", lambda: PROVIDERS)
    monkeypatch.setattr(visiting, "open_client", lambda: httpx.AsyncClient(transport=recorder))
    return recorder


FORBIDDEN = {
    Ceiling.HASH: ("canary",),
    Ceiling.HOST: ("p4thcanary", "qu3rycanary", "us3rcanary", "p4sscanary"),
    Ceiling.URL: ("us3rcanary", "p4sscanary"),
}
TOLD_THE_HOST = [provider for provider in PROVIDERS if provider.card.ceiling is Ceiling.HOST]
EXPECTED = {Ceiling.HASH: "hashPrefixes", Ceiling.HOST: HOST, Ceiling.URL: "qu3rycanary"}


def test_nothing_leaves_under_the_lowest_ceiling(recorder: Recorder) -> None:
    scanned(WHOLE, Ceiling.NOTHING)

    assert (recorder.said, Disclosure.objects.count()) == ([], 0)


@pytest.mark.parametrize("ceiling", FORBIDDEN)
def test_no_request_holds_more_than_the_ceiling_allows(recorder: Recorder, ceiling: Ceiling) -> None:
    scanned(WHOLE, ceiling)

    everything = "\n".join(recorder.said)
    assert EXPECTED[ceiling] in everything
    assert [word for word in FORBIDDEN[ceiling] if word in everything] == []


@pytest.mark.parametrize("ceiling", FORBIDDEN)
@pytest.mark.parametrize("url", KEPT_IN)
def test_keys_and_addresses_of_people_never_leave(recorder: Recorder, url: str, ceiling: Ceiling) -> None:
    scanned(url, ceiling)

    everything = "\n".join(recorder.said)
    assert recorder.said
    assert [word for word in ("s3cretcanary", "p4thcanary") if word in everything] == []


@pytest.mark.parametrize("ceiling", FORBIDDEN)
def test_everybody_who_was_told_stands_in_the_record(recorder: Recorder, ceiling: Ceiling) -> None:
    scanned(WHOLE, ceiling)

    kinds = dict(Disclosure.objects.exclude(kind=DisclosureKind.VISIT).values_list("provider", "kind"))
    allowed = [each.card for each in PROVIDERS if each.card.is_on and ceiling.allows(each.card.ceiling)]
    assert kinds == {card.name: card.ceiling.value for card in allowed}


@pytest.mark.parametrize("provider", TOLD_THE_HOST, ids=lambda provider: provider.card.name)
def test_who_may_know_the_host_asks_for_it_or_a_domain_above_it(provider: Provider) -> None:
    """Also of those that ask by other ways than HTTP."""
    named = provider.subjects(consulting.told(provider.card, [parse(url) for url in (WHOLE, *KEPT_IN)]))

    assert named
    assert [name for name in named if name != HOST and not HOST.endswith(f".{name}")] == []
