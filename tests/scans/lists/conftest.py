from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scans.engine.feeds import lists


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the test's own, and changes that are noticed at once."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(lists, "NOTICE_SECONDS", 0.0)
