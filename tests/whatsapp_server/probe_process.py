"""Starts the probe as a child process and reads what it reports; also the quickest way to a pairing."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeAlias

from tests.whatsapp_server.server import PROJECT_ROOT, SESSION_FILE, WhatsAppServer

PROBE = "tests/whatsapp_server/probe.py"
WAIT_SECONDS = 60.0

Report: TypeAlias = dict[str, Any]


class ProbeProcess:
    """A running probe; use it as a context manager, leaving it kills the process."""

    def __init__(self, server: WhatsAppServer, session_file: Path) -> None:
        self._process = subprocess.Popen(
            server.command(PROBE, str(session_file)),
            env=server.env(),
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reports: list[Report] = []
        self.noise: list[str] = []
        self._changed = threading.Condition()
        self._numbers = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def freeze(self) -> None:
        """Stop the process where it is: its sockets stay open and nothing is read."""
        self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End the process with SIGKILL."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def seen(self, event: str, **details: object) -> list[Report]:
        """Return the reports of a kind so far, narrowed down by their details (`id="…"`)."""
        wanted = {"event": event, **details}.items()
        return [report for report in list(self.reports) if wanted <= _flat(report).items()]

    def wait_for(self, event: str, *, count: int = 1, timeout: float = WAIT_SECONDS, **details: object) -> Report:
        """Wait for the n-th report of a kind and return it; raises TimeoutError with everything reported."""
        return self._wait(lambda: self.seen(event, **details), count, timeout)

    def ask(self, verb: str, **arguments: object) -> Any:
        """Run one of the probe's commands and return its result; raises RuntimeError with the client's error."""
        return self.result(self.command(verb, **arguments))

    def command(self, verb: str, **arguments: object) -> int:
        """Start one of the probe's commands and return its number, for result()."""
        self._numbers += 1
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"number": self._numbers, "verb": verb, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._numbers

    def result(self, number: int) -> Any:
        """Wait for a command to end and return its result; raises RuntimeError with the client's error."""
        answer = self.wait_for("result", number=number)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def exit_code(self, timeout: float = WAIT_SECONDS) -> int:
        """Wait for the process to end by itself."""
        return self._process.wait(timeout)

    def _wait(self, find: Callable[[], list[Report]], count: int, timeout: float) -> Report:
        with self._changed:
            if not self._changed.wait_for(lambda: len(find()) >= count, timeout):
                raise TimeoutError(f"reports {self.reports}\noutput {self.noise}")
            return find()[count - 1]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                if line.startswith('{"event"'):
                    self.reports.append(json.loads(line))
                else:
                    self.noise.append(line.rstrip())
                self._changed.notify_all()


def _flat(report: Report) -> Report:
    """Return the details of a report that can be compared as a set."""
    return {name: value for name, value in report.items() if isinstance(value, (str, int))}


def make_pairing(server: WhatsAppServer, directory: Path) -> None:
    """Pair a probe by QR code and keep the session in the directory, for WhatsAppServer.load_pairing()."""
    session_file = directory / f"new-{SESSION_FILE}"
    with ProbeProcess(server, session_file) as probe:
        server.scan(probe.wait_for("qr")["text"])
        server.wait_logged_in()
        probe.wait_for("connected")
    server.save_pairing(session_file, directory)
    session_file.unlink()
