"""A throw-away PostgreSQL server for one command: `python -m tests.postgres.server COMMAND…`.

The command gets DATABASE_URL. The server listens on a Unix socket in a temporary folder and on no port; both are gone
when the command ends. PostgreSQL refuses to run as root: started by root it runs as `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
OWNER = "wbscanner"
START_SECONDS = 30


class Missing(Exception):
    """PostgreSQL is not installed."""


def binaries() -> Path:
    """The folder of initdb and pg_ctl: Debian's newest version, otherwise whatever PATH finds; raises Missing."""
    versions = sorted(DEBIAN_BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise Missing("PostgreSQL is missing: apt install postgresql")


def account() -> pwd.struct_passwd | None:
    """Whom the server must run as: None is the present user."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run(command: list[str], user: pwd.struct_passwd | None, environment: Mapping[str, str], log: Path) -> None:
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with log.open("ab") as output:
        subprocess.run(
            command,
            check=True,
            cwd=log.parent,
            env=environment,
            stdout=output,
            stderr=output,
            timeout=START_SECONDS,
            **who,  # type: ignore[call-overload]
        )


@contextmanager
def running() -> Iterator[str]:
    """A fresh server; gives the URL of its empty database. Raises Missing, CalledProcessError, TimeoutExpired."""
    folder = Path(tempfile.mkdtemp(prefix="wbscanner-postgres-"))
    user, programs, log = account(), binaries(), folder / "log"
    log.touch()
    if user:
        for path in (folder, log):
            os.chown(path, user.pw_uid, user.pw_gid)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    control = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w", "-t", str(START_SECONDS - 5)]
    # No fsync: this database does not outlive its command.
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=50"
    try:
        initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N"]
        _run(initdb, user, environment, log)
        _run([*control, "-o", options, "start"], user, environment, log)
        try:
            yield f"postgres://{OWNER}@{str(folder).replace('/', '%2F')}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], user, environment, log)
    except subprocess.SubprocessError:
        sys.stderr.write(log.read_text(encoding="utf-8", errors="replace"))
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    with running() as url:
        return subprocess.run(command, check=False, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as error:
        sys.exit(str(error))
