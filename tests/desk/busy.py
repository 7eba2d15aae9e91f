"""A group in which many links were posted and decided on lately, for tests of the replay."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from groups.models import Group
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan
from tests.factories import SCORES, make_scan, make_sighting
from tests.waclient.planning import plan_all
from waclient.models import Sighting

SPAN = timedelta(days=30)
ALL_BAD = {Verdict.SUSPICIOUS: 0.7, Verdict.MALICIOUS: 0.3}


def fill(group: Group, links: int, shares: Mapping[Verdict, float] = ALL_BAD) -> None:
    """As many links over a month; their verdicts by chance, the same each time."""
    chance, now = random.Random(5), timezone.now()
    scans = {verdict: _scan(verdict) for verdict in shares}
    facts = {verdict: _decided(group, scan) for verdict, scan in scans.items()}
    rows = []
    for number in range(links):
        at = now - SPAN * (1 - (number + 1) / links)
        [verdict] = chance.choices(list(shares), list(shares.values()))
        moments = {"now": at.isoformat(), "posted_at": at.isoformat()}
        row = Sighting(
            group=group, message_id=f"M{number}", url_hash=f"{number % 9999:064x}", url="https://a.example/",
            host="a.example", registrable_domain="a.example", sender="s", posted_at=at, received_at=at,
            scan=scans[verdict], verdict=verdict, planned_at=at, facts={**facts[verdict], **moments},
            is_noteworthy=verdict is not Verdict.BENIGN,
        )  # fmt: skip
        rows.append(row)
    Sighting.objects.bulk_create(rows, batch_size=1000)


def _scan(verdict: Verdict) -> Scan:
    found = [Finding.of("risky_tld", SCORES[verdict], tld="example")]
    return make_scan(f"https://{verdict}.example/", verdict, findings=found)


def _decided(group: Group, scan: Scan) -> dict[str, object]:
    """The facts as the planner stores them."""
    sighting = make_sighting(group, scan)
    plan_all()
    sighting.refresh_from_db()
    facts: dict[str, object] = sighting.facts
    sighting.delete()
    return facts
