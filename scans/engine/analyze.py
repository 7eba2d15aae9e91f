"""Everything that is looked at to judge one link."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

import httpx

from scans.engine.feeds import FEEDS
from scans.engine.feeds.feed import Feed
from scans.engine.findings import NotChecked, NotCheckedReason
from scans.engine.heuristics import HEURISTICS, Heuristic
from scans.engine.links import Link
from scans.engine.local import DEFECTS, look_locally
from scans.engine.providers import PROVIDERS
from scans.engine.providers.provider import Provider, ProviderError
from scans.engine.scoring import Assessment, assess

logger = logging.getLogger(__name__)


async def analyze(
    link: Link,
    *,
    client: httpx.AsyncClient,
    providers: Sequence[Provider] = PROVIDERS,
    heuristics: Iterable[Heuristic] = HEURISTICS,
    feeds: Sequence[Feed] = FEEDS,
) -> Assessment:
    """Judges a link locally and asks the providers; one that fails is a gap, and a gap is never innocence."""
    findings, gaps = look_locally(link, heuristics=heuristics, feeds=feeds)
    gaps.append(NotChecked("redirects", NotCheckedReason.NOT_FOLLOWED))
    if not providers:
        gaps.append(NotChecked("providers", NotCheckedReason.NONE_CONFIGURED))
    for provider in providers:
        try:
            findings.extend(await provider.check([link], client))
        except (ProviderError, httpx.HTTPError, *DEFECTS):
            logger.exception("Provider %s gave no answer.", provider.name)
            gaps.append(NotChecked(f"provider:{provider.name}", NotCheckedReason.FAILED))
    return assess(findings, gaps)
