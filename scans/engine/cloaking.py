"""A site that shows a scanner something else than a phone: the link is followed a second time, as a phone would."""

from __future__ import annotations

import httpx

from scans.engine.findings import Finding
from scans.engine.journeys import Journey, Stop
from scans.engine.links import Link
from scans.engine.names import brands
from scans.engine.redirects import MAX_SECONDS, follow

# Chrome on Android, which shortens its own user agent to this form (developer.chrome.com, "User-Agent reduction").
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36"
)
POINTS = 4


async def look_for_cloaking(
    link: Link, client: httpx.AsyncClient, journey: Journey, *, seconds: float = MAX_SECONDS
) -> Finding | None:
    """The finding `cloaking` when a phone arrives on another registrable domain than the journey did.

    Only two pages are compared: a phone that is sent to an app store or another program is what honest links do, too.
    """
    if journey.stopped_because is not Stop.ARRIVED:
        return None
    of_phone = await follow(link, client, seconds=seconds, user_agent=PHONE)
    if of_phone.stopped_because is not Stop.ARRIVED or _have_one_owner(journey.final, of_phone.final):
        return None
    return Finding.of("cloaking", POINTS, host=journey.final.host, domain=of_phone.final.host)


def _have_one_owner(one: Link, other: Link) -> bool:
    if one.registrable_domain == other.registrable_domain:
        return True
    # A domain may be listed under several names of one owner (Facebook, Meta).
    return any(
        owner is not None and domain in owner.domains
        for owner, domain in (
            (brands.owner(one.registrable_domain), other.registrable_domain),
            (brands.owner(other.registrable_domain), one.registrable_domain),
        )
    )
