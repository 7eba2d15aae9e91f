"""The moderators' queue: one row a link, ordered by severity, reach and newness (design 8.19)."""

from __future__ import annotations

from datetime import datetime
from math import log2

from django.db.models import Count, Max

from scans.engine.scoring import Verdict
from waclient.models import Decision, QueueItem, Sighting

SEVERITY = {Verdict.MALICIOUS: 8.0, Verdict.SUSPICIOUS: 4.0, Verdict.UNKNOWN: 1.0}
HALF_LIFE_SECONDS = 3 * 24 * 3600.0


def rank(verdict: Verdict, reach: int, posted_at: datetime) -> float:
    """Grows with severity, with each doubling of the groups reached, and by one for every half-life later."""
    return SEVERITY.get(verdict, 0.0) + log2(1 + reach) + posted_at.timestamp() / HALF_LIFE_SECONDS


def refresh(url_hash: str) -> None:
    """Rewrite a link's row after a sighting of it got a verdict; links with nothing found have none."""
    decision = Decision.objects.filter(url_hash=url_hash, undone_at__isnull=True).order_by("-at").first()
    newest = _newest(url_hash)
    verdict = Verdict(newest.verdict) if newest and newest.verdict else Verdict.BENIGN
    if newest is None or verdict is Verdict.BENIGN:
        _close(url_hash, decision)
        return
    counts = Sighting.objects.filter(url_hash=url_hash).aggregate(
        reach=Count("group", distinct=True), posted_at=Max("posted_at")
    )
    QueueItem.objects.update_or_create(
        url_hash=url_hash,
        defaults={
            "url": newest.url,
            "host": newest.host,
            "verdict": verdict,
            "reach": counts["reach"],
            "posted_at": counts["posted_at"],
            "decided_at": decision.at if decision else None,
            "rank": rank(verdict, counts["reach"], counts["posted_at"]),
        },
    )


def _newest(url_hash: str) -> Sighting | None:
    """What was last said about a link; what one group allowed itself says nothing about the others."""
    said = Sighting.objects.filter(url_hash=url_hash, verdict__isnull=False)
    return said.exclude(verdict=Verdict.BENIGN, override__group__isnull=False).order_by("-planned_at", "-pk").first()


def _close(url_hash: str, decision: Decision | None) -> None:
    """Drop the row of a link that is fine; one that a person made fine stays, and returns when that is undone."""
    rows = QueueItem.objects.filter(url_hash=url_hash)
    if decision is None:
        rows.filter(decided_at__isnull=True).delete()
    rows.update(decided_at=decision.at if decision else None)
