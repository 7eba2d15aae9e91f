"""Second looks because a list changed: one pass over the links of the last days, by their keys in the lists."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Min, Q, QuerySet, TextField, Value, When
from django.db.models.fields import BooleanField
from django.db.models.functions import Cast

from scans import services
from scans.engine.families import FAMILIES, Family
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.lists import Lists
from scans.engine.findings import Finding
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.scoring import Assessment, assess
from scans.engine.worst import worst
from scans.engine.wrappers import is_security_rewriter, unwrap
from scans.lists import listed
from scans.looks import WATCHED_FOR
from scans.models import Cause, Scan, Status
from wbscanner.models import Setting

log = logging.getLogger(__name__)

LOOKED_AT = "lists.pass"
ROWS_AT_ONCE = 1_000
# What lists say of a link. That it is known to be good is said of most links, and when that ends it makes none worse.
CODES = frozenset(code for code, family in FAMILIES.items() if family is Family.LISTS)
AGAINST = CODES - {"known_good"}
# A step, on the wall clock; with the chunk begun last it stays far below what a job may take.
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Pass:
    """How far the links were gone through for a version of the lists: from `after` (a scan's number) on to `until`."""

    version: int
    after: int = 0
    until: int = 0

    @property
    def is_over(self) -> bool:
        return self.after >= self.until


def look_for_changes(now: datetime, *, seconds: float = SECONDS) -> int:
    """Ask for second looks at links that the lists in use now judge otherwise; how many.

    Goes on where the last step stopped, and does nothing when the lists are those of the last pass.
    """
    lists, asked, ends_at = listed.lists(), 0, time.monotonic() + seconds
    try:
        begun = _begun(lists.version, now)
        while not begun.is_over:
            chunk = list(_rows(begun, now)[:ROWS_AT_ONCE])
            touched = [pk for pk, keys, was_listed in chunk if was_listed or keys is None or lists.touches(bytes(keys))]
            asked += sum([_look_again(scan, lists) for scan in _newest(touched)])
            after = chunk[-1][0] if len(chunk) == ROWS_AT_ONCE else begun.until
            begun = _kept(Pass(begun.version, after, begun.until))
            if time.monotonic() >= ends_at:
                break
    except FeedError:  # the importer puts them together anew; then this pass begins again
        log.exception("the lists in use cannot be read")
    return asked


def is_due() -> bool:
    """Whether a pass waits to be gone on with; not while the lists cannot be read."""
    kept = _pass()
    try:
        return kept.version != listed.lists().version or not kept.is_over
    except FeedError:
        return False


def _begun(version: int, now: datetime) -> Pass:
    kept = _pass()
    if kept.version == version:
        return kept
    recent = Scan.objects.filter(last_seen_at__gte=now - WATCHED_FOR)
    first = recent.aggregate(first=Min("pk"))["first"]
    last = Scan.objects.order_by("-pk").values_list("pk", flat=True).first()
    return _kept(Pass(version) if first is None or last is None else Pass(version, first - 1, last))


def _pass() -> Pass:
    row = Setting.objects.filter(pk=LOOKED_AT).first()
    return Pass(**row.value) if row else Pass(0)


def _kept(begun: Pass) -> Pass:
    value = {"version": begun.version, "after": begun.after, "until": begun.until}
    Setting.objects.update_or_create(pk=LOOKED_AT, defaults={"value": value})
    return begun


def _rows(begun: Pass, now: datetime) -> QuerySet[Scan, tuple[int, bytes | None, bool]]:
    """Numbers, keys, and whether a list spoke, of the scans that this pass has not seen."""
    spoken = Q()
    for code in sorted(AGAINST):
        spoken |= Q(said__contains=f'"{code}"')
    rows = Scan.objects.filter(pk__gt=begun.after, pk__lte=begun.until, last_seen_at__gte=now - WATCHED_FOR)
    rows = rows.filter(decided_at__isnull=True, status=Status.DONE)
    rows = rows.annotate(said=Cast("findings", TextField()))
    was_listed = Case(When(spoken, then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.order_by("pk").values_list("pk", "list_keys", was_listed)


def _newest(touched: Sequence[int]) -> Iterator[Scan]:
    """Those of the scans that are their link's verdict and are not being looked at again already."""
    scans = {scan.pk: scan for scan in Scan.objects.filter(pk__in=touched)}
    hashes = {scan.url_hash for scan in scans.values()}
    of_links = Scan.objects.filter(url_hash__in=hashes).order_by("requested_at", "pk")
    last = dict(of_links.values_list("url_hash", "pk"))
    return (scans[pk] for pk in last.values() if pk in scans)


def _look_again(scan: Scan, lists: Lists) -> bool:
    """Whether the lists in use now change this verdict, so that a second look was asked for."""
    found = worst([list(lists.lookup(link)) for link in _addresses(scan)])
    before = [finding for finding in scan.reasons if finding.code in CODES]
    if _said(found) == _said(before) or _with(scan, found).verdict == scan.verdict:
        return False
    services.look_again(scan, Cause.LISTS)
    return True


def _said(findings: Iterable[Finding]) -> set[tuple[str, object]]:
    """Which kinds of findings there are, by list; a scan that saw the same has weighed it already."""
    return {(finding.code, finding.param("list")) for finding in findings}


def _with(scan: Scan, found: Sequence[Finding]) -> Assessment:
    """What the scan would say if the lists had said this."""
    own = [finding for finding in scan.reasons if finding.code not in CODES]
    return assess([*own, *found], scan.gaps)


def _addresses(scan: Scan) -> list[Link]:
    """The addresses that lists are asked about, as far as they are kept."""
    posted = _readable(scan.fetch_url or scan.url)
    if not posted:
        return []
    inside = [*posted, *unwrap(posted[0])]
    beyond = [link for hop in scan.way if not hop.is_inside for link in _readable(hop.url)]
    return [link for link in dict.fromkeys([*inside, *beyond]) if not is_security_rewriter(link)]


def _readable(url: str) -> list[Link]:
    try:
        return [parse(url)]
    except InvalidLink:
        return []
