"""The periodic jobs: one table, written into the queue's Schedule rows by `manage.py prepare`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django_q.models import Schedule

OURS = "wbscanner: "


@dataclass(frozen=True, slots=True)
class Job:
    """A function by its dotted path, and how often it runs."""

    func: str
    minutes: int

    @property
    def name(self) -> str:
        return f"{OURS}{self.func}"


JOBS = (
    Job("scans.tasks.sweep", minutes=1),
    Job("scans.tasks.look_again", minutes=1),
    Job("scans.tasks.refresh_feeds", minutes=1),
    Job("scans.tasks.send_reports", minutes=1),
    Job("scans.tasks.forget_fetch_urls", minutes=60),
    Job("scans.tasks.forget_answers", minutes=60),
    Job("scans.tasks.forget_artifacts", minutes=60),
    Job("scans.tasks.forget_times", minutes=60),
    Job("waclient.tasks.watch", minutes=1),
    Job("wbscanner.tasks.deliver", minutes=1),
    Job("wbscanner.desk.errands.carrying_out.sweep", minutes=1),
    Job("wbscanner.tasks.forget_alarms", minutes=60),
    Job("waclient.tasks.forget_addresses", minutes=60),
    Job("waclient.tasks.forget_newcomers", minutes=60),
    Job("waclient.tasks.forget_codes", minutes=1),
    Job("waclient.tasks.drop_old_work", minutes=60),
    Job("wbscanner.desk.going_live.ask", minutes=60),
    Job("waclient.tasks.forget_alerts", minutes=60),
    Job("waclient.tasks.forget_reports", minutes=60),
    Job("waclient.retention.purging.forget_rows", minutes=60),
    Job("waclient.retention.erasing.carry_out", minutes=1),
)
# The job that every worker must have run lately; `manage.py alive worker` asks about it.
HEARTBEAT = JOBS[0]


def sync() -> int:
    """Make the rows what the table says and return how many there are; schedules of an operator's own stay.

    A row that exists keeps its next run, so that a restart neither skips nor repeats one.
    """
    for job in JOBS:
        columns = {"func": job.func, "schedule_type": Schedule.MINUTES, "minutes": job.minutes, "repeats": -1}
        Schedule.objects.update_or_create(
            name=job.name, defaults=columns, create_defaults={**columns, "next_run": timezone.now()}
        )
    names = [job.name for job in JOBS]
    Schedule.objects.filter(name__startswith=OURS).exclude(name__in=names).delete()
    return len(names)
