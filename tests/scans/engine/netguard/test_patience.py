"""A name server that stopped answering costs two links their time, not every link."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from scans.engine import netguard
from scans.engine.netguard import dialing
from scans.engine.netguard.patience import IMPATIENT_SECONDS, MOST_SILENT, OF_THE_SYSTEM, PROBE_SECONDS, Patience

WHOLE = 2.5


class Clock:
    """A clock that is set by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def silent(clock: Clock, times: int) -> Patience:
    patience = Patience(clock)
    for _ in range(times):
        patience.seconds(WHOLE)
        patience.waited()
    return patience


def test_names_get_their_whole_time_until_several_in_a_row_were_not_answered(clock: Clock) -> None:
    assert silent(clock, MOST_SILENT - 1).seconds(WHOLE) == WHOLE
    assert silent(clock, MOST_SILENT).seconds(WHOLE) == IMPATIENT_SECONDS


def test_a_name_that_is_found_gives_the_next_ones_their_time_back(clock: Clock) -> None:
    patience = silent(clock, 9)

    patience.found()

    assert patience.seconds(WHOLE) == WHOLE


def test_a_line_that_came_back_slowly_is_noticed_by_one_name_in_a_while(clock: Clock) -> None:
    patience = silent(clock, 9)
    clock.now += PROBE_SECONDS

    assert [patience.seconds(WHOLE) for _ in range(3)] == [WHOLE, IMPATIENT_SECONDS, IMPATIENT_SECONDS]


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The system's name server keeps silent until the event is set."""
    back = threading.Event()

    def getaddrinfo(host: str, *_rest: object, **_more: object) -> list[tuple[object, ...]]:
        if not back.wait(20):
            raise socket.gaierror(socket.EAI_AGAIN, "nobody answers")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(dialing, "LOOKUP_SECONDS", 0.4)
    OF_THE_SYSTEM.found()
    yield back
    back.set()
    OF_THE_SYSTEM.found()


def took(client: httpx.AsyncClient, host: str) -> float:
    """Seconds until opening a host has failed."""

    async def fail() -> float:
        began = time.monotonic()
        with pytest.raises((httpx.ConnectTimeout, netguard.Blocked)):
            await client.get(f"http://{host}/")
        return time.monotonic() - began

    return asyncio.run(fail())


def test_a_machine_that_is_cut_off_is_noticed_and_so_is_its_return(cut_off: threading.Event) -> None:
    seconds = [took(netguard.client(), f"shop{number}.com") for number in range(MOST_SILENT + 3)]

    assert all(each >= 0.4 for each in seconds[:MOST_SILENT])
    assert all(each < 0.3 for each in seconds[MOST_SILENT:])
    cut_off.set()
    took(netguard.client(), "back.com")  # found, at an address that is not opened
    assert OF_THE_SYSTEM.seconds(WHOLE) == WHOLE


def test_a_lookup_of_ones_own_is_given_its_whole_time(cut_off: threading.Event) -> None:
    for number in range(MOST_SILENT + 1):
        took(netguard.client(), f"shop{number}.com")

    def slowly(_host: str) -> list[str]:
        time.sleep(0.3)
        return ["127.0.0.1"]

    assert took(netguard.client(resolve=slowly), "own.com") >= 0.3
