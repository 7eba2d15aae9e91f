"""What a list on trial would have changed here, by what was written down while it was looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextField
from django.db.models.functions import Cast

from scans.engine.findings import Finding
from scans.engine.scoring import Assessment, Verdict, assess
from scans.models import Feed, Scan, Status

LOOKED_BACK = timedelta(days=30)
MOST_LINKS = 20_000
LIST_PARAM = "list"


@dataclass(frozen=True, slots=True)
class Change:
    """Links of one host that would have been judged otherwise."""

    host: str
    now: Verdict
    then: Verdict
    links: int


@dataclass(frozen=True, slots=True)
class Trial:
    """`links` are named by the list, `changed` of them would have another verdict with it."""

    links: int
    changed: int
    changes: tuple[Change, ...]


def trial_of(feed: Feed, now: datetime) -> Trial:
    """The last LOOKED_BACK, each link once; the host with the most changed links first."""
    named = [(scan, found) for scan in _noted(feed, now) if (found := of_list(feed.name, scan.watched))]
    judged = [(scan.host, Verdict(scan.verdict or Verdict.UNKNOWN), with_listed(scan, found)) for scan, found in named]
    counted = Counter((host, before, then.verdict) for host, before, then in judged if then.verdict != before)
    changes = tuple(Change(*which, links) for which, links in counted.most_common())
    return Trial(len(named), counted.total(), changes)


def of_list(name: str, watched: Iterable[dict[str, object]]) -> list[Finding]:
    """What one list says, the strongest of each kind."""
    strongest: dict[str, Finding] = {}
    for finding in (Finding.from_dict(each) for each in watched):  # type: ignore[arg-type]  # as finish stored it
        known = strongest.get(finding.code)
        if finding.param(LIST_PARAM) == name and (known is None or abs(finding.points) > abs(known.points)):
            strongest[finding.code] = finding
    return list(strongest.values())


def with_listed(scan: Scan, listed: Sequence[Finding]) -> Assessment:
    """What a scan would say with these findings beside its own."""
    return assess([*scan.reasons, *listed], scan.gaps)


def _noted(feed: Feed, now: datetime) -> Iterator[Scan]:
    """The newest scan of each link in which the list was written down."""
    rows = Scan.objects.filter(status=Status.DONE, last_seen_at__gte=now - LOOKED_BACK)
    rows = rows.annotate(noted=Cast("watched", TextField())).filter(noted__contains=f'"{feed.name}"')
    rows = rows.only("url_hash", "host", "verdict", "findings", "not_checked", "watched")
    seen: set[str] = set()
    for scan in rows.order_by("-requested_at", "-pk")[:MOST_LINKS].iterator():
        if scan.url_hash not in seen:
            seen.add(scan.url_hash)
            yield scan
