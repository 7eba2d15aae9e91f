"""Storing what came of a scan: its verdict, its way, what was told to whom, and what is wanted next."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from scans.asking.consulting import Plan
from scans.engine.analyze import Analysis, Inspection, conclude
from scans.engine.consult import Outcome
from scans.engine.feeds.expressions import keys_of
from scans.engine.feeds.feed import FeedError
from scans.engine.findings import Finding
from scans.engine.heuristics import HEURISTICS
from scans.engine.links import Link
from scans.engine.local import DEFECTS, look_within
from scans.hops import Evidence, HopRow, rows_of
from scans.lists import listed
from scans.models import Disclosure, DisclosureKind, Scan
from scans.reporting.known import known_reports, wish_for_reports
from scans.settling import settle

log = logging.getLogger(__name__)

Outcomes = tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A claimed scan and the link it judges."""

    scan: Scan
    link: Link


@dataclass(frozen=True, slots=True)
class Asked:
    """A scan whose link was inspected, and whose turn it was to be asked about it."""

    opened: Opened
    inspection: Inspection
    plan: Plan


def store(asked: Asked, outcomes: Outcomes, now: datetime) -> None:
    """Outcome, way and visit together or, when another worker has taken the scan over, not at all.

    What was learnt about the providers is stored in any case, and who was told of the link is known since they were.
    """
    scan, inspection = asked.opened.scan, asked.inspection
    known = (*asked.plan.known, *known_reports(scan, inspection.ends, now))
    analysis = conclude(inspection, (*outcomes, *known))
    links = [hop.link for hop in analysis.hops]
    seen = _seen(scan, asked.opened.link)
    evidence = Evidence(_way(scan, analysis), seen, _watched(links), keys_of(links), analysis.page_hash)
    with transaction.atomic():
        settle(asked.plan, outcomes, now)
        is_ours = scan.finish(analysis.assessment, now, evidence)
        if is_ours:
            if inspection.was_opened:
                Disclosure.objects.create(scan=scan, kind=DisclosureKind.VISIT, at=now)
            wish_for_reports(scan, analysis, now)
    if not is_ours:
        log.warning("scan %d was taken over by another worker, this result is dropped", scan.pk)


def kept_findings(scan: Scan) -> list[Finding] | None:
    """What was found in the exact link, where that is not kept itself."""
    return None if scan.keeps_exact_link else scan.seen


def _watched(links: Sequence[Link]) -> list[Finding]:
    """What lists on trial say of any address on the way; they change no verdict, and neither does their trouble."""
    try:
        return list(dict.fromkeys(finding for link in links for finding in listed.lists().on_trial(link)))
    except (FeedError, *DEFECTS):
        log.exception("the lists on trial could not be looked up")
        return []


def _seen(scan: Scan, link: Link) -> list[Finding]:
    """What the heuristics say of the exact link and of what it wraps, to be kept when the link is forgotten."""
    kept = kept_findings(scan)
    return look_within(link, heuristics=HEURISTICS, feeds=())[0] if kept is None else kept


def _way(scan: Scan, analysis: Analysis) -> list[HopRow]:
    """The way as it may be kept; where the exact link is not, its beginning is what was read of it when it was."""
    rows = rows_of(analysis.hops)
    if scan.keeps_exact_link:
        return rows
    kept = [row for row in scan.way if row.is_inside] or [replace(rows[0], url_hash=scan.url_hash)]
    answered = [replace(old, status=new.status) for old, new in zip(kept, rows, strict=False)]
    return [*answered, *kept[len(rows) :], *rows[len(kept) :]]
