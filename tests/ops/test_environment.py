"""A setting that makes no sense is named in one sentence, before anything starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("WORKERS", "0", "a whole number of 1 or more"),
        ("WORKERS", "many", "a whole number of 1 or more"),
        ("SEND_DAILY_CAP", "-5", "a whole number of 0 or more"),
        ("SESSION_AGE", "a week", "a number of seconds"),
        ("SESSION_AGE", "-1", "a number of seconds"),
        ("SESSION_AGE", "1e300", "a number of seconds"),
        ("SESSION_AGE", "nan", "a number of seconds"),
    ],
)
def test_a_value_that_makes_no_sense_is_said_in_one_line(name: str, value: str, wanted: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), name: value}

    done = subprocess.run(
        [sys.executable, "-c", "import wbscanner.settings"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"{name} is {value!r}: give {wanted}. docs/configuration.md explains it."]
