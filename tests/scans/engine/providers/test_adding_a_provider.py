"""docs/adding-a-provider.md, followed literally in a copy of the program, adds a provider that works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[4]
PACKAGES = ("scans", "groups", "overrides", "waclient", "wbscanner", "templates", "static")
REGISTRY = "scans/engine/providers/__init__.py"
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)

# One scan of a link, with the answers of a stranger's site and of the new provider made here; nobody else is asked.
RUN = """
import json
import django
django.setup()
import httpx
from django.core.management import call_command
from scans import visiting
from scans.asking import consulting
from scans.carrying_out import perform_scan
from scans.engine.ceiling import Ceiling
from scans.engine.links import parse
from scans.models import Disclosure, ProviderState, Scan
from scans.reasons import describe
from scans.services import request_scan

def answer(request):
    if request.url.host != "oracle.example":
        page = httpx.ByteStream(b"<title>A shop</title>")
        return httpx.Response(200, headers={"Content-Type": "text/html"}, stream=page)
    asked.append([str(request.url), request.headers["Authorization"]])
    return httpx.Response(200, json={"is_reported": True})

asked = []
visiting.open_client = lambda: httpx.AsyncClient(transport=httpx.MockTransport(answer))
consulting.reporters = tuple
call_command("migrate", verbosity=0)
for provider in consulting.registry():
    if provider.card.name != "oracle":
        ProviderState.objects.create(name=provider.card.name, is_on=False)
request_scan(parse("https://shop.example.com/offer?n=1"), Ceiling.HOST)
scan = Scan.claim(Scan.objects.get().requested_at)
perform_scan(scan)
scan.refresh_from_db()
print(json.dumps({
    "verdict": scan.verdict,
    "said": [describe(finding) for finding in scan.reasons],
    "gaps": {gap.source: gap.reason for gap in scan.gaps},
    "told": list(Disclosure.objects.exclude(provider="").values_list("provider", "kind")),
    "asked": asked,
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in another folder, with what the page says to add."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    page = (ROOT / "docs/adding-a-provider.md").read_text(encoding="utf-8")
    (file, line), path = CODE.findall(page), re.findall(r"^`(scans/.+\.py)`$", page, re.MULTILINE)
    (folder / path[0]).write_text(file, encoding="utf-8")
    registry = (folder / REGISTRY).read_text(encoding="utf-8")
    before, names, after = registry.partition("_FILES = (\n")
    listed, _, rest = after.partition("\n)\n")
    (folder / REGISTRY).write_text(f"{before}{names}{listed}\n{line})\n{rest}", encoding="utf-8")
    return folder


def run(folder: Path, **variables: str) -> dict[str, Any]:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder / f"data-{len(variables)}"),
        "DJANGO_SETTINGS_MODULE": "wbscanner.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_page_adds_a_provider_that_works(copy: Path) -> None:
    found = run(copy, ORACLE_KEY="a-key")

    assert found["verdict"] == "malicious"
    assert found["said"] == ["Oracle warns of shop[.]example[.]com."]
    assert found["asked"] == [["https://oracle.example/v1/hosts/shop.example.com", "Bearer a-key"]]
    assert found["told"] == [["oracle", "host"]]
    assert "provider:oracle" not in found["gaps"]


def test_without_its_key_the_scan_says_that_it_was_not_asked(copy: Path) -> None:
    found = run(copy)

    assert found["verdict"] == "benign", found
    assert (found["asked"], found["told"]) == ([], [])
    assert found["gaps"]["provider:oracle"] == "no_key"


def test_the_file_passes_the_linter_as_it_stands(copy: Path) -> None:
    checks = [["check"], ["format", "--check"]]
    for check in checks:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *check,
                "--config",
                str(ROOT / "pyproject.toml"),
                "scans/engine/providers/oracle.py",
            ],
            cwd=copy,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
