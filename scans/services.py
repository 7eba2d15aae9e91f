"""Asking for scans, and what is known of a link already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from scans.engine.ceiling import Ceiling
from scans.engine.heuristics import HEURISTICS
from scans.engine.journeys import Hop, How
from scans.engine.kinds.lookonly import displayable, is_look_only
from scans.engine.links import Link
from scans.engine.local import look_within
from scans.engine.wrappers import unwrap
from scans.hops import Evidence, rows_of
from scans.looks import next_look
from scans.models import LEASE, MAX_ATTEMPTS, Cause, Priority, Scan, ScanQuerySet, Status

RUN_SCAN = "scans.tasks.run_scan"
SAME_LINK = (
    *("url", "fetch_url", "seen_findings", "host", "registrable_domain"),
    *("ceiling", "last_seen_at", "decided_at", "looked_from"),
)


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link as a row keeps it: enough to judge it again where the exact URL is not kept."""

    url_hash: str
    url: str
    host: str
    registrable_domain: str


def request_scan(
    link: Link | KnownLink,
    ceiling: Ceiling,
    *,
    priority: Priority = Priority.LIVE,
    reuse: bool = True,
    now: datetime | None = None,
) -> Scan:
    """The scan that will judge, or with `reuse` has freshly judged, this link; asked for when there is none."""
    now = now or timezone.now()
    found = reusable([link.url_hash], now) if reuse else _pending([link.url_hash])
    return request_unless(found.get(link.url_hash), link, ceiling, priority=priority, now=now)


def request_unless(
    scan: Scan | None, link: Link | KnownLink, ceiling: Ceiling, *, priority: Priority, now: datetime
) -> Scan:
    """`scan` where there is one, noted as seen again; otherwise a new one.

    Row and job are written in the caller's transaction. A scan that waits takes the highest ceiling of those who ask
    for it; a fresh one made under a lower ceiling is good enough, unless that kept it from opening the link.
    """
    if scan is None or _was_kept_in(scan, ceiling):
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


def reusable(url_hashes: Collection[str], now: datetime) -> dict[str, Scan]:
    """By url_hash: the scan that waits, or the newest verdict while it may be reused. One query.

    An older verdict never comes back when the newest has expired.
    """
    longest = max(settings.SCAN_EXPIRY.values())
    rows = Scan.objects.filter(url_hash__in=url_hashes)
    rows = rows.filter(~Q(status=Status.DONE) | Q(requested_at__gt=now - longest - LEASE * MAX_ATTEMPTS))
    newest_last: dict[str, Scan] = {scan.url_hash: scan for scan in rows.order_by("requested_at", "pk")}
    waiting = {scan.url_hash: scan for scan in rows if scan.status != Status.DONE}
    fresh = {key: scan for key, scan in newest_last.items() if scan.expires_at is not None and scan.expires_at > now}
    return fresh | waiting


def _was_kept_in(scan: Scan, ceiling: Ceiling) -> bool:
    """Whether a finished scan did not open its link because nothing might leave, and who asks now allows it."""
    may_open = Ceiling(scan.ceiling).allows(Ceiling.HASH)
    return scan.status == Status.DONE and not may_open and scan.fetch_url is not None and ceiling.allows(Ceiling.HASH)


def _pending(url_hashes: Collection[str]) -> dict[str, Scan]:
    rows = Scan.objects.filter(url_hash__in=url_hashes, status__in=[Status.QUEUED, Status.RUNNING])
    return {scan.url_hash: scan for scan in rows}


def _columns(link: Link | KnownLink, ceiling: Ceiling, priority: Priority, now: datetime) -> dict[str, object]:
    columns: dict[str, object] = {
        "host": link.host,
        "registrable_domain": link.registrable_domain,
        "ceiling": ceiling,
        "priority": priority,
        "cause": Cause.ASKED if priority == Priority.ASKED else Cause.POSTED,
        "requested_at": now,
        "last_seen_at": now,
    }
    if isinstance(link, KnownLink):
        return columns | {"url": link.url}
    columns["url"], wrapped = displayable(link), unwrap(link)
    is_opened = not any(map(is_look_only, (link, *wrapped)))
    if is_opened and not (link.username or link.password):
        return columns | {"fetch_url": link.url}
    # The exact link is not kept: what is to be said of it is said now. Without a password it may still be opened.
    seen, _gaps = look_within(link, heuristics=HEURISTICS, feeds=())
    way = rows_of([Hop(link, How.POSTED), *(Hop(inner, How.WRAPPED) for inner in wrapped)])
    return columns | Evidence(way, seen).columns | ({"fetch_url": displayable(link)} if is_opened else {})


def _seen_again(scan: Scan, ceiling: Ceiling, priority: Priority, now: datetime) -> None:
    """Note a new posting. A link that was due for no further look has them all ahead again."""
    scan.last_seen_at = now
    fields = ["last_seen_at"]
    if scan.status == Status.QUEUED:
        scan.ceiling = max(Ceiling(scan.ceiling), ceiling, key=lambda level: level.rank)
        scan.priority = max(scan.priority, priority)
        fields += ["ceiling", "priority"]
    elif scan.status == Status.DONE and scan.look_again_at is None and scan.decided_at is None:
        scan.looked_from, scan.look_again_at = now, next_look(now, now, now)
        fields += ["looked_from", "look_again_at"]
    scan.save(update_fields=fields)


def rescan(scan: Scan) -> Scan:
    """A new analysis of the same link that passes every cache; the one already waiting, if there is one."""
    again = look_again(scan, Cause.ASKED)
    waiting = Scan.objects.filter(pk=again.pk)
    waiting.filter(priority__lt=Priority.ASKED).update(priority=Priority.ASKED)
    waiting.filter(status=Status.QUEUED).update(passes_caches=True)
    again.refresh_from_db(fields=["priority", "passes_caches"])
    return again


def look_again(scan: Scan, cause: Cause) -> Scan:
    """A new analysis of the same link, made after those of links just posted; the one already waiting, if there is one.

    Row and job are written together; a look that was planned for later is planned anew by what comes of this one.
    """
    columns = {name: getattr(scan, name) for name in SAME_LINK}
    columns["hops"] = [hop.as_dict() for hop in scan.way if hop.is_inside]
    columns |= {"status": Status.QUEUED, "priority": Priority.AGAIN, "cause": cause}
    with transaction.atomic():
        again, is_new = Scan.objects.get_or_create(
            url_hash=scan.url_hash, status__in=[Status.QUEUED, Status.RUNNING], defaults=columns
        )
        if is_new:
            async_task(RUN_SCAN, again.pk)
    return again


def newest(url_hash: str) -> Scan | None:
    """The newest finished scan of a link: its verdict."""
    return ScanQuerySet(Scan).filter(url_hash=url_hash).newest_first().first()


def untold() -> ScanQuerySet:
    """Scans that changed their link's verdict and were not passed on yet, the oldest first."""
    return ScanQuerySet(Scan).untold()


def mark_told(url_hash: str, at: datetime) -> None:
    """Note that the groups know, as far as they are to know, what was last said of a link."""
    untold().filter(url_hash=url_hash).update(told_at=at)


def mark_decided(url_hash: str, at: datetime | None) -> None:
    """Note that a person decided about this link for all groups (None: no longer)."""
    Scan.objects.filter(url_hash=url_hash).update(decided_at=at)
