from __future__ import annotations

from pathlib import Path

import pytest

from scans.engine.feeds import lists as lists_module
from scans.engine.feeds.lists import Lists
from tests.scans.engine.feeds.installing import BAD, DOMAIN, GOOD, HOST, URL, entry, installed


@pytest.fixture
def notices_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes of lists are noticed by the next look-up."""
    monkeypatch.setattr(lists_module, "NOTICE_SECONDS", 0.0)


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    """A bad and a good list in use."""
    return installed(
        tmp_path,
        {
            BAD: [
                entry(URL, "https://evil.example/login.php"),
                entry(HOST, "www.bad.example"),
                entry(DOMAIN, "scam.co.uk"),
                entry(URL, "https://thief.github.io/a"),
                entry(URL, "https://docs.google.com/forms/1"),
                entry(URL, "https://bit.ly/2Ab"),
                entry(URL, "https://daily.example/hacked.html"),
                entry(DOMAIN, "google.com"),
            ],
            GOOD: [entry(DOMAIN, "daily.example"), entry(DOMAIN, "google.com")],
        },
    )
