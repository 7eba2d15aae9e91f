"""The desk as its real web server gives it, over a copy of the tests' database in which two tables are missing."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPMessage
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.staticfiles.finders import get_finders
from django.db import connection
from django.utils import timezone

from tests.factories import make_group, make_token
from tests.wiring.file_database import database_file
from wbscanner.models import Invitation
from wbscanner.setup import make_roles

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wbscanner.wsgi")
STARTS_WITHIN = 60.0
INVITED = "a" * 64
PASSWORD = "stairs battery horse wrong"
LOST = ("waclient_queueitem", "scans_scan")


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: HTTPMessage
    body: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A server that listens; `base` is its BASE_URL, `session` the cookie of a viewer, `token` of the API."""

    port: int
    base: str
    token: str
    session: str = ""

    @property
    def is_https(self) -> bool:
        return self.base.startswith("https:")

    @property
    def host(self) -> str:
        return self.base.partition("://")[2]

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Reply:
        """As a browser would through the proxy; `headers` are added or take the place of the usual ones."""
        usual = {"Host": self.host, "X_Forwarded_Proto": "https" if self.is_https else "http"}
        if form is not None:
            usual["Content_Type"] = "application/x-www-form-urlencoded"
        body = urlencode(form) if form is not None else None
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as line:
            line.request(
                method, path, body, {name.replace("_", "-"): text for name, text in {**usual, **headers}.items()}
            )
            answer = line.getresponse()
            return Reply(answer.status, answer.headers, answer.read().decode(errors="replace"))


@contextmanager
def desk(folder: Path, port: int, base: str) -> Iterator[Desk]:
    """Started, asked for its health, and with a viewer logged in."""
    token = _make_files(folder)
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        "DATA_DIR": str(folder), "STATIC_ROOT": str(folder / "static"), "BASE_URL": base, "BIND": f"127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR", "DATABASE_URL": f"sqlite:///{folder / 'race.sqlite3'}",
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *GUNICORN], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        server = Desk(port, base, token)
        _wait(server, process)
        form = {"username": "ines", "password1": PASSWORD, "password2": PASSWORD}
        joined = server.ask("POST", f"/join/{INVITED}/", form)
        assert joined.status == 302, joined.body
        session = next(text for text in joined.headers.get_all("Set-Cookie") or [] if "sessionid=" in text)
        yield Desk(port, base, token, session)
    finally:
        process.terminate()
        process.wait(20)


def _wait(server: Desk, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends and process.poll() is None:
        try:
            if server.ask("GET", "/healthz").status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise TimeoutError("the web server did not start")


def _make_files(folder: Path) -> str:
    """Database and static files; the token is of the API."""
    with database_file(folder):
        make_roles()
        group, hashed = make_group("Coro Aurora"), hashlib.sha256(INVITED.encode()).hexdigest()
        ends = timezone.now() + timedelta(days=1)
        Invitation.objects.create(name="Ines", role="viewer", group_ids=[group.pk], token_hash=hashed, expires_at=ends)
        _token, clear = make_token()
        with connection.cursor() as cursor:
            for table in LOST:
                cursor.execute(f"ALTER TABLE {table} RENAME TO lost_{table}")
    _make_static(folder / "static")
    return clear


def _make_static(folder: Path) -> None:
    """One real file, and a manifest that lets pages name all others."""
    folder.mkdir()
    (folder / "page.0123456789ab.css").write_text("body{}")
    names = [name for finder in get_finders() for name, _storage in finder.list([])]
    manifest = {"paths": {name: name for name in names}, "version": "1.1", "hash": ""}
    (folder / "staticfiles.json").write_text(json.dumps(manifest))
