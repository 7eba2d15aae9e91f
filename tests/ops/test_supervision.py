"""What `make run` starts: the real supervisor with the real three processes, on a port of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.bench.memory import children_by_parent, family, words
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 3.0
ORPHAN_SECONDS = 10.0
PROGRAMS = ("gunicorn", "qcluster", "runwaclient")

pytestmark = pytest.mark.e2e


@dataclass(frozen=True, slots=True)
class Installation:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def main_process(self, program: str) -> int | None:
        """The PID of the supervisor's own child that runs this program."""
        children = children_by_parent()[self.process.pid]
        return next((pid for pid in children if program in words(pid)), None)

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def is_complete(self) -> bool:
        return self.answers() and "/setup/" in self.log.read_text() and all(map(self.main_process, PROGRAMS))


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    ends_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends_at, what
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Whether it still executes something; one that only waits to be buried does not."""
    return words(pid).strip() not in {"", "(ended)"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `manage.py prepare` leaves behind: a migrated database with its keys, and the files of the desk."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare = [sys.executable, "manage.py", "prepare", "--no-link"]
    environment = {**surroundings(folder, free_port()), "STATIC_ROOT": str(folder / "static")}
    subprocess.run(prepare, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=60)
    return folder


def surroundings(folder: Path, port: int) -> dict[str, str]:
    """Environment variables of every process of one installation."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DATA_DIR": str(folder / "data"),
        "BIND": f"127.0.0.1:{port}",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def supervised(folder: Path, prepared: Path) -> Iterator[Installation]:
    """Everything that `make run` starts, complete."""
    shutil.copytree(prepared / "data", folder / "data")
    port, log = free_port(), folder / "log"
    environment = {**surroundings(folder, port), "STATIC_ROOT": str(prepared / "static")}
    supervise = [sys.executable, "deploy/supervise.py", "--nodaemon", "--configuration", "deploy/supervisord.conf"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*supervise, "--pidfile", str(folder / "pid")], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    running = Installation(process, port, log)
    try:
        wait_for(running.is_complete, START_SECONDS, "not everything started")
        yield running
    finally:
        for pid in reversed(family(process.pid)) if process.poll() is None else ():
            os.kill(pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def installation(tmp_path: Path, prepared: Path) -> Iterator[Installation]:
    """One of the test's own."""
    with supervised(tmp_path, prepared) as running:
        yield running


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Installation]:
    """One for all tests after which it is complete again."""
    with supervised(tmp_path_factory.mktemp("mended"), prepared) as running:
        yield running


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_killed_process_is_started_again(mended: Installation, program: str) -> None:
    killed = mended.main_process(program)
    assert killed is not None
    whole_family = family(killed)
    os.kill(killed, signal.SIGKILL)

    wait_for(
        lambda: mended.main_process(program) not in {None, killed} and mended.answers(),
        START_SECONDS,
        f"{program} stayed away",
    )
    assert [words(pid) for pid in whole_family if is_running(pid)] == []


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_leaves_nothing_behind_after_three_seconds(installation: Installation, stop: signal.Signals) -> None:
    everyone = family(installation.process.pid)

    installation.process.send_signal(stop)
    installation.process.wait(STOP_SECONDS)

    assert len(everyone) > len(PROGRAMS)
    assert [words(pid) for pid in everyone if is_running(pid)] == []
    assert "Traceback" not in installation.log.read_text()


def test_a_killed_supervisor_leaves_nobody_behind(installation: Installation) -> None:
    everyone = family(installation.process.pid)

    installation.process.kill()
    installation.process.wait(STOP_SECONDS)

    wait_for(lambda: not any(map(is_running, everyone)), ORPHAN_SECONDS, f"{[words(pid) for pid in everyone]} remain")
