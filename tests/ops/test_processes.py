"""What the three processes may and may not do, seen from outside."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADS_WEB_AND_JOBS = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "wbscanner.settings"
import wbscanner.wsgi, wbscanner.urls, scans.tasks, waclient.tasks
from django.urls import get_resolver
get_resolver().url_patterns
print(sorted({name.split(".")[0] for name in sys.modules} & {"neonize", "magic", "PIL", "gcld3"}))
"""


def run(*command: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process as a new user would start it, with its own data folder; it must succeed."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(data.parent), "DATA_DIR": str(data), **environment}
    outcome = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=clean, capture_output=True, text=True, timeout=100, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome


def test_web_and_worker_never_load_the_whatsapp_library(tmp_path: Path) -> None:
    assert run("-c", LOADS_WEB_AND_JOBS, data=tmp_path / "data").stdout.strip() == "[]"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A new installation that was prepared twice, and what each preparation said."""
    data = tmp_path_factory.mktemp("installation") / "data"
    said = [run("manage.py", "prepare", data=data).stdout for _ in range(2)]
    return data, said


def test_preparing_ends_with_the_address_and_a_set_up_link(prepared: tuple[Path, list[str]]) -> None:
    _data, said = prepared

    for words in said:
        last = words.rstrip().splitlines()[-5:]
        assert any("http://127.0.0.1:8000" in line for line in last)
        assert any("/setup/" in line for line in last)


def test_each_set_up_link_is_new(prepared: tuple[Path, list[str]]) -> None:
    _data, said = prepared

    links = [next(word for word in words.split() if "/setup/" in word) for words in said]

    assert links[0] != links[1]


def test_once_there_is_an_owner_no_link_is_printed(prepared: tuple[Path, list[str]], tmp_path: Path) -> None:
    data, _said = prepared
    create = ("manage.py", "createsuperuser", "--noinput", "--username", "ada", "--email", "ada@desk.example")
    run(*create, data=data, DJANGO_SUPERUSER_PASSWORD="a passphrase nobody guesses")

    words = run("manage.py", "welcome", data=data).stdout

    assert "http://127.0.0.1:8000" in words
    assert "/setup/" not in words


def test_the_data_folder_is_for_its_owner_only(prepared: tuple[Path, list[str]]) -> None:
    data, _said = prepared

    open_to_others = [
        path.relative_to(data.parent)
        for path in [data, *data.iterdir()]
        if path.name != "static" and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]

    assert (data / "secret_key").is_file()
    assert (data / "wbscanner.sqlite3").is_file()
    assert open_to_others == []
