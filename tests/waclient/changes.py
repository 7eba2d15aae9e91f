"""Links whose verdict changed, for tests."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from groups.models import Group
from scans import services
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Cause, Scan
from tests.factories import make_scan, make_sighting
from tests.waclient.planning import plan_all, seen
from tests.waclient.waiting import address
from waclient.models import Action, ActionKind, ActionState, Sighting

URL = "https://evil.example/"
BENIGN, SUSPICIOUS, MALICIOUS, UNKNOWN = Verdict.BENIGN, Verdict.SUSPICIOUS, Verdict.MALICIOUS, Verdict.UNKNOWN
FOLLOW_UP, RETRACT = ActionKind.FOLLOW_UP, ActionKind.RETRACT
CORRECTIONS = [FOLLOW_UP, RETRACT]


def decided(group: Group, verdict: Verdict, *, hours: float = 1, **columns: object) -> Sighting:
    """A link whose message came so many hours ago and was decided on then; what was planned went out then."""
    at = timezone.now() - timedelta(hours=hours)
    columns.setdefault("sender_address", address())
    sighting = seen(group, verdict, posted_at=at, received_at=at, **columns)  # type: ignore[arg-type]
    Scan.objects.filter(sightings=sighting).update(requested_at=at, last_seen_at=at)
    plan_all(at)
    Action.objects.filter(sighting=sighting, state=ActionState.PENDING).update(state=ActionState.SENT, claimed_at=at)
    sighting.refresh_from_db()
    return sighting


def decided_again(sighting: Sighting, **columns: object) -> Sighting:
    """The same link in another message, decided on by the same scan."""
    columns = {"posted_at": sighting.posted_at, "sender_address": address(), **columns}
    group = columns.pop("group", sighting.group)
    again = make_sighting(group, sighting.scan, url=sighting.url, **columns)  # type: ignore[arg-type]
    plan_all(again.posted_at)
    Action.objects.filter(sighting=again, state=ActionState.PENDING).update(state=ActionState.SENT)
    again.refresh_from_db()
    return again


def rejudged(sighting: Sighting, verdict: Verdict, *, conclusive: bool = False) -> Scan:
    """A later scan of the same link, with another verdict than the one before unless that was the same."""
    before = services.newest(sighting.url_hash)
    findings = [Finding.of("listed_url", 10, conclusive=conclusive, list="Test list", days=0)]
    return make_scan(
        sighting.url,
        verdict,
        findings=findings if verdict in {Verdict.MALICIOUS, Verdict.SUSPICIOUS} else (),
        cause=Cause.LISTS,
        changed_from=before.verdict if before is not None and before.verdict != verdict else None,
    )


def corrections() -> list[Action]:
    return list(Action.objects.filter(kind__in=CORRECTIONS).order_by("pk"))


def kinds() -> list[str]:
    """What the corrections are, in the order in which they were planned."""
    return [action.kind for action in corrections()]
