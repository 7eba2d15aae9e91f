"""Carrying scans out: the only code that judges claimed scans and stores what came of it."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from scans import visiting
from scans.engine.analyze import Analysis, Visit, analyze
from scans.engine.findings import Finding, NotCheckedReason
from scans.engine.heuristics import HEURISTICS
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.local import look_within
from scans.engine.scoring import assess_failed
from scans.hops import Evidence, HopRow, rows_of
from scans.models import MAX_ATTEMPTS, Disclosure, DisclosureKind, Scan

log = logging.getLogger(__name__)

# Links that one worker opens at the same time: nearly all of a visit is waiting, and slow servers must not hold up
# the link that somebody posts now.
AT_ONCE = 8
# Seconds until a worker that waits for answers looks again whether there is something new to begin.
LOOK_AGAIN = 0.25


def run_next_scan(now: datetime | None = None) -> Scan | None:
    """Claim the most urgent waiting scan and perform it; None when nothing waits."""
    scan = Scan.claim(now or timezone.now())
    if scan is not None:
        perform_scan(scan)
    return scan


def run_waiting_scans(seconds: float) -> int:
    """Perform what waits, the most urgent first and several at once, until nothing does; how many.

    After `seconds` nothing more is begun; what was begun takes SCAN_SECONDS longer at most.
    """
    done, until = 0, time.monotonic() + seconds
    with asyncio.Runner() as runner:
        links = _Links(runner)
        while True:
            while links.has_room and time.monotonic() < until and (scan := Scan.claim(timezone.now())):
                links.begin(scan)
                done += 1
            if not links.are_open:
                return done
            links.wait()


class _Links:
    """The links that this worker has open; they move on only while it waits, and its rows are written in between."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._open: dict[asyncio.Task[Analysis], tuple[Scan, Link]] = {}

    @property
    def has_room(self) -> bool:
        return len(self._open) < AT_ONCE

    @property
    def are_open(self) -> bool:
        return bool(self._open)

    def begin(self, scan: Scan) -> None:
        """Open the link of a claimed scan; one that cannot be read ends at once."""
        link = _readable(scan)
        if link is not None:
            self._open[self._runner.get_loop().create_task(_analyze(scan, link))] = scan, link

    def wait(self) -> None:
        """Wait until a link has been judged, LOOK_AGAIN at most, and store what came of it.

        One whose judging broke takes no other along: it is left to its lease, MAX_ATTEMPTS times.
        """
        first = asyncio.wait(self._open, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        judged, _waiting = self._runner.run(first)
        for task in judged:
            scan, link = self._open.pop(task)
            error = task.exception()
            if error is None:
                _store(scan, link, task.result())
            else:
                log.error("scan %d could not be carried out", scan.pk, exc_info=error)


def perform_scan(scan: Scan) -> None:
    """Judge a claimed scan and store the outcome; what cannot be judged ends as unknown, never as benign."""
    link = _readable(scan)
    if link is not None:
        _store(scan, link, asyncio.run(_analyze(scan, link)))


def _readable(scan: Scan) -> Link | None:
    """The link to judge; None when the scan has ended as unknown, because it has none or killed its workers."""
    if scan.attempts > MAX_ATTEMPTS:
        _give_up(scan)
        return None
    try:
        return parse(scan.fetch_url or scan.url)
    except InvalidLink as error:
        log.warning("scan %d: its stored URL cannot be read: %s", scan.pk, error)
        scan.finish(assess_failed("unreadable"), timezone.now())
        return None


def _give_up(scan: Scan) -> None:
    """End a scan whose workers died; its link was opened by them, as far as anybody knows."""
    with transaction.atomic():
        is_ours = scan.finish(assess_failed("gave_up"), timezone.now())
        if is_ours and scan.fetch_url is not None and isinstance(visiting.visit_of(scan), Visit):
            Disclosure.objects.create(scan=scan, kind=DisclosureKind.VISIT)


async def _analyze(scan: Scan, link: Link) -> Analysis:
    visit, seen = visiting.visit_of(scan), _kept(scan)
    if visit is NotCheckedReason.NOT_ALLOWED:
        return await analyze(link, client=None, visit=visit, seen=seen)
    try:
        client = visiting.open_client()
    except OSError:  # no room for another open file: that is no reason to say nothing
        log.exception("scan %d: its link cannot be opened", scan.pk)
        return await analyze(link, client=None, visit=NotCheckedReason.FAILED, seen=seen)
    async with client:
        return await analyze(link, client=client, visit=visit, seen=seen)


def _store(scan: Scan, link: Link, analysis: Analysis) -> None:
    """Outcome, way and disclosure together or, when another worker has taken the scan over, not at all."""
    now, evidence = timezone.now(), Evidence(_way(scan, analysis), _seen(scan, link))
    with transaction.atomic():
        is_ours = scan.finish(analysis.assessment, now, evidence)
        if is_ours and analysis.was_opened:
            Disclosure.objects.create(scan=scan, kind=DisclosureKind.VISIT, at=now)
    if not is_ours:
        log.warning("scan %d was taken over by another worker, this result is dropped", scan.pk)


def _kept(scan: Scan) -> list[Finding] | None:
    """What was found in the exact link, where that is not kept itself."""
    return None if scan.fetch_url else scan.seen


def _seen(scan: Scan, link: Link) -> list[Finding]:
    """What the heuristics say of the exact link and of what it wraps, to be kept when the link is forgotten."""
    kept = _kept(scan)
    return look_within(link, heuristics=HEURISTICS, feeds=())[0] if kept is None else kept


def _way(scan: Scan, analysis: Analysis) -> list[HopRow]:
    """The way as it may be kept; where the exact link is not, its beginning is what was read of it when it was."""
    rows = rows_of(analysis.hops)
    if scan.fetch_url:
        return rows
    kept = [row for row in scan.way if row.is_inside] or [replace(rows[0], url_hash=scan.url_hash)]
    answered = [replace(old, status=new.status) for old, new in zip(kept, rows, strict=False)]
    return [*answered, *kept[len(rows) :], *rows[len(kept) :]]
