"""The import contracts of pyproject.toml are kept, cover every module, and notice a break."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("wbscanner", "scans", "groups", "overrides", "waclient", "tests")
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The source tree without its data, to break things in."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT_IMPORTS), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_tree_as_it_is_keeps_the_contracts(copy: Path) -> None:
    outcome = lint_imports(copy)

    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("module", "bad_import", "broken_contract"),
    [
        ("scans/models/scan.py", "import waclient.models", "each knows only what stands below it"),
        ("groups/models.py", "import overrides.rules", "each knows only what stands below it"),
        ("waclient/models/sighting.py", "import wbscanner.settings", "each knows only what stands below it"),
        ("wbscanner/audit.py", "import scans.models", "each knows only what stands below it"),
        ("scans/engine/scoring.py", "import django.conf", "know no Django"),
        ("wbscanner/env.py", "import django.conf", "know no Django"),
        ("scans/engine/links.py", "import httpx", "what only computes"),
        ("groups/policy.py", "import django.utils.timezone", "what only computes"),
        ("waclient/ingest.py", "import neonize", "only waclient.neonize_client"),
        ("overrides/models.py", "import scans.models", "the engine's words"),
        ("scans/tasks.py", "import tests.factories", "nothing imports the tests"),
    ],
)
def test_a_bad_import_breaks_its_contract(copy: Path, module: str, bad_import: str, broken_contract: str) -> None:
    source = copy / module
    source.write_text(f"{source.read_text(encoding='utf-8')}\n{bad_import}\n", encoding="utf-8")

    outcome = lint_imports(copy)

    assert outcome.returncode != 0
    broken = [line for line in re.sub(r"\s*\n(?!\n)", " ", outcome.stdout).split("KEPT") if "BROKEN" in line]
    assert any(broken_contract in line for line in broken), outcome.stdout


def test_every_module_of_the_wiring_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    placed = {name.strip(" ()") for layer in layers for name in layer.split(":")}

    modules = {f"wbscanner.{path.stem}" for path in (ROOT / "wbscanner").glob("*.py") if path.stem != "__init__"}
    packages = {f"wbscanner.{path.parent.name}" for path in (ROOT / "wbscanner").glob("*/__init__.py")}

    assert modules | packages - {"wbscanner.migrations"} <= placed
