"""A web server on a database of its own, for a browser to look at. Needs no settings of its own process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import ViewportSize

from tests.ports import free_port

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP = ViewportSize(width=360, height=780), ViewportSize(width=1280, height=900)
START_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]


def wait_until_it_answers(port: int, is_running: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + START_SECONDS
    while time.monotonic() < ends_at and is_running():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server did not start")


@dataclass(frozen=True, slots=True)
class House:
    """A database of its own and the environment of every process that works on it."""

    address: str
    environment: dict[str, str]
    database: Path

    @classmethod
    def in_folder(cls, folder: Path, **more: str) -> House:
        address = f"http://127.0.0.1:{free_port()}"
        own = {
            "DJANGO_SETTINGS_MODULE": "wbscanner.settings",
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "BASE_URL": address,
            "DATABASE_URL": "",
            "WHATSAPP": "simulated",
            "PYTHONPATH": str(ROOT),
        }
        return cls(address, {**os.environ, **own, **more}, folder / "wbscanner.sqlite3")

    def run(self, *command: str | Path) -> str:
        """Run a Python program on this database; what it prints."""
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def served(self, *before: str) -> Iterator[None]:
        """The web server runs; `before` are words before its name, of a module that starts it in another time."""
        port = self.address.rpartition(":")[2]
        program = [sys.executable, "-m", *before, "gunicorn", "wbscanner.wsgi"]
        command = [*program, "--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket"]
        server = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        try:
            wait_until_it_answers(int(port), lambda: server.poll() is None)
            yield
        finally:
            server.terminate()
            server.wait(20)
