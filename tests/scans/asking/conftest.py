from __future__ import annotations

import pytest

from scans.asking import consulting
from tests.scans.asking.asked import Install
from tests.sites import Sites


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, plain_internet: Sites) -> Install:
    """Puts these providers in place of the program's."""
    return lambda *oracles: monkeypatch.setattr(consulting, "registry", lambda: oracles)
