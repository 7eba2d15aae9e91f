"""A link in the queue, and what of the queue somebody sees."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from groups.models import Group
from scans.engine.scoring import Verdict
from tests.factories import make_scan, make_sighting
from waclient import queue
from waclient.models import QueueItem

QUEUE = "/desk/queue/"


def posted(
    group: Group, url: str = "https://parcel-fee.example/pay", verdict: Verdict = Verdict.MALICIOUS
) -> QueueItem:
    """A link in a group, in the queue."""
    sighting = make_sighting(group, make_scan(url, verdict), verdict=verdict, planned_at=timezone.now())
    queue.refresh(sighting.url_hash)
    return QueueItem.objects.get(url_hash=sighting.url_hash)


def rows(client: Client, **query: str) -> list[str]:
    return [row.url_hash for row in client.get(QUEUE, query).context["rows"]]
