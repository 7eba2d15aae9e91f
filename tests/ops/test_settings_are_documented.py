"""Every environment variable that the code reads is where a person would look for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scans.engine.feeds import SOURCES
from scans.engine.providers import PROVIDERS, REPORTERS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("wbscanner", "scans", "groups", "overrides", "waclient", "deploy")
READ = re.compile(r'\benv\.(?:text|secret|number|seconds|path|parts|is_set)\(\s*"([A-Z0-9_]+)"')
# The image fixes these: the paths are its volumes, the port is the one that compose publishes.
FIXED_BY_THE_IMAGE = {"DATA_DIR", "WHATSAPP_DIR", "STATIC_ROOT", "BIND"}


def names_read() -> set[str]:
    sources = (path.read_text(encoding="utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {name for source in sources for name in READ.findall(source)} | keys_read()


def keys_read() -> set[str]:
    """The names that providers and lists give to their keys."""
    cards = [*(asked.card.key_name for asked in PROVIDERS), *(asked.card.key_name for asked in REPORTERS)]
    return {name for name in (*cards, *(source.key_name for source in SOURCES)) if name}


def test_the_search_finds_the_settings() -> None:
    assert {"BASE_URL", "DATABASE_URL", "BIND", "SEND_DAILY_CAP", "WEB_THREADS", "ABUSE_CH_KEY"} <= names_read()


@pytest.mark.parametrize(
    ("document", "exempt"),
    [
        ("docs/configuration.md", set[str]()),
        (".env.example", set[str]()),
        ("docker-compose.yml", FIXED_BY_THE_IMAGE),
    ],
)
def test_every_variable_is_listed(document: str, exempt: set[str]) -> None:
    listed = set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", (ROOT / document).read_text(encoding="utf-8")))

    assert names_read() - exempt - listed == set()


def test_the_example_names_nothing_that_is_not_read() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    offered = set(re.findall(r"^#([A-Z0-9_]+)=", example, re.MULTILINE))

    assert offered - names_read() == set()
