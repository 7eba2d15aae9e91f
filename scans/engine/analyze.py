"""Judging one link in two steps: inspect it, then conclude with what those say who were asked about it.

Between the two the caller decides by its own rows who may be asked (scans.engine.consult asks them).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from scans.engine import arrivals
from scans.engine.cloaking import look_for_cloaking
from scans.engine.consult import Outcome
from scans.engine.feeds.feed import Feed
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.heuristics import HEURISTICS, Heuristic
from scans.engine.journeys import Hop, How, Journey, Stop
from scans.engine.links import Link
from scans.engine.local import Looked, look_along, look_locally, look_within
from scans.engine.redirects import USER_AGENT, follow
from scans.engine.scoring import FAILURES, Assessment, Verdict, assess
from scans.engine.worst import worst
from scans.engine.wrappers import is_security_rewriter, unwrap

logger = logging.getLogger(__name__)

# What one scan may take, and what opening the link may take of it (design 8.13).
SCAN_SECONDS = 8.0
VISIT_SECONDS = 3.0
# Kept of a scan's time for writing its result down.
STORE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Visit:
    """How a link is opened: as whom, for how many seconds, and whether a second look checks for cloaking."""

    user_agent: str = USER_AGENT
    seconds: float = VISIT_SECONDS
    checks_cloaking: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """What is consulted about a link on this machine."""

    heuristics: tuple[Heuristic, ...] = HEURISTICS
    feeds: tuple[Feed, ...] = ()


ORDINARY_VISIT = Visit()
ALL_SOURCES = Sources()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is known of a link before anybody is asked about it."""

    hops: tuple[Hop, ...]
    """The addresses on its way, first the posted one."""
    was_opened: bool
    """Whether any of them was opened."""
    findings: tuple[Finding, ...]
    gaps: tuple[NotChecked, ...]
    deadline: float
    """When those who are asked must have answered, on the clock of time.monotonic and of event loops."""
    page_hash: str = ""
    """The fingerprint of the page at the end; empty where none was seen that has one."""

    @property
    def ends(self) -> tuple[Link, ...]:
        """The addresses that others are asked about: the first and the last, none that a mail filter put around."""
        ends = {link.url: link for link in (self.hops[0].link, self.hops[-1].link) if not is_security_rewriter(link)}
        return tuple(ends.values())

    @property
    def is_risky(self) -> bool:
        """Whether scarce questions are spent on it: it looks bad, hides where it leads, or was not seen to the end."""
        hides = any(finding.code in {"shortener", "shortener_not_opened"} for finding in self.findings)
        unseen = any(gap.reason in FAILURES for gap in self.gaps)
        return hides or unseen or assess(self.findings).verdict is not Verdict.BENIGN


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is said of a link, the addresses on its way (first the posted one), and whether any of them was opened."""

    assessment: Assessment
    hops: tuple[Hop, ...]
    was_opened: bool
    page_hash: str = ""


async def analyze(
    link: Link,
    *,
    client: httpx.AsyncClient | None,
    visit: Visit | NotCheckedReason = ORDINARY_VISIT,
    sources: Sources = ALL_SOURCES,
) -> Analysis:
    """Judges a link by inspecting it alone, for those who have no rows to ask others by."""
    inspection = await inspect(link, client=client, visit=visit, sources=sources)
    reason = NotCheckedReason.SWITCHED_OFF if client is None else NotCheckedReason.NOT_ASKED
    return conclude(inspection, (Outcome("providers", gap=reason),))


async def inspect(
    link: Link,
    *,
    client: httpx.AsyncClient | None,
    visit: Visit | NotCheckedReason = ORDINARY_VISIT,
    seen: Sequence[Finding] | None = None,
    sources: Sources = ALL_SOURCES,
) -> Inspection:
    """Looks at every address on a link's way; what fails is a gap, and a gap is never innocence.

    A reason in place of `visit`, or no client, leaves the link unopened. `seen` are the heuristics' findings about the
    exact link, for when `link` is only what may be kept of it.
    """
    deadline = time.monotonic() + SCAN_SECONDS - STORE_SECONDS
    inside = (link, *unwrap(link))
    known, gaps = _look_at_posted(link, seen, sources)
    trip = await _travel(inside, client, visit)
    beyond = [hop.link for hop in trip.hops[len(inside) :] if not is_security_rewriter(hop.link)]
    further, more = look_along(beyond, heuristics=sources.heuristics, feeds=sources.feeds)
    findings = (*(worst([known, further]) if beyond else known), *trip.findings)
    every_gap = tuple(dict.fromkeys([*gaps, *more, *trip.gaps]))
    return Inspection(trip.hops, trip.was_opened, findings, every_gap, deadline, trip.page_hash)


def conclude(inspection: Inspection, outcomes: Sequence[Outcome]) -> Analysis:
    """The verdict, out of what was seen and what those said who were asked; one that failed is a gap."""
    said = dict.fromkeys(finding for outcome in outcomes for finding in outcome.findings)  # two may know the same date
    findings = [*inspection.findings, *said]
    gaps = [*inspection.gaps, *(NotChecked(said.source, said.gap) for said in outcomes if said.gap is not None)]
    assessment = assess(findings, dict.fromkeys(gaps))
    return Analysis(assessment, inspection.hops, inspection.was_opened, inspection.page_hash)


def _look_at_posted(link: Link, seen: Sequence[Finding] | None, sources: Sources) -> Looked:
    """What is said of the posted link on this machine; what was seen in the exact one stands for the heuristics."""
    if seen is None:
        return look_within(link, heuristics=sources.heuristics, feeds=sources.feeds)
    listed, gaps = look_locally(link, heuristics=(), feeds=sources.feeds)
    return [*seen, *listed], gaps


@dataclass(frozen=True, slots=True)
class _Trip:
    """What opening the link showed, or why it was not opened."""

    hops: tuple[Hop, ...]
    findings: tuple[Finding, ...] = ()
    gaps: tuple[NotChecked, ...] = ()
    was_opened: bool = False
    page_hash: str = ""


async def _travel(inside: Sequence[Link], client: httpx.AsyncClient | None, visit: Visit | NotCheckedReason) -> _Trip:
    posted, *wrapped = inside
    stay = (Hop(posted, How.POSTED), *(Hop(link, How.WRAPPED) for link in wrapped))
    if client is None or not isinstance(visit, Visit):
        reason = NotCheckedReason.SWITCHED_OFF if isinstance(visit, Visit) else visit
        return _Trip(stay, gaps=(NotChecked(arrivals.REDIRECTS, reason),))
    try:
        journey = await follow(posted, client, seconds=visit.seconds, user_agent=visit.user_agent)
        findings, gaps = arrivals.look_at(journey)
        if visit.checks_cloaking:
            cloaking = await look_for_cloaking(posted, client, journey, seconds=visit.seconds)
            findings += [cloaking] if cloaking else []
    except Exception:  # whatever a stranger's server makes a library raise, what is known of the link still counts
        logger.exception("The link could not be followed; it counts as not fully checked.")
        return _Trip(stay, gaps=(NotChecked(arrivals.REDIRECTS, NotCheckedReason.FAILED),), was_opened=True)
    page_hash = journey.page.fingerprint if journey.page is not None else ""
    return _Trip(journey.hops, tuple(findings), tuple(gaps), _was_opened(journey), page_hash)


def _was_opened(journey: Journey) -> bool:
    """Whether anybody out there could notice: an answer came, or one was waited for."""
    has_answer = any(hop.status is not None for hop in journey.hops)
    return has_answer or journey.stopped_because in {Stop.UNREACHABLE, Stop.BAD_CERTIFICATE, Stop.TIMED_OUT}
