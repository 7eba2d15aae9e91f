"""Reports about links: what those that arrived say, and which are wanted next."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django_q.tasks import async_task

from scans.asking import answers, consulting
from scans.asking.access import access
from scans.engine.analyze import Analysis
from scans.engine.ceiling import Ceiling
from scans.engine.consult import Outcome, source_of
from scans.engine.findings import Finding, NotCheckedReason
from scans.engine.links import Link
from scans.engine.local import DEFECTS
from scans.engine.providers.provider import Facts
from scans.engine.providers.reporter import Reporter
from scans.models import PendingReport, ProviderState, Scan

log = logging.getLogger(__name__)

# A report that was wanted is not wanted again within this time, whatever became of it.
WANTED_ONCE_IN = timedelta(days=1)
SEND_REPORTS = "scans.tasks.send_reports"


def known_reports(scan: Scan, ends: Sequence[Link], now: datetime) -> tuple[Outcome, ...]:
    """What kept reports say of a link's ends; a gap for who cannot be asked, none for a report that is on its way."""
    reporters = consulting.reporters()
    if not reporters:
        return ()
    states = ProviderState.objects.in_bulk([reporter.card.name for reporter in reporters])
    kept = answers.kept({each.card.name: _subjects(each, ends).values() for each in reporters}, now)
    said = (_said(each, scan, ends, states, kept.get(each.card.name, {})) for each in reporters)
    return tuple(outcome for outcome in said if outcome.findings or outcome.gap is not None)


def wish_for_reports(scan: Scan, analysis: Analysis, now: datetime) -> int:
    """Write down which reports are worth their price, once a day a link at most; how many. A step sends them."""
    link = analysis.hops[0].link
    if scan.fetch_url is None:
        return 0
    wishes = [
        PendingReport(scan=scan, url_hash=scan.url_hash, provider=reporter.card.name, asked_at=now, due_at=now)
        for reporter in consulting.reporters()
        if _is_wanted(reporter, scan, link, analysis, now)
    ]
    PendingReport.objects.bulk_create(wishes, ignore_conflicts=True)  # one that is pending already is as good
    if wishes:
        async_task(SEND_REPORTS)
    return len(wishes)


def _said(
    reporter: Reporter, scan: Scan, ends: Sequence[Link], states: Mapping[str, ProviderState], kept: Mapping[str, Facts]
) -> Outcome:
    name = reporter.card.name
    gap = access(reporter.card, states.get(name), Ceiling(scan.ceiling)).gap
    outcome = Outcome(source_of(name), gap=gap)
    if gap is NotCheckedReason.SWITCHED_OFF or not kept:
        return outcome
    findings: list[Finding] = []
    try:
        for url, subject in _subjects(reporter, ends).items():
            if subject in kept:
                link = next(link for link in ends if link.url == url)
                findings += reporter.judge(link, kept[subject])
    except DEFECTS:
        log.exception("%s broke; the link counts as not fully checked.", source_of(name))
        return replace(outcome, gap=NotCheckedReason.FAILED)
    return replace(outcome, findings=tuple(dict.fromkeys(findings)), gap=None)


def _is_wanted(reporter: Reporter, scan: Scan, link: Link, analysis: Analysis, now: datetime) -> bool:
    name = reporter.card.name
    if access(reporter.card, ProviderState.objects.filter(pk=name).first(), Ceiling(scan.ceiling)).gap is not None:
        return False
    try:
        if not reporter.wants(link, analysis.assessment):
            return False
        subject = reporter.subject(link)
    except DEFECTS:
        log.exception("%s broke; no report is asked for.", source_of(name))
        return False
    recent = PendingReport.objects.filter(provider=name, url_hash=scan.url_hash, asked_at__gt=now - WANTED_ONCE_IN)
    return not recent.exists() and not answers.kept({name: [subject]}, now)


def _subjects(reporter: Reporter, ends: Sequence[Link]) -> dict[str, str]:
    """What reports are kept under, by the URL of the link."""
    try:
        return {link.url: reporter.subject(link) for link in ends}
    except DEFECTS:
        log.exception("%s broke; its reports are not read.", source_of(reporter.card.name))
        return {}
