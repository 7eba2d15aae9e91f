"""A worker that is killed with -9 over a long piece of work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from groups.policy import State
from overrides.models import Override
from tests.desk import busy
from tests.desk.errands import content, worked_off
from tests.factories import make_group, make_owner
from tests.waclient.planning import told
from tests.wiring.file_database import database_file
from wbscanner.desk.backtest import comparing
from wbscanner.desk.backtest.comparing import Comparison
from wbscanner.desk.backtest.proposals import named
from wbscanner.desk.errands import bringing, carrying_out, trying
from wbscanner.desk.errands.carrying_out import carry_out, sweep
from wbscanner.desk.errands.kinds import BRING_OVERRIDES, TRY_POLICY
from wbscanner.models import AuditEntry, Errand, ErrandState

pytestmark = pytest.mark.usefixtures("own_data_folder")


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    ends_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends_at, "it never happened"
        time.sleep(0.02)


@contextmanager
def worker(folder: Path, errand: Errand) -> Iterator[None]:
    """A process of its own that carries it out, killed with -9 at the end of the block."""
    work = f"import django; django.setup(); from {carry_out.__module__} import carry_out; carry_out({errand.pk})"
    there = {**os.environ, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "wbscanner.settings"}
    process = subprocess.Popen([sys.executable, "-c", work], env=there)
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def found_dead(errand: Errand) -> None:
    """The lease of its worker is over, and the sweep rings for another one."""
    past = timezone.now() - timedelta(seconds=30)
    Errand.objects.filter(pk=errand.pk).update(until=past, asked_at=past)
    assert sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_no_line_and_saves_none_twice(tmp_path: Path) -> None:
    with database_file(tmp_path):
        (tmp_path / "wbscanner.sqlite3").symlink_to(tmp_path / "race.sqlite3")
        errand = worked_off(carrying_out.begin(BRING_OVERRIDES, make_owner("olga"), {}, content(2_000).encode()))
        carrying_out.say_yes(errand, bringing.begun(errand.place))
        with worker(tmp_path, errand):
            until(lambda: Errand.objects.get(pk=errand.pk).done >= 200)

        errand.refresh_from_db()
        assert errand.state == ErrandState.GOING_ON
        assert Override.objects.count() == errand.done == errand.place["at"] < 2_000
        assert sweep() == 0  # it may still be alive
        found_dead(errand)
        worked_off(errand)

        assert (errand.state, errand.place["saved"]) == (ErrandState.DONE, 2_000)
        assert Override.objects.count() == AuditEntry.objects.filter(action="override.create").count() == 2_000


@pytest.mark.django_db(transaction=True)
def test_a_replay_whose_worker_is_killed_begins_anew_and_comes_to_the_same(tmp_path: Path) -> None:
    with database_file(tmp_path):
        (tmp_path / "wbscanner.sqlite3").symlink_to(tmp_path / "race.sqlite3")
        group = told(make_group(state=State.WATCH))
        busy.fill(group, 3_000)
        errand = carrying_out.begin(TRY_POLICY, make_owner("olga"), trying.given(group, named("marketplace")))
        with worker(tmp_path, errand):
            until(lambda: Errand.objects.get(pk=errand.pk).done >= 2 * comparing.MESSAGES_AT_ONCE)

        errand.refresh_from_db()
        assert (errand.state, errand.place) == (ErrandState.GOING_ON, {})
        assert errand.done < errand.total == 3_000
        found_dead(errand)
        worked_off(errand)

        assert errand.state == ErrandState.DONE
        named("marketplace").problems(group)
        found = Comparison.from_json(errand.place["found"])
        assert found == comparing.compare(group, comparing.live(group.policy), found.until)
