"""How long a scan takes when nobody answers, and when every provider is slow: `pytest -q -s -m bench` this file."""

from __future__ import annotations

import socket
import time

import pytest

from scans import visiting
from scans.asking import consulting
from scans.carrying_out import run_next_scan
from scans.engine import netguard, providers
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.engine.netguard.patience import OF_THE_SYSTEM
from scans.engine.providers.provider import Allowance, Span
from scans.models import Scan
from scans.services import request_scan
from tests.scans.oracles import after, oracle
from tests.sites import Sites

pytestmark = [pytest.mark.bench, pytest.mark.django_db, pytest.mark.timeout(600)]

SCANS = 200
ORACLES = 14


def timed(number: int) -> float:
    """Seconds that one scan of a link of its own took."""
    url = (
        f"https://bit.ly/x{number}"
        if number % 3 == 0
        else f"https://shop{number}.example{number % 7}.com/a?id={number}"
    )
    request_scan(parse(url), Ceiling.URL, reuse=False)
    began = time.perf_counter()
    run_next_scan()
    return time.perf_counter() - began


def printed(title: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p50, p95, most = (ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3 for share in (0.5, 0.95, 1.0))
    print(f"\n{title}: {len(seconds)} scans, p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {most:.0f} ms")
    print(f"  not checked: {sorted({f'{gap.source} {gap.reason}' for gap in Scan.objects.latest('pk').gaps})}")


@pytest.mark.parametrize("is_silent", [False, True], ids=["refuses", "keeps silent"])
def test_print_how_long_a_scan_takes_without_network_and_keys(monkeypatch: pytest.MonkeyPatch, is_silent: bool) -> None:
    def getaddrinfo(*_question: object, **_more: object) -> None:
        time.sleep(5 if is_silent else 0.002)
        raise socket.gaierror(socket.EAI_AGAIN, "no network")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(visiting, "open_client", netguard.client)
    monkeypatch.setattr(consulting, "registry", lambda: providers.PROVIDERS)
    monkeypatch.setattr(consulting, "reporters", lambda: providers.REPORTERS)
    OF_THE_SYSTEM.found()

    name_server = "keeps silent" if is_silent else "says no"
    printed(f"no key, the name server {name_server}", [timed(number) for number in range(SCANS)])


def test_print_how_long_a_scan_takes_when_all_providers_take_300_ms(
    plain_internet: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    oracles = [oracle(f"oracle{number}", after(0.3), Allowance(Span.DAY, 100_000)) for number in range(ORACLES)]
    monkeypatch.setattr(consulting, "registry", lambda: tuple(oracles))

    printed(f"{ORACLES} providers that take 300 ms each", [timed(number) for number in range(20)])


def test_print_how_long_the_others_take_when_one_hangs(plain_internet: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    oracles = [oracle("hanging", after(60)), *(oracle(f"oracle{number}", after(0.3)) for number in range(ORACLES))]
    monkeypatch.setattr(consulting, "registry", lambda: tuple(oracles))

    printed("one provider hangs, the first scan finds out", [timed(0)])
    printed("one provider hangs, and is left alone", [timed(number) for number in range(1, 20)])
