"""One wbscanner of its own for end-to-end tests: data folder, SQLite file, real processes, and a look into its rows."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

from tests.sites import Sites
from tests.whatsapp_server.server import WhatsAppServer
from waclient.models import Connection

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60.0  # spent by a failing test only; a machine may stand still for a while
STOP_SECONDS = 10.0
LOOK_SECONDS = 0.05

# Nothing waits between messages: pacing has its own tests.
UNPACED = {
    "SEND_GAP_MIN": "0",
    "SEND_GAP_MAX": "0",
    "SEND_TYPING": "0",
    "SEND_GROUP_GAP": "0",
    "SEND_HOURLY_CAP": "100000",
    "SEND_DAILY_CAP": "100000",
    "SEND_WARM_UP_DAYS": "0",
    "CAMPAIGN_COOLDOWN": "0",
    "GROUP_REPLIES_HOURLY": "100000",
    "GROUP_REPLIES_DAILY": "100000",
    "ANSWERS_PERSON_HOURLY": "100000",
    "ANSWERS_GROUP_HOURLY": "100000",
    "GROUP_FETCH_GAP": "0",
}

Row = TypeVar("Row", bound=Model)
_numbers = count(1)


def wait_for(claim: Callable[[], Any], what: str, timeout: float = WAIT_SECONDS) -> Any:
    """Look until the claim is true and return what it said; raises TimeoutError that names it."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if answer := claim():
            return answer
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"never saw: {what}")


class Process:
    """One of our processes, in a process group of its own, with its output in a file."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.log = name, log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.pid = self._popen.pid

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    def kill_group(self) -> None:
        """kill -9 of the process and of all its children, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait(STOP_SECONDS)

    def wait(self, timeout: float = STOP_SECONDS) -> int:
        """The exit code; raises subprocess.TimeoutExpired."""
        return self._popen.wait(timeout)

    def stop(self) -> int:
        """SIGTERM and wait; what does not end is killed and reported as TimeoutExpired."""
        if self.is_running:
            self._popen.terminate()
        try:
            return self.wait()
        finally:
            self.kill_group()


class Installation:
    """Start its processes, look at its rows with rows(Model), and close() it."""

    def __init__(self, folder: Path, server: WhatsAppServer, sites: Sites, template: Path | None = None) -> None:
        self.folder, self.server, self.sites = folder, server, sites
        self.data = folder / "data"
        self.data.mkdir(mode=0o700, parents=True)
        self.database = self.data / "wbscanner.sqlite3"
        self.session = self.data / "whatsapp" / "session.sqlite3"
        self.session.parent.mkdir(mode=0o700)
        self.alias = f"e2e_{next(_numbers)}"
        self.processes: list[Process] = []
        if template is not None:
            shutil.copy(template / "wbscanner.sqlite3", self.database)
            for key in ("secret_key", "installation_key"):
                shutil.copy(template / key, self.data / key)
        connections.databases[self.alias] = {**connections.databases["default"], "NAME": str(self.database)}

    # Processes

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "wbscanner.settings",
            "DATA_DIR": str(self.data),
            "WHATSAPP_DIR": str(self.session.parent),
            **UNPACED,
        }
        return {**self.server.env(), **own}

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a manage.py command to its end."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=check, capture_output=True, text=True, timeout=60
        )

    def start_socket(self, **settings: str) -> Process:
        """The unmodified `manage.py runwaclient`, whose library trusts the loopback server."""
        return self.start("socket", self.server.command("manage.py", "runwaclient"), **settings)

    def start_worker(self, providers: str = "-", **settings: str) -> Process:
        """The unmodified `manage.py qcluster`, for whom every name on the internet leads to the servers of the test.

        Of the providers it asks those that are named, with commas between them.
        """
        directions = self.folder / "directions.json"
        directions.write_text(self.sites.directions.to_json(), encoding="utf-8")
        command = [sys.executable, "-m", "tests.e2e.opening", str(directions), providers, "manage.py", "qcluster"]
        return self.start("worker", command, **settings)

    def start(self, name: str, command: Sequence[str], **settings: str) -> Process:
        """Any program of the installation, in its environment and with settings of its own."""
        process = Process(name, command, {**self.environment, **settings}, self.folder / f"{name}.log")
        self.processes.append(process)
        return process

    def log_of(self, name: str) -> str:
        """Everything a kind of process has written so far."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        for process in self.processes:
            process.kill_group()
        connections[self.alias].close()
        del connections[self.alias]
        del connections.databases[self.alias]

    # Rows

    def rows(self, model: type[Row]) -> QuerySet[Row]:
        return model._default_manager.using(self.alias).all()

    @property
    def connection(self) -> Connection:
        """The socket's row; a fresh one before the first start."""
        return self.rows(Connection).first() or Connection()

    def wish(self, **values: object) -> None:
        """What the desk's phone page writes."""
        self.rows(Connection).update_or_create(pk=Connection.SOLE_ID, defaults=values)

    def wait_phase(self, phase: str, timeout: float = WAIT_SECONDS) -> Connection:
        def is_there() -> Connection | None:
            row = self.connection
            return row if row.phase == phase else None

        try:
            found: Connection = wait_for(is_there, f"phase {phase}", timeout)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; it is {self.connection.phase}: {self.log_of('socket')[-2000:]}") from None
        return found
