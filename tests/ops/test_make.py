"""The Makefile on a machine that is not ready: it says what to install instead of failing somewhere later."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(checkout)}
    return subprocess.run(
        ["make", *arguments], cwd=checkout, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def python_that(checkout: Path, says: str) -> str:
    """A stand-in for an interpreter of another machine: a shell script that answers the Makefile's questions."""
    script = checkout / "python-elsewhere"
    script.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
    script.chmod(0o755)
    return f"PYTHON={script}"


def test_a_python_without_venv_is_explained_before_anything_is_installed(checkout: Path) -> None:
    without_venv = python_that(checkout, 'case "$2" in *ensurepip*) exit 1;; esac')

    outcome = make(checkout, "run", without_venv)

    assert outcome.returncode != 0
    assert "apt install python3-venv" in outcome.stderr
    assert not (checkout / ".venv").exists()


def test_no_python_at_all_is_explained(checkout: Path) -> None:
    outcome = make(checkout, "test", "PYTHON=python-of-nobody")

    assert outcome.returncode != 0
    assert "python-of-nobody is missing: apt install python3 python3-venv" in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "whatsapp"),
    [
        ((), ""),
        (("DEMO=1",), "simulated"),
        (("DEMO=1", "WHATSAPP=real"), "real"),
        (("WHATSAPP=simulated",), "simulated"),
    ],
)
def test_a_demo_plays_its_chats_unless_told_otherwise(
    checkout: Path, arguments: tuple[str, ...], whatsapp: str
) -> None:
    answers = 'case "$*" in *"demo --whatsapp") echo simulated;; *supervise.py*) echo "started with <$WHATSAPP>";; esac'
    (checkout / ".venv/bin").mkdir(parents=True)
    Path(checkout / python_that(checkout, answers).removeprefix("PYTHON=")).rename(checkout / ".venv/bin/python")
    digest = hashlib.sha256((checkout / "requirements.txt").read_bytes()).hexdigest()
    (checkout / f".venv/installed-{digest[:16]}").touch()

    outcome = make(checkout, "run", *arguments)

    assert outcome.stdout.strip().endswith(f"started with <{whatsapp}>"), outcome.stderr


def test_help_lists_the_two_commands(checkout: Path) -> None:
    listed = make(checkout, "help").stdout

    assert "make run " in listed
    assert "make test " in listed
