"""A worker that is killed with -9 over a long piece of work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from overrides.models import Override
from tests.desk.errands import content, worked_off
from tests.factories import make_owner
from tests.wiring.file_database import database_file
from wbscanner.desk.errands import bringing, carrying_out
from wbscanner.desk.errands.carrying_out import carry_out, sweep
from wbscanner.desk.errands.kinds import BRING_OVERRIDES
from wbscanner.models import AuditEntry, Errand, ErrandState

pytestmark = pytest.mark.usefixtures("own_data_folder")


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    ends_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends_at, "it never happened"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_no_line_and_saves_none_twice(tmp_path: Path) -> None:
    with database_file(tmp_path):
        (tmp_path / "wbscanner.sqlite3").symlink_to(tmp_path / "race.sqlite3")
        errand = worked_off(carrying_out.begin(BRING_OVERRIDES, make_owner("olga"), {}, content(2_000).encode()))
        carrying_out.say_yes(errand, bringing.begun(errand.place))
        work = f"import django; django.setup(); from {carry_out.__module__} import carry_out; carry_out({errand.pk})"
        there = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "wbscanner.settings"}
        worker = subprocess.Popen([sys.executable, "-c", work], env=there)
        try:
            until(lambda: Errand.objects.get(pk=errand.pk).done >= 200)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()

        errand.refresh_from_db()
        assert errand.state == ErrandState.GOING_ON
        assert Override.objects.count() == errand.done == errand.place["at"] < 2_000
        assert sweep() == 0  # it may still be alive
        past = timezone.now() - timedelta(seconds=30)
        Errand.objects.filter(pk=errand.pk).update(until=past, asked_at=past)
        assert sweep() == 1
        worked_off(errand)

        assert (errand.state, errand.place["saved"]) == (ErrandState.DONE, 2_000)
        assert Override.objects.count() == AuditEntry.objects.filter(action="override.create").count() == 2_000
