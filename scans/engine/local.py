"""What is known of one link on this machine: heuristics and feeds, nobody asked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from scans.engine.feeds.feed import Feed, FeedError
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.heuristics import HEURISTICS, WRITING, Heuristic
from scans.engine.heuristics.runs import runs_of
from scans.engine.links import Link
from scans.engine.scoring import Assessment, assess
from scans.engine.worst import worst
from scans.engine.wrappers import is_security_rewriter, unwrap

logger = logging.getLogger(__name__)

# What a defect in a pure function raises; anything else (memory, interrupts) is not ours to judge a link by.
DEFECTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

_NO_FEEDS = NotChecked("feeds", NotCheckedReason.NONE_LOADED)
_NOT_FOLLOWED = NotChecked("redirects", NotCheckedReason.NOT_FOLLOWED)
_NOT_ASKED = NotChecked("providers", NotCheckedReason.NOT_ASKED)
_SWITCHED_OFF = tuple(NotChecked(source, NotCheckedReason.SWITCHED_OFF) for source in ("redirects", "providers"))

Looked = tuple[list[Finding], list[NotChecked]]


def analyze_locally(
    link: Link,
    *,
    network: bool = True,
    heuristics: Iterable[Heuristic] = (*HEURISTICS, *WRITING),
    feeds: Sequence[Feed] = (),
) -> Assessment:
    """Judges a link and what it carries with what is on this machine; `network` only says why nobody was asked."""
    findings, gaps = look_within(link, heuristics=heuristics, feeds=feeds)
    if network:
        gaps += (_NOT_FOLLOWED, _NOT_ASKED)
    else:
        gaps += _SWITCHED_OFF
    return assess(findings, gaps)


def look_within(link: Link, *, heuristics: Iterable[Heuristic], feeds: Sequence[Feed]) -> Looked:
    """As look_locally; of a wrapper the worst of it and the addresses it carries, and how itself was written.

    A mail filter's wrapper is not judged itself: its length and its keys are nobody's doing.
    """
    targets = unwrap(link)
    if not targets:
        return look_locally(link, heuristics=heuristics, feeds=feeds)
    heuristics = tuple(heuristics)
    of_links = [heuristic for heuristic in heuristics if heuristic not in WRITING]
    of_writing = [heuristic for heuristic in heuristics if heuristic in WRITING]
    judged = [address for address in (link, *targets[:-1]) if not is_security_rewriter(address)]
    findings, gaps = look_along([*judged, targets[-1]], heuristics=of_links, feeds=feeds)
    written, broken = look_locally(link, heuristics=of_writing, feeds=())
    return [*findings, *written], list(dict.fromkeys([*gaps, *(gap for gap in broken if gap is not _NO_FEEDS)]))


def look_locally(link: Link, *, heuristics: Iterable[Heuristic], feeds: Sequence[Feed]) -> Looked:
    """What the heuristics and the feeds say, and which of them broke."""
    knows_bad = any(feed.knows_bad for feed in feeds)
    findings, gaps = list[Finding](), list[NotChecked]() if knows_bad else [_NO_FEEDS]
    for run in runs_of(tuple(heuristics)):
        try:
            findings += run.say(link)
        except DEFECTS:
            said, broken = _look_singly(link, run.heuristics)
            findings += said
            gaps += broken
    if feeds:
        listed, broken = _look_up(link, feeds)
        findings += listed
        gaps += broken
    return findings, gaps


def _look_singly(link: Link, heuristics: Iterable[Heuristic]) -> Looked:
    """What those heuristics say that do not break, and which of them broke."""
    findings, gaps = list[Finding](), list[NotChecked]()
    for heuristic in heuristics:
        try:
            found = heuristic(link)
        except DEFECTS:
            gaps.append(_broke(f"heuristic:{heuristic.__name__}"))
        else:
            findings += [found] if found else []
    return findings, gaps


def _look_up(link: Link, feeds: Sequence[Feed]) -> Looked:
    """What the feeds say, and which of them broke."""
    findings, gaps = list[Finding](), list[NotChecked]()
    for feed in feeds:
        try:
            listed = feed.lookup(link)
        except (FeedError, *DEFECTS):
            gaps.append(_broke(f"feed:{feed.name}"))
        else:
            findings += listed
    return findings, gaps


def look_along(links: Iterable[Link], *, heuristics: Iterable[Heuristic], feeds: Sequence[Feed]) -> Looked:
    """What is said of the worst of several addresses of one way, and everything that broke at any of them."""
    heuristics = tuple(heuristics)
    looked = [look_locally(link, heuristics=heuristics, feeds=feeds) for link in links]
    gaps = dict.fromkeys(gap for _, missing in looked for gap in missing)
    return worst([found for found, _ in looked]), list(gaps)


def _broke(source: str) -> NotChecked:
    """The gap of what raised the exception that is being handled."""
    logger.exception("%s broke; the link counts as not fully checked.", source)
    return NotChecked(source, NotCheckedReason.FAILED)
