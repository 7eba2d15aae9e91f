from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_q.models import Schedule
from pytest_django import Settings

from waclient.models import Connection
from wbscanner import probes, schedules

pytestmark = pytest.mark.django_db


class FakeWeb(ThreadingHTTPServer):
    status = 200
    host = ""


class Answer(BaseHTTPRequestHandler):
    server: FakeWeb

    def do_GET(self) -> None:
        self.server.host = self.headers["Host"]
        self.send_response(self.server.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWeb]:
    with FakeWeb(("127.0.0.1", 0), Answer) as server:
        monkeypatch.setenv("BIND", f"127.0.0.1:{server.server_port}")
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_web_server_is_asked_under_the_name_it_expects(web: FakeWeb, settings: Settings) -> None:
    settings.BASE_URL = "https://desk.example:8443"

    assert probes.web_answers()
    assert web.host == "desk.example:8443"


@pytest.mark.parametrize("status", [503, 500, 301, 400])
def test_any_other_answer_means_that_the_web_server_is_not_well(web: FakeWeb, status: int) -> None:
    web.status = status

    assert not probes.web_answers()


def test_nobody_listening_means_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIND", "127.0.0.1:1")

    assert not probes.web_answers()


@pytest.mark.parametrize(("overdue_minutes", "expected"), [(-1, True), (2, True), (4, False)])
def test_the_worker_is_at_work_while_its_minute_job_moves_on(overdue_minutes: int, expected: bool) -> None:
    schedules.sync()
    Schedule.objects.update(next_run=timezone.now() - timedelta(minutes=overdue_minutes))

    assert probes.worker_runs_jobs() is expected


@pytest.mark.parametrize(("age_seconds", "expected"), [(1, True), (29, True), (31, False)])
def test_the_socket_is_at_work_while_it_beats(age_seconds: int, expected: bool) -> None:
    Connection.write(beat_at=timezone.now() - timedelta(seconds=age_seconds))

    assert probes.socket_beats() is expected


def test_a_socket_that_never_ran_is_not_at_work() -> None:
    with pytest.raises(CommandError, match="socket"):
        call_command("alive", "socket")


def test_the_command_says_that_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    Connection.write(beat_at=timezone.now())

    call_command("alive", "socket")

    assert "socket is at work" in capsys.readouterr().out
