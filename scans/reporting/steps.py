"""Reports that are wanted: asked for once, looked for until they are there, and ended in a new scan of the link.

wanted -> sending (stored before anything is sent) -> waiting -> done | failed. What is found in `sending` afterwards
was begun by a process that died: it is uncertain and never repeated.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from scans import leases, services
from scans.asking import answers, breakers, consulting
from scans.asking.access import access
from scans.asking.consulting import KINDS
from scans.engine.ceiling import Ceiling
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.providers.provider import Trouble
from scans.engine.providers.reporter import Report, Reporter
from scans.models import Artifact, ArtifactKind, Cause, Disclosure, PendingReport, ProviderState, ReportState
from scans.reporting import calls as report_calls
from scans.reporting.calls import CALL_SECONDS, Done, NotNow

log = logging.getLogger(__name__)

LEASE = "reports"
# A step makes one call; a process that takes longer is dead.
STEP_TAKES = timedelta(seconds=CALL_SECONDS * 2)
# Between two looks for a report, and how many there are at most: about ten minutes.
LOOK_EVERY = (timedelta(seconds=5),) * 8 + (timedelta(seconds=30),) * 20
MOST_TRIES = 3
TRY_AGAIN = timedelta(minutes=2)
# What could not be asked for by then is no longer of use; what is waited for gets as long again.
WANTED_FOR = timedelta(hours=1)
MAX_ARTIFACT = 2 * 1_048_576
PURGED_AT_ONCE = 20


def step(now: datetime) -> bool:
    """Do the next thing that is due, if nobody else is at it; whether there was one."""
    with leases.held(LEASE, now, STEP_TAKES) as is_ours:
        return is_ours and _next(now)


def next_due() -> datetime | None:
    """When there is something to do next; None when no report is wanted or waited for."""
    open_states = [ReportState.WANTED, ReportState.SENDING, ReportState.WAITING]
    return (
        PendingReport.objects.filter(state__in=open_states).order_by("due_at").values_list("due_at", flat=True).first()
    )


def hasten(provider: str, reference: str, now: datetime) -> bool:
    """Look for a report at once, because somebody said that it is there; False when none of that number is awaited."""
    awaited = PendingReport.objects.filter(provider=provider, reference=reference, state=ReportState.WAITING)
    return bool(awaited.update(due_at=now))


def forget_artifacts(older_than: datetime) -> int:
    """Delete what reports brought before that, PURGED_AT_ONCE at most (they are large); how many."""
    old = Artifact.objects.filter(made_at__lt=older_than).order_by("made_at").values_list("pk", flat=True)
    count, _by_model = Artifact.objects.filter(pk__in=list(old[:PURGED_AT_ONCE])).delete()
    return count


def _next(now: datetime) -> bool:
    died = PendingReport.objects.filter(state=ReportState.SENDING)
    died.update(state=ReportState.UNCERTAIN, error="the process that asked for it died: it may have been asked for")
    due = PendingReport.objects.filter(state__in=[ReportState.WANTED, ReportState.WAITING], due_at__lte=now)
    report = due.select_related("scan").order_by("due_at", "pk").first()
    if report is None:
        return False
    reporter = next((each for each in consulting.reporters() if each.card.name == report.provider), None)
    if reporter is None:
        _end(report, ReportState.FAILED, "its service is no longer part of the program")
    elif report.state == ReportState.WANTED:
        _ask_for(report, reporter, now)
    else:
        _look_for(report, reporter, now)
    return True


def _ask_for(report: PendingReport, reporter: Reporter, now: datetime) -> None:
    link = _link_of(report)
    if link is None:
        _end(report, ReportState.FAILED, "the exact link is no longer kept")
        return
    turn = _turn(report, reporter, report.asked_at, now)
    if turn is None:
        return
    if not _begin(report, reporter, now):
        report_calls.give_back(turn)
        return
    said = report_calls.submit(turn, reporter, link)
    if isinstance(said, Done):
        _move(report, state=ReportState.WAITING, reference=said.value, due_at=now + reporter.first_look, attempts=0)
    else:
        _not_taken(report, reporter, said, now)


def _begin(report: PendingReport, reporter: Reporter, now: datetime) -> bool:
    """Store that it is being asked for, and who is told what; False when somebody else was faster."""
    with transaction.atomic():
        waiting = PendingReport.objects.filter(pk=report.pk, state=ReportState.WANTED, attempts=report.attempts)
        is_ours = bool(waiting.update(state=ReportState.SENDING, submitted_at=now, attempts=report.attempts + 1))
        kind = KINDS.get(reporter.card.ceiling)
        if is_ours and kind is not None:
            Disclosure.objects.create(scan=report.scan, kind=kind, provider=reporter.card.name, at=now)
    return is_ours


def _not_taken(report: PendingReport, reporter: Reporter, said: NotNow, now: datetime) -> None:
    """Tried again where it certainly did not arrive, or may arrive twice; refused or uncertain otherwise."""
    is_repeatable = said.was_not_sent or reporter.card.is_safe_to_repeat or said.trouble is Trouble.QUOTA
    if said.is_final:
        _end(report, ReportState.FAILED, said.message)
    elif not is_repeatable:
        _end(report, ReportState.UNCERTAIN, said.message)
    elif report.attempts + 1 >= MOST_TRIES:
        _end(report, ReportState.FAILED, said.message)
    else:
        _move(report, state=ReportState.WANTED, due_at=now + max(said.pause, TRY_AGAIN), error=said.message)


def _look_for(report: PendingReport, reporter: Reporter, now: datetime) -> None:
    if report.attempts >= len(LOOK_EVERY):
        _end(report, ReportState.FAILED, report.error or "the report did not come")
        return
    turn = _turn(report, reporter, report.submitted_at or report.asked_at, now)
    if turn is None:
        return
    looked = PendingReport.objects.filter(pk=report.pk, state=ReportState.WAITING, attempts=report.attempts)
    if not looked.update(attempts=report.attempts + 1, due_at=now + LOOK_EVERY[report.attempts]):
        report_calls.give_back(turn)
        return
    said = report_calls.collect(turn, reporter, report.reference)
    if isinstance(said, NotNow):
        _not_seen(report, said, now)
    elif said.value is not None:
        _keep(report, reporter, said.value)


def _not_seen(report: PendingReport, said: NotNow, now: datetime) -> None:
    if said.is_final:
        _end(report, ReportState.FAILED, said.message)
    else:
        _move(report, error=said.message, due_at=now + max(said.pause, LOOK_EVERY[-1]))


def _keep(report: PendingReport, reporter: Reporter, brought: Report) -> None:
    """Store what it brought; the link is judged again with it."""
    link, now = _link_of(report), timezone.now()
    with transaction.atomic():
        if not _move(report, state=ReportState.DONE, error=""):
            return
        if link is not None:
            answers.keep(reporter.card.name, {reporter.subject(link): brought.reply}, now)
        Artifact.objects.bulk_create(
            [
                _artifact(report, kind, content, now)
                for kind, content in brought.files.items()
                if _may_keep(kind, content)
            ],
            ignore_conflicts=True,
        )
        services.look_again(services.newest(report.url_hash) or report.scan, Cause.REPORT)


def _may_keep(kind: str, content: bytes) -> bool:
    return kind in ArtifactKind.values and 0 < len(content) <= MAX_ARTIFACT


def _artifact(report: PendingReport, kind: str, content: bytes, now: datetime) -> Artifact:
    digest = report_calls.digest(content)
    return Artifact(report=report, kind=kind, content=content, size=len(content), sha256=digest, made_at=now)


def _turn(report: PendingReport, reporter: Reporter, since: datetime, now: datetime) -> report_calls.Turn | None:
    """The right to one call; None when there is none now: the report is put off, or given up."""
    state = ProviderState.objects.filter(pk=reporter.card.name).first()
    allowed = access(reporter.card, state, Ceiling(report.scan.ceiling))
    if allowed.gap is not None:
        _end(report, ReportState.FAILED, f"not asked ({allowed.gap})")
        return None
    if since < now - WANTED_FOR:
        _end(report, ReportState.FAILED, report.error or "there was no room for it in its quota in time")
        return None
    if breakers.may_ask(state, now) and (turn := report_calls.reserve(reporter.card, allowed.key, now)) is not None:
        return turn
    paused_until = state.open_until if state is not None and state.open_until else now
    _move(report, due_at=max(paused_until, now + LOOK_EVERY[-1]))
    return None


def _link_of(report: PendingReport) -> Link | None:
    """The exact link, None when it is no longer kept."""
    try:
        return parse(report.scan.fetch_url) if report.scan.fetch_url else None
    except InvalidLink:
        return None


def _end(report: PendingReport, state: ReportState, why: str) -> None:
    log.warning("report %d of %s: %s (%s)", report.pk, report.provider, state, why)
    _move(report, state=state, error=why[:300])


def _move(report: PendingReport, **columns: object) -> bool:
    """Change a report that is not at its end; whether it was not."""
    ended = [ReportState.DONE, ReportState.FAILED, ReportState.UNCERTAIN]
    return bool(PendingReport.objects.filter(pk=report.pk).exclude(state__in=ended).update(**columns))
