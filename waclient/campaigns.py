"""Which links are one scam. Only links taken for bad are counted to one, and that adds nothing against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from scans.engine.likeness import STRENGTH, Address, Mark, MarkKind, marks_of
from scans.engine.scoring import Verdict
from waclient.models import Campaign, CampaignMark, Sighting

BAD = frozenset({Verdict.SUSPICIOUS, Verdict.MALICIOUS})
# How long after its last link a campaign is still joined. Words of a path are chance after a while, an address is not.
OPEN_FOR = {
    MarkKind.LINK: timedelta(days=30),
    MarkKind.SITE: timedelta(days=30),
    MarkKind.PAGE: timedelta(days=30),
    MarkKind.SHAPE: timedelta(days=2),
}


def join(sighting: Sighting, now: datetime) -> MarkKind:
    """Count a link that is taken for bad to its campaign, begun where none is open; by what it belongs there.

    The sighting is not saved.
    """
    marks = _marks(sighting)
    known = _open_marks(marks, now)
    best = min(known, key=lambda mark: (STRENGTH[MarkKind(mark.kind)], mark.campaign_id), default=None)
    by = MarkKind.LINK if best is None else MarkKind(best.kind)
    if best is None:
        sighting.campaign = Campaign.objects.create(host=_way(sighting)[-1].host, first_seen_at=now, last_seen_at=now)
    else:
        sighting.campaign = best.campaign
        Campaign.objects.filter(pk=best.campaign_id).update(last_seen_at=now)
    taken = {(mark.kind, mark.value) for mark in known}
    # What has only its shape in common may be chance: its site and page tell nothing about further links.
    telling = [mark for mark in marks if by is not MarkKind.SHAPE or mark.kind is MarkKind.LINK]
    fresh = [mark for mark in telling if (mark.kind, mark.value) not in taken]
    rows = [CampaignMark(campaign=sighting.campaign, kind=mark.kind, value=mark.value) for mark in fresh]
    CampaignMark.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "value"], update_fields=["campaign"]
    )
    return by


def in_common(sightings: Iterable[Sighting]) -> list[Mark]:
    """What several links of these have in common, the strongest first."""
    links: defaultdict[Mark, set[str]] = defaultdict(set)
    for sighting in sightings:
        for mark in _marks(sighting):
            links[mark].add(sighting.url_hash)
    shared = [mark for mark, hashes in links.items() if len(hashes) > 1]
    return sorted(shared, key=lambda mark: (STRENGTH[mark.kind], mark.value))


def _marks(sighting: Sighting) -> tuple[Mark, ...]:
    return marks_of(_way(sighting), sighting.scan.page_hash if sighting.scan is not None else "")


def _open_marks(marks: Sequence[Mark], now: datetime) -> list[CampaignMark]:
    """Those of the marks by which a campaign is known that is not over."""
    wanted = Q()
    for mark in marks:
        wanted |= Q(kind=mark.kind, value=mark.value)
    found = CampaignMark.objects.filter(wanted).select_related("campaign")
    return [mark for mark in found if now - mark.campaign.last_seen_at < OPEN_FOR[MarkKind(mark.kind)]]


def _way(sighting: Sighting) -> Sequence[Address]:
    """The link's way as far as it is known, at least the posted address."""
    return (sighting.scan.way if sighting.scan is not None else []) or [sighting]
