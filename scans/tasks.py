"""What the worker runs. Tasks take ids, may run twice, and end well inside Q_CLUSTER's timeout."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_q.tasks import async_task

from scans.asking import answers, latency
from scans.carrying_out import run_waiting_scans
from scans.lists import importing
from scans.lists.changes import look_for_changes
from scans.models import Scan, ScanQuerySet, Status
from scans.rechecking import look_again_due
from scans.reporting import steps as reports
from scans.services import RUN_SCAN

log = logging.getLogger(__name__)

OVERDUE = timedelta(seconds=15)
SWEEP_STEP = 100
FEEDS_SECONDS = 10.0  # steps are begun so long; one may take FETCH_SECONDS
FORGETTING_STEPS = 20
REPORTS_SECONDS = 15.0  # so long a run waits for the next look, unless links wait to be judged
REPORTS_NAP = 0.5
DRAIN_SECONDS = 20.0  # with the scan begun last well inside Q_CLUSTER's timeout; what is left has wake-ups of its own


def run_scan(scan_id: int) -> str:
    """A wake-up: performs waiting scans, the most urgent first; the one that rang need not be among them.

    It goes on until nothing waits, so that the next link makes up for a wake-up that died with its worker.
    """
    return f"scan {scan_id} rang, {run_waiting_scans(DRAIN_SECONDS)} done"


def sweep() -> int:
    """Ring again for scans whose worker died or whose job was lost; returns how many."""
    now = timezone.now()
    abandoned = ScanQuerySet(Scan).abandoned(now)
    overdue = ScanQuerySet(Scan).pending().filter(status=Status.QUEUED, requested_at__lt=now - OVERDUE)
    rung = [*abandoned.values_list("pk", flat=True)[:SWEEP_STEP], *overdue.values_list("pk", flat=True)[:SWEEP_STEP]]
    for scan_id in rung:
        async_task(RUN_SCAN, scan_id)
    if rung:
        log.warning("%d scans were stuck, their jobs are queued again", len(rung))
    return len(rung)


def look_again() -> int:
    """Ask again for links whose next look is due; how many."""
    return look_again_due(timezone.now())


def refresh_feeds() -> str:
    """Import the lists that are due, step by step, then have links that they change looked at again; what was done.

    What is left is gone on with by the next run, a minute later.
    """
    steps, ends_at = 0, time.monotonic() + FEEDS_SECONDS
    while time.monotonic() < ends_at and importing.step(timezone.now()):
        steps += 1
    asked = look_for_changes(timezone.now()) if time.monotonic() < ends_at else 0
    return f"{steps} steps, {asked} links to be looked at again"


def send_reports() -> int:
    """Ask for the reports that are wanted and look for those that are due, as long as no link waits; how many steps.

    What is not due within REPORTS_SECONDS is left to the next run, a minute later at most.
    """
    steps, ends_at = 0, time.monotonic() + REPORTS_SECONDS
    while time.monotonic() < ends_at:
        if reports.step(timezone.now()):
            steps += 1
            continue
        due = reports.next_due()
        is_soon = due is not None and due < timezone.now() + timedelta(seconds=ends_at - time.monotonic())
        if not is_soon or ScanQuerySet(Scan).pending().filter(status=Status.QUEUED).exists():
            break
        time.sleep(REPORTS_NAP)
    return steps


def forget_artifacts() -> int:
    """Remove pictures and texts of pages after REPORT_ARTIFACTS_KEPT, FORGETTING_STEPS steps at most; how many."""
    old = timezone.now() - settings.REPORT_ARTIFACTS_KEPT
    return sum(reports.forget_artifacts(old) for _step in range(FORGETTING_STEPS))


def forget_fetch_urls() -> int:
    """Remove exact URLs, not what was found in them, 8 days after a link was last seen; how many."""
    old = timezone.now() - settings.FETCH_URL_KEPT
    rows = Scan.objects.filter(fetch_url__isnull=False, last_seen_at__lt=old, status=Status.DONE)
    return rows.update(fetch_url=None, seen_findings=Coalesce("seen_findings", "findings"))


def forget_answers() -> int:
    """Remove what providers said whose time is over, FORGETTING_STEPS steps at most; how many."""
    return sum(answers.purge(timezone.now()) for _step in range(FORGETTING_STEPS))


def forget_times() -> int:
    """Remove what is known of how long providers took two days ago; how many rows."""
    return latency.purge(timezone.now())
