"""Taking the demo away without touching a row of a real group."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from groups.models import Group
from overrides.models import Override
from overrides.rules import Kind
from scans import services
from scans.models import Scan
from waclient import queue
from waclient.demo import story
from waclient.models import (
    Action,
    ActionKind,
    Campaign,
    Decision,
    ModeratorsChat,
    QueueItem,
    Sighting,
    SimulatedMessage,
)
from wbscanner.models import AuditEntry

JIDS = tuple(cast.jid for cast in story.GROUPS)


def demo_groups() -> QuerySet[Group]:
    return Group.objects.filter(jid__in=JIDS)


def remove() -> int:
    """Remove all demo rows and return how many groups there were; call it in a transaction.

    A link that a real group posted too keeps that group's scans, decisions and its place in the queue. What real people
    did to demo rows stays in the audit trail.
    """
    posted = set(Sighting.objects.filter(group__jid__in=JIDS).values_list("url_hash", flat=True))
    elsewhere = Sighting.objects.filter(url_hash__in=posted).exclude(group__jid__in=JIDS)
    shared = set(elsewhere.values_list("url_hash", flat=True))
    used_elsewhere = elsewhere.filter(scan__isnull=False).values("scan")
    Scan.objects.filter(sightings__group__jid__in=JIDS).exclude(pk__in=used_elsewhere).delete()
    _forget_links(posted - shared)
    Decision.objects.filter(by__in=story.NAMES).delete()
    Override.objects.filter(created_by__in=story.NAMES).delete()
    AuditEntry.objects.filter(actor__in=story.NAMES).delete()
    Action.objects.filter(kind=ActionKind.ALERT, chat__name=story.CHAT, chat__address=None).delete()
    ModeratorsChat.objects.filter(name=story.CHAT, address=None).delete()
    User.objects.filter(username__in=story.NAMES).delete()
    SimulatedMessage.objects.filter(chat__in=JIDS).delete()
    count = demo_groups().count()
    demo_groups().delete()
    Campaign.objects.filter(sightings__isnull=True).delete()
    for url_hash in shared:
        _undecide(url_hash)
    return count


def _forget_links(url_hashes: set[str]) -> None:
    """Everything kept about links that only demo groups posted."""
    Decision.objects.filter(url_hash__in=url_hashes).delete()
    Override.objects.filter(kind=Kind.URL, target__in=url_hashes).delete()
    QueueItem.objects.filter(url_hash__in=url_hashes).delete()
    Scan.objects.filter(url_hash__in=url_hashes).delete()


def _undecide(url_hash: str) -> None:
    """A real group's link without the demo's decisions about it."""
    if not Decision.objects.filter(url_hash=url_hash, group__isnull=True, undone_at__isnull=True).exists():
        services.mark_decided(url_hash, None)
    queue.refresh(url_hash)
