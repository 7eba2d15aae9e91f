"""Which rows of long ago may go: none that an open item of the queue, a rule or a decision that stands still needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from overrides.models import Override
from scans.models import PendingReport, Scan, Status
from waclient.models import (
    Action,
    ActionKind,
    ActionState,
    Campaign,
    Decision,
    QueueItem,
    Report,
    ReportState,
    Sighting,
    SimulatedMessage,
)
from wbscanner.models import AuditEntry, Invitation

LOGINS_KEPT = timedelta(days=90)
ON_THEIR_WAY = [ActionState.PENDING, ActionState.SENDING]
REPORTS_ON_THEIR_WAY = ["wanted", "sending", "waiting"]

Rows = QuerySet[Any]


def due(now: datetime) -> Iterator[Rows]:
    """The rows that are to be removed, class by class; first what others hang on."""
    if settings.RETENTION is not None:
        yield from _links(now - settings.RETENTION)
    if settings.AUDIT_RETENTION is not None:
        yield AuditEntry.objects.filter(at__lt=now - settings.AUDIT_RETENTION)
    yield Session.objects.filter(expire_date__lt=now)
    yield Invitation.objects.filter(expires_at__lt=now)
    for logins in (AccessLog, AccessAttempt, AccessFailureLog):
        yield logins.objects.filter(attempt_time__lt=now - LOGINS_KEPT)


def _links(old: datetime) -> Iterator[Rows]:
    yield sightings(old)
    yield scans(old)
    yield actions(old)
    yield QueueItem.objects.filter(~_posted(), decided_at__lt=old, posted_at__lt=old)
    yield campaigns(old)
    yield Decision.objects.filter(undone_at__lt=old)
    yield Override.objects.filter(expires_at__lt=old)
    yield SimulatedMessage.objects.filter(at__lt=old, heard_at__isnull=False)


def sightings(old: datetime) -> Rows:
    """Not those of a link that waits for a person, of an open question, or with something still to be said."""
    asked = Report.objects.filter(sighting=OuterRef("pk"), state=ReportState.OPEN)
    unsent = Action.objects.filter(sighting=OuterRef("pk"), state__in=ON_THEIR_WAY)
    return Sighting.objects.filter(~_waits(), ~Exists(asked), ~Exists(unsent), received_at__lt=old)


def scans(old: datetime) -> Rows:
    """Not the verdict of a link that is still kept, nor what a decision, a report or a question still needs."""
    used = Sighting.objects.filter(scan=OuterRef("pk"))
    newer = Scan.objects.filter(
        url_hash=OuterRef("url_hash"), status=Status.DONE, requested_at__gt=OuterRef("requested_at")
    )
    asked = Report.objects.filter(scan=OuterRef("pk"), state=ReportState.OPEN)
    awaited = PendingReport.objects.filter(scan=OuterRef("pk"), state__in=REPORTS_ON_THEIR_WAY)
    is_free = Q(Exists(newer)) | Q(~_posted(), ~_waits())
    mine = Scan.objects.filter(status=Status.DONE, last_seen_at__lt=old, requested_at__lt=old, decided_at=None)
    return mine.filter(is_free, ~Exists(used), ~Exists(asked), ~Exists(awaited))


def actions(old: datetime) -> Rows:
    """What was said without a link of its own; not the one arrival notice of a group, or it would be said again."""
    rows = Action.objects.filter(sighting=None, created_at__lt=old)
    return rows.exclude(kind=ActionKind.NOTICE).exclude(state__in=ON_THEIR_WAY)


def campaigns(old: datetime) -> Rows:
    """Without a link that is kept, and without a decision that would be made of its next one."""
    members = Sighting.objects.filter(campaign=OuterRef("pk"))
    stands = Decision.objects.filter(campaign=OuterRef("pk"), undone_at=None)
    return Campaign.objects.filter(~Exists(members), ~Exists(stands), last_seen_at__lt=old)


def _waits() -> Exists:
    """Whether the row's link waits in the queue for a person."""
    return Exists(QueueItem.objects.filter(url_hash=OuterRef("url_hash"), decided_at=None))


def _posted() -> Exists:
    """Whether a message with the row's link is kept."""
    return Exists(Sighting.objects.filter(url_hash=OuterRef("url_hash")))
