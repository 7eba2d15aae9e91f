"""Asking for scans and carrying them out: the only code that moves a Scan through its states."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from scans.engine.analyze import analyze_locally
from scans.engine.disclosure import Disclosure
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.lookonly import displayable, is_look_only
from scans.engine.scoring import assess_failed
from scans.models import MAX_ATTEMPTS, Priority, Scan, Status

log = logging.getLogger(__name__)

RUN_SCAN = "scans.tasks.run_scan"
SAME_LINK = ("url", "fetch_url", "host", "registrable_domain", "ceiling", "last_seen_at", "decided_at")


def request_scan(
    link: Link,
    ceiling: Disclosure,
    *,
    priority: Priority = Priority.LIVE,
    reuse: bool = True,
    now: datetime | None = None,
) -> Scan:
    """The scan that will judge, or with `reuse` has freshly judged, this link; asked for when there is none.

    Row and job are written in the caller's transaction. A scan that waits takes the highest ceiling of those who ask
    for it; a fresh one made under a lower ceiling is good enough (design 8.3).
    """
    now = now or timezone.now()
    scan = _pending(link) or (_fresh(link, now) if reuse else None)
    if scan is None:
        scan, is_new = Scan.objects.get_or_create(
            url_hash=link.url_hash,
            status__in=[Status.QUEUED, Status.RUNNING],
            defaults=_columns(link, ceiling, priority, now),
        )
        if is_new:
            async_task(RUN_SCAN, scan.pk)
            return scan
    _seen_again(scan, ceiling, priority, now)
    return scan


def _pending(link: Link) -> Scan | None:
    return Scan.objects.filter(url_hash=link.url_hash, status__in=[Status.QUEUED, Status.RUNNING]).first()


def _fresh(link: Link, now: datetime) -> Scan | None:
    """The newest verdict while it may be reused; an older one never comes back when it has expired."""
    scan = newest(link.url_hash)
    return scan if scan is not None and scan.expires_at is not None and scan.expires_at > now else None


def _columns(link: Link, ceiling: Disclosure, priority: Priority, now: datetime) -> dict[str, object]:
    return {
        "url": displayable(link),
        "fetch_url": None if is_look_only(link) else link.url,
        "host": link.host,
        "registrable_domain": link.registrable_domain,
        "ceiling": ceiling,
        "priority": priority,
        "requested_at": now,
        "last_seen_at": now,
    }


def _seen_again(scan: Scan, ceiling: Disclosure, priority: Priority, now: datetime) -> None:
    scan.last_seen_at = now
    fields = ["last_seen_at"]
    if scan.status == Status.QUEUED:
        scan.ceiling = max(Disclosure(scan.ceiling), ceiling, key=lambda level: level.rank)
        scan.priority = max(scan.priority, priority)
        fields += ["ceiling", "priority"]
    scan.save(update_fields=fields)


def perform_scan(scan: Scan) -> None:
    """Judge a claimed scan and store the outcome; what cannot be judged ends as unknown, never as benign."""
    try:
        link = parse(scan.fetch_url or scan.url)
    except InvalidLink as error:
        log.warning("scan %d: its stored URL cannot be read: %s", scan.pk, error)
        assessment = assess_failed("unreadable")
    else:
        assessment = analyze_locally(link)
    if not scan.finish(assessment, timezone.now()):
        log.warning("scan %d was taken over by another worker, this result is dropped", scan.pk)


def run_next_scan(now: datetime | None = None) -> Scan | None:
    """Claim the most urgent waiting scan and perform it; None when nothing waits."""
    scan = Scan.claim(now or timezone.now())
    if scan is None:
        return None
    if scan.attempts > MAX_ATTEMPTS:
        scan.finish(assess_failed("gave_up"), timezone.now())
    else:
        perform_scan(scan)
    return scan


def rescan(scan: Scan) -> Scan:
    """A new analysis of the same link that passes every cache; the one already waiting, if there is one."""
    columns = {name: getattr(scan, name) for name in SAME_LINK}
    with transaction.atomic():
        again, is_new = Scan.objects.get_or_create(
            url_hash=scan.url_hash,
            status__in=[Status.QUEUED, Status.RUNNING],
            defaults={**columns, "status": Status.QUEUED, "priority": Priority.ASKED},
        )
        if is_new:
            async_task(RUN_SCAN, again.pk)
        else:
            Scan.objects.filter(pk=again.pk, priority__lt=Priority.ASKED).update(priority=Priority.ASKED)
    return again


def newest(url_hash: str) -> Scan | None:
    """The newest finished scan of a link: its verdict."""
    return Scan.objects.filter(url_hash=url_hash, status=Status.DONE).order_by("-requested_at", "-pk").first()


def mark_decided(url_hash: str, at: datetime | None) -> None:
    """Note that a person decided about this link for all groups (None: no longer)."""
    Scan.objects.filter(url_hash=url_hash).update(decided_at=at)
