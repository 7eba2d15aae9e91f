from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

from wbscanner import schedules

pytestmark = pytest.mark.django_db


def test_writing_the_schedules_twice_leaves_one_row_each() -> None:
    schedules.sync()
    schedules.sync()

    names = list(Schedule.objects.values_list("name", flat=True))
    assert sorted(names) == sorted(job.name for job in schedules.JOBS)


@pytest.mark.parametrize("job", schedules.JOBS, ids=lambda job: job.func)
def test_every_periodic_job_exists(job: schedules.Job) -> None:
    assert callable(import_string(job.func))


def test_a_restart_neither_repeats_nor_skips_a_run() -> None:
    schedules.sync()
    later = timezone.now() + timedelta(minutes=17)
    Schedule.objects.update(next_run=later)

    schedules.sync()

    assert set(Schedule.objects.values_list("next_run", flat=True)) == {later}


def test_a_changed_row_is_put_right_and_a_dropped_job_goes() -> None:
    schedules.sync()
    Schedule.objects.filter(name=schedules.JOBS[0].name).update(minutes=999, repeats=0)
    Schedule.objects.create(name=f"{schedules.OURS}gone.job", func="gone.job")

    schedules.sync()

    row = Schedule.objects.get(name=schedules.JOBS[0].name)
    assert (row.minutes, row.repeats) == (schedules.JOBS[0].minutes, -1)
    assert not Schedule.objects.filter(func="gone.job").exists()


def test_an_operators_own_schedule_stays() -> None:
    Schedule.objects.create(name="backup", func="shell.backup")

    schedules.sync()

    assert Schedule.objects.filter(name="backup").exists()
