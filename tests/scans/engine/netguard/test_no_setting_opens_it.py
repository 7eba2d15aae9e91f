"""No setting and no environment variable opens the guard, whatever it is called and whatever it says."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from scans.engine import netguard
from scans.engine.netguard import Blocked, check_address, check_url
from tests.scans.engine.netguard.servers import PRIVATE, PRIVATE_SIX, serving

DOCUMENTED = Path(__file__).resolve().parents[4] / "docs/configuration.md"
FOREIGN_VARIABLES = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "DEBUG", "DJANGO_DEBUG", "DJANGO_SETTINGS_MODULE", "EXTRA_ALLOW", "NETGUARD_EXTRA_ALLOW", "ALLOW_PRIVATE",
    "DELIVERY_ALLOW_HOSTS", "ALLOWED_HOSTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "HOSTALIASES",
    "LOCALDOMAIN", "RES_OPTIONS", "NETRC", "PYTHONHTTPSVERIFY", "CI", "TESTING",
)  # fmt: skip
HOSTILE_VALUES = ("1", "*", "0.0.0.0/0", "http://127.0.0.1:{port}")

pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8", "::1"])


def variables() -> set[str]:
    """Every variable that an operator may set, and the ones that other software reads."""
    return {*re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", DOCUMENTED.read_text(encoding="utf-8")), *FOREIGN_VARIABLES}


@pytest.mark.parametrize("value", HOSTILE_VALUES)
def test_no_variable_of_the_environment_opens_the_guard(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit() -> None:
        async with serving(address=PRIVATE) as inside, serving(address=PRIVATE_SIX, port=inside.port) as inside_six:
            for name in variables():
                monkeypatch.setenv(name, value.format(port=inside.port))
            async with netguard.client(resolve=lambda _: [PRIVATE], ports=[inside.port]) as client:
                for host in (PRIVATE, "[::1]", "localhost", "site.example.com"):
                    with pytest.raises(Blocked):
                        await client.get(f"http://{host}:{inside.port}/")
            assert inside.heads + inside_six.heads == []

    asyncio.run(visit())


@pytest.mark.parametrize("value", HOSTILE_VALUES)
def test_no_variable_of_the_environment_changes_a_check(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.setenv(name, value)

    with pytest.raises(Blocked):
        check_address(PRIVATE)
    with pytest.raises(Blocked):
        check_url("http://site.example.com/", lambda _: [PRIVATE])
    assert check_url("http://site.example.com/", lambda _: ["1.1.1.1"]) == "1.1.1.1"


def test_a_proxy_named_in_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit() -> None:
        async with serving(address=PRIVATE) as proxy, serving() as site:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
                monkeypatch.setenv(name, f"http://{PRIVATE}:{proxy.port}")
            async with site.client() as client:
                assert (await client.get(site.url())).text == "hello"
            assert (len(site.heads), proxy.heads) == (1, [])

    asyncio.run(visit())


@pytest.mark.parametrize("address", [PRIVATE, PRIVATE_SIX, "10.0.0.1", "169.254.169.254"])
def test_debugging_changes_nothing(address: str, settings: Any) -> None:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]

    with pytest.raises(Blocked):
        check_url("https://site.example.com/", lambda _: [address])
