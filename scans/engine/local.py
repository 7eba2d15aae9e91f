"""What is known of one link on this machine: heuristics and feeds, nobody asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from scans.engine.feeds import FEEDS
from scans.engine.feeds.feed import Feed, FeedError
from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.heuristics import HEURISTICS, WRITING, Heuristic
from scans.engine.links import Link
from scans.engine.providers import PROVIDERS
from scans.engine.scoring import Assessment, assess
from scans.engine.worst import worst

logger = logging.getLogger(__name__)

# What a defect in a pure function raises; anything else (memory, interrupts) is not ours to judge a link by.
DEFECTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

Looked = tuple[list[Finding], list[NotChecked]]


def analyze_locally(
    link: Link,
    *,
    network: bool = True,
    heuristics: Iterable[Heuristic] = (*HEURISTICS, *WRITING),
    feeds: Sequence[Feed] = FEEDS,
    seen: Sequence[Finding] | None = None,
) -> Assessment:
    """Judges a link with what is on this machine and asks nobody; `network` only says why nobody was asked.

    `seen` are the heuristics' findings about the exact URL, for when `link` is only what may be kept of it.
    """
    findings, gaps = look_locally(link, heuristics=heuristics if seen is None else (), feeds=feeds)
    findings.extend(seen or ())
    switched_off = NotCheckedReason.SWITCHED_OFF
    gaps.append(NotChecked("redirects", NotCheckedReason.NOT_FOLLOWED if network else switched_off))
    if not network:
        gaps.append(NotChecked("providers", switched_off))
    elif not PROVIDERS:
        gaps.append(NotChecked("providers", NotCheckedReason.NONE_CONFIGURED))
    else:
        gaps.append(NotChecked("providers", NotCheckedReason.NOT_ASKED))
    return assess(findings, gaps)


def look_locally(link: Link, *, heuristics: Iterable[Heuristic], feeds: Sequence[Feed]) -> Looked:
    """What the heuristics and the feeds say, and which of them broke."""
    findings: list[Finding] = []
    gaps = [] if feeds else [NotChecked("feeds", NotCheckedReason.NONE_LOADED)]
    lookups = [(f"heuristic:{heuristic.__name__}", heuristic) for heuristic in heuristics]
    lookups += [(f"feed:{feed.name}", feed.lookup) for feed in feeds]
    for source, look in lookups:
        found, gap = _look(source, look, link)
        findings += [found] if found else []
        gaps += [gap] if gap else []
    return findings, gaps


def look_along(links: Iterable[Link], *, heuristics: Iterable[Heuristic], feeds: Sequence[Feed]) -> Looked:
    """What is said of the worst of several addresses of one way, and everything that broke at any of them."""
    heuristics = tuple(heuristics)
    looked = [look_locally(link, heuristics=heuristics, feeds=feeds) for link in links]
    gaps = dict.fromkeys(gap for _, missing in looked for gap in missing)
    return worst([found for found, _ in looked]), list(gaps)


def _look(source: str, look: Callable[[Link], Finding | None], link: Link) -> tuple[Finding | None, NotChecked | None]:
    try:
        return look(link), None
    except (FeedError, *DEFECTS):
        logger.exception("%s broke; the link counts as not fully checked.", source)
        return None, NotChecked(source, NotCheckedReason.FAILED)
