"""Carrying scans out: the only code that judges claimed scans and stores what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from scans import visiting
from scans.asking.consulting import plan
from scans.engine.analyze import Inspection, Visit, inspect
from scans.engine.consult import consult
from scans.engine.findings import NotCheckedReason
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.scoring import assess_failed
from scans.models import MAX_ATTEMPTS, Disclosure, DisclosureKind, Scan
from scans.sources import sources
from scans.storing import Asked, Opened, Outcomes, kept_findings, store

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
        self._looked_at: dict[asyncio.Task[Inspection], Opened] = {}
        self._asked_about: dict[asyncio.Task[Outcomes], Asked] = {}

    @property
    def has_room(self) -> bool:
        return len(self._looked_at) + len(self._asked_about) < AT_ONCE

    @property
    def are_open(self) -> bool:
        return bool(self._looked_at or self._asked_about)

    def begin(self, scan: Scan) -> None:
        """Open the link of a claimed scan; one that cannot be read ends at once."""
        link = _readable(scan)
        if link is not None:
            self._looked_at[self._runner.get_loop().create_task(_inspect(scan, link))] = Opened(scan, link)

    def wait(self) -> None:
        """Wait until a link is a step further, LOOK_AGAIN at most, and take its next step.

        One whose judging broke takes no other along: it is left to its lease, MAX_ATTEMPTS times.
        """
        tasks = [*self._looked_at, *self._asked_about]
        first = asyncio.wait(tasks, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        self._runner.run(first)
        for inspected in [task for task in self._looked_at if task.done()]:
            opened = self._looked_at.pop(inspected)
            with _alone(opened.scan):
                self._ask(opened, inspected.result())
        for consulted in [task for task in self._asked_about if task.done()]:
            asked = self._asked_about.pop(consulted)
            with _alone(asked.opened.scan):
                store(asked, consulted.result(), timezone.now())

    def _ask(self, opened: Opened, inspection: Inspection) -> None:
        """Ask those about a link who may be asked; where nobody may, it has come to its end."""
        asked = Asked(opened, inspection, plan(opened.scan, inspection, timezone.now()))
        self._asked_about[self._runner.get_loop().create_task(_consult(asked))] = asked


def perform_scan(scan: Scan) -> None:
    """Judge a claimed scan and store the outcome; what cannot be judged ends as unknown, never as benign."""
    with asyncio.Runner() as runner:
        links = _Links(runner)
        links.begin(scan)
        while links.are_open:
            links.wait()


@contextlib.contextmanager
def _alone(scan: Scan) -> Iterator[None]:
    """A step of one scan; what breaks in it, or in its rows, is logged and stays with this scan."""
    try:
        yield
    except Exception:
        log.exception("scan %d could not be carried out", scan.pk)


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


async def _inspect(scan: Scan, link: Link) -> Inspection:
    visit, seen, consulted = visiting.visit_of(scan), kept_findings(scan), sources()
    if visit is NotCheckedReason.NOT_ALLOWED:
        return await inspect(link, client=None, visit=visit, seen=seen, sources=consulted)
    try:
        client = visiting.open_client()
    except OSError:  # no room for another open file: that is no reason to say nothing
        log.exception("scan %d: its link cannot be opened", scan.pk)
        return await inspect(link, client=None, visit=NotCheckedReason.FAILED, seen=seen, sources=consulted)
    async with client:
        return await inspect(link, client=client, visit=visit, seen=seen, sources=consulted)


async def _consult(asked: Asked) -> Outcomes:
    turns, deadline = asked.plan.turns, asked.inspection.deadline
    if not any(turn.is_asked for turn in turns):
        return await consult(turns, None, deadline)
    try:
        client = visiting.open_client()
    except OSError:
        log.exception("scan %d: nobody can be asked about its link", asked.opened.scan.pk)
        return await consult(turns, None, deadline)
    async with client:
        return await consult(turns, client, deadline)
