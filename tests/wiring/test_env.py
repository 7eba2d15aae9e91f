from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wbscanner import env

NAME = "WBSCANNER_TEST_VALUE"


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (NAME, f"{NAME}_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_secret_comes_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "from the variable")

    assert env.secret(NAME) == "from the variable"


def test_a_secret_comes_from_the_file_its_variable_points_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file, with ümlaut\n", encoding="utf-8")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))

    assert env.secret(NAME) == "from the file, with ümlaut"


def test_the_variable_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv(NAME, "from the variable")

    assert env.secret(NAME) == "from the variable"


@pytest.mark.parametrize("written", [None, ""])
def test_a_secret_that_nobody_set_is_none(monkeypatch: pytest.MonkeyPatch, written: str | None) -> None:
    if written is not None:
        monkeypatch.setenv(NAME, written)
        monkeypatch.setenv(f"{NAME}_FILE", written)

    assert env.secret(NAME) is None


def test_a_secret_file_that_is_missing_is_an_error_and_not_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "missing"))

    with pytest.raises(FileNotFoundError):
        env.secret(NAME)


@pytest.mark.parametrize("written", [None, ""])
def test_what_is_unset_or_left_empty_has_its_default(monkeypatch: pytest.MonkeyPatch, written: str | None) -> None:
    if written is not None:
        monkeypatch.setenv(NAME, written)

    assert env.text(NAME, "default") == "default"
    assert env.number(NAME, 7) == 7
    assert env.seconds(NAME, 2.5) == 2.5
    assert env.path(NAME, env.ROOT / "data") == env.ROOT / "data"
    assert not env.is_set(NAME)


def test_what_is_set_is_read_with_its_type(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(NAME, "12")
    assert (env.text(NAME, ""), env.number(NAME, 7), env.seconds(NAME, 2.5)) == ("12", 12, 12.0)

    monkeypatch.setenv(NAME, str(tmp_path))
    assert env.path(NAME, env.ROOT) == tmp_path


def test_a_relative_path_is_taken_from_the_projects_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "elsewhere/data")

    assert env.path(NAME, env.ROOT) == env.ROOT / "elsewhere" / "data"


@pytest.mark.parametrize("written", ["many", "0", "-5", "2.5"])
def test_a_number_that_makes_no_sense_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv(NAME, written)

    with pytest.raises(SystemExit) as end:
        env.number(NAME, 7, least=1)

    assert end.value.code == (
        f"{NAME} is {written!r}: give a whole number of 1 or more. docs/configuration.md explains it."
    )


@pytest.mark.parametrize("written", ["a week", "-1", "nan", "1e300"])
def test_seconds_that_make_no_sense_are_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv(NAME, written)

    with pytest.raises(SystemExit) as end:
        env.seconds(NAME, 2.5)

    assert end.value.code == f"{NAME} is {written!r}: give a number of seconds. docs/configuration.md explains it."


def test_without_a_worker_nothing_starts(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "WORKERS": "0"}
    check = [sys.executable, "manage.py", "check"]

    done = subprocess.run(check, check=False, cwd=env.ROOT, env=environment, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.startswith("WORKERS is '0'")
    assert len(done.stderr.splitlines()) == 1
