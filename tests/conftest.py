"""For every test: scans open links on a small internet of this machine, and ask no provider unless the test says so."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import httpx
import pytest
from django.core.cache import cache

from scans import visiting
from scans.asking import consulting
from tests.sites import Sites

# New objects after which garbage is looked for, and how seldom among what stays: 12,000 tests are a large heap.
GARBAGE = (20_000, 20, 100)


def pytest_collection_finish() -> None:
    """What was loaded and collected stays: looking for garbage in it again and again takes a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@pytest.fixture(scope="session")
def plain_internet() -> Iterator[Sites]:
    """Every name exists, and at every address there is a plain page. Only to be looked at, not to be changed."""
    with Sites.start() as sites:
        sites.everywhere()
        yield sites


@pytest.fixture(autouse=True)
def links_lead_to(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans of this process find the plain internet; it is started by the first that opens a link."""

    def open_client() -> httpx.AsyncClient:
        sites: Sites = request.getfixturevalue("plain_internet")
        return sites.client()

    monkeypatch.setattr(visiting, "open_client", open_client)


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What this process keeps for a minute is another database's."""
    cache.clear()


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without providers and reporters; tests that need some put them in place of these."""
    monkeypatch.setattr(consulting, "registry", tuple)
    monkeypatch.setattr(consulting, "reporters", tuple)


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sites]:
    """An internet of the test's own, empty at first; scans find it instead of the plain one."""
    with Sites.start() as sites:
        monkeypatch.setattr(visiting, "open_client", sites.client)
        yield sites
