"""The moderators' queue: one row a link, ordered by severity, reach and newness."""

from __future__ import annotations

from datetime import datetime
from math import log2

from django.db.models import Max, Q

from scans.engine.scoring import Verdict
from waclient.models import Decision, QueueItem, Sighting

SEVERITY = {Verdict.MALICIOUS: 8.0, Verdict.SUSPICIOUS: 4.0, Verdict.UNKNOWN: 1.0}
HALF_LIFE_SECONDS = 3 * 24 * 3600.0


def rank(verdict: Verdict, reach: int, posted_at: datetime) -> float:
    """Grows with severity, with each doubling of the groups reached, and by one for every half-life later."""
    return SEVERITY.get(verdict, 0.0) + log2(1 + reach) + posted_at.timestamp() / HALF_LIFE_SECONDS


def refresh(url_hash: str) -> None:
    """Rewrite a link's row after a sighting of it got a verdict or a person decided; a link that is fine has none.

    What a scan or an override for all groups said last holds everywhere but where a group has a rule of its own, and
    but for messages that are judged by how the link was written in them. The row counts as decided when somebody
    decided for all groups, or for each group in which the link is not fine.
    """
    latest = _latest(url_hash)
    decisions = list(Decision.objects.filter(url_hash=url_hash, undone_at__isnull=True).order_by("at"))
    bad = [sighting for sighting in latest if _verdict(sighting) is not Verdict.BENIGN]
    if not bad:
        _close(url_hash, decisions)
        return
    common = [sighting for sighting in bad if not _is_own_rule(sighting)] or bad
    shown = max(common, key=lambda sighting: SEVERITY.get(_verdict(sighting), 0.0))
    verdict, posted_at = _verdict(shown), max(sighting.posted_at for sighting in latest)
    reach = len({sighting.group_id for sighting in latest})
    QueueItem.objects.update_or_create(
        url_hash=url_hash,
        defaults={
            "url": shown.url,
            "host": shown.host,
            "verdict": verdict,
            "reach": reach,
            "posted_at": posted_at,
            "decided_at": _decided_at(decisions, {sighting.group_id for sighting in bad}),
            "rank": rank(verdict, reach, posted_at),
        },
    )


def _latest(url_hash: str) -> list[Sighting]:
    """The newest decided sighting of each group, newest first; all but those that stand alone say the same.

    Of a group where the link was written plainly and in disguise there are two.
    """
    said = Sighting.objects.filter(url_hash=url_hash, verdict__isnull=False)
    # One pass over the link's rows: a subquery for each would take minutes for a link that everybody posts.
    newest = (
        said.order_by()
        .annotate(is_plain=Q(written=[], is_newcomer=False))
        .values("group", "is_plain")
        .annotate(newest=Max("pk"))
    )
    latest = list(said.filter(pk__in=newest.values("newest")).select_related("override").order_by("-planned_at", "-pk"))
    everywhere = next((sighting.verdict for sighting in latest if not _stands_alone(sighting)), None)
    for sighting in latest:
        if not _stands_alone(sighting):
            sighting.verdict = everywhere
    return latest


def _stands_alone(sighting: Sighting) -> bool:
    """Whether a rule of its own group, its spelling or its sender settled it: elsewhere that says nothing about it."""
    is_odd = sighting.is_newcomer or any(finding.points > 0 for finding in sighting.spelling)
    is_disguised = sighting.override is None and is_odd
    return is_disguised or _is_own_rule(sighting)


def _is_own_rule(sighting: Sighting) -> bool:
    """Whether a rule of the sighting's own group settled it."""
    return sighting.override is not None and sighting.override.group_id is not None


def _verdict(sighting: Sighting) -> Verdict:
    return Verdict(sighting.verdict or Verdict.UNKNOWN)


def _decided_at(decisions: list[Decision], groups: set[int]) -> datetime | None:
    """When the last needed decision fell; None while one is missing."""
    for_all = [decision.at for decision in decisions if decision.group_id is None]
    by_group = {decision.group_id: decision.at for decision in decisions}
    if for_all:
        return for_all[-1]
    return max(by_group[group] for group in groups) if groups <= by_group.keys() else None


def _close(url_hash: str, decisions: list[Decision]) -> None:
    """Drop the row of a link that is fine; one that a person made fine stays, and returns when that is undone."""
    rows = QueueItem.objects.filter(url_hash=url_hash)
    if not decisions:
        rows.filter(decided_at__isnull=True).delete()
    rows.update(decided_at=decisions[-1].at if decisions else None)
