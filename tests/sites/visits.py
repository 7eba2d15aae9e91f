"""Following links through the small internet, from synchronous tests."""

from __future__ import annotations

import asyncio
from typing import Any

from scans.engine.journeys import Journey
from scans.engine.links import parse
from scans.engine.redirects import follow
from tests.sites.servers import Sites

# A test waits no longer for one journey.
SECONDS = 5.0


def followed(sites: Sites, url: str, *, seconds: float = SECONDS, **options: Any) -> Journey:
    """The journey of a link, by the product's own guarded client."""

    async def visit() -> Journey:
        async with sites.client() as client:
            return await follow(parse(url), client, seconds=seconds, **options)

    return asyncio.run(visit())


def way(journey: Journey) -> list[tuple[str, str, int | None]]:
    """The hops as plain values: URL, how, status."""
    return [(hop.link.url, hop.how.value, hop.status) for hop in journey.hops]
