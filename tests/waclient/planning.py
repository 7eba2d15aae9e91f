"""Sightings that wait to be decided on, and deciding on them, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from groups.models import Group
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from tests.factories import make_scan, make_sighting
from waclient.models import Action, ActionKind, ActionState, Sighting
from waclient.outbox import plan_next

SECOND = timedelta(seconds=1)
LONG_AGO = timedelta(days=400)


def told(group: Group) -> Group:
    Action.objects.create(
        group=group, kind=ActionKind.NOTICE, state=ActionState.SENT, created_at=timezone.now() - LONG_AGO
    )
    return group


def seen(
    group: Group, verdict: Verdict | None = Verdict.MALICIOUS, host: str = "evil.example", **columns: object
) -> Sighting:
    """A sighting whose scan has this verdict, or waits."""
    conclusive = bool(columns.pop("conclusive", False))
    findings = [Finding.of("risky_tld", 12, conclusive=conclusive, tld="example")]
    scan = make_scan(f"https://{host}/", verdict, findings=findings if verdict is not Verdict.BENIGN else ())
    return make_sighting(group, scan, url=f"https://{host}/", **columns)


def planned() -> list[Action]:
    return list(Action.objects.exclude(kind=ActionKind.NOTICE).order_by("pk"))


def plan_all(now: datetime | None = None) -> int:
    """Plan until nothing waits; how many messages that took."""
    return sum(1 for _ in iter(lambda: plan_next(now or timezone.now()), False))
