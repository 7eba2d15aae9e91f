"""What it says about a link that lists name it: less the older an entry is, and less the wider it was taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scans.engine.feeds.blocks import Record
from scans.engine.feeds.entries import Kind
from scans.engine.feeds.snapshot import Slot
from scans.engine.feeds.source import Use
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.names.shared_hosts import is_shared

# What a list that names exactly this URL today counts, alone enough for "dangerous".
FULL_POINTS = 10
# Up to so many days an entry is fresh; pages of a cracked site are cleaned about as fast.
FRESH_DAYS = 14
# Of other pages of the same host, and of other hosts of the same domain.
NEIGHBOUR_HOST_POINTS, NEIGHBOUR_SITE_POINTS = 3, 2
KNOWN_GOOD_POINTS = -3
NEW_POINTS = 2
NEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class _Decay:
    """Confidence in an entry: `start` today, falling in a line to `rest` after `days`, where it stays."""

    start: float
    rest: float
    days: int

    def points(self, age: int) -> int:
        share = min(age / self.days, 1.0)
        return round(FULL_POINTS * (self.start + (self.rest - self.start) * share))


# facts: how long listed pages, hosts and domains stay bad.
_URL = _Decay(1.0, 0.5, 90)
_HOST = _Decay(0.9, 0.3, 60)
_DOMAIN = _Decay(0.6, 0.2, 60)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of a list that names a link, or one of the link's neighbours."""

    slot: Slot
    record: Record
    is_neighbour: bool = False

    def age(self, today: int) -> int:
        """Days since the list named it last."""
        return max(today - self.record.entry.last_day, 0)


def judge(link: Link, hits: Sequence[Hit], today: int, *, is_known_good: bool) -> list[Finding]:
    """One finding a code, of its strongest list; `count` is how many other lists say the same.

    Hosts that are known to be good are not condemned by a careless entry of a list that nobody verifies: not for their
    home page, less for their domain, never conclusively.
    """
    strongest: dict[str, Finding] = {}
    lists: dict[str, set[str]] = {}
    said = [(finding, hit.slot.name) for hit in hits if (finding := _finding(link, hit, today, is_known_good))]
    for finding, name in sorted(said, key=lambda pair: _strength(pair[0])):
        strongest.setdefault(finding.code, finding)
        lists.setdefault(finding.code, set()).add(name)
    return [_with_count(finding, len(lists[code]) - 1) for code, finding in strongest.items()]


def speaks_for(link: Link, hits: Iterable[Hit]) -> bool:
    """Whether a list of good hosts names the link's own host or domain; none does for a host that strangers share."""
    return any(hit.slot.use is Use.GOOD and hit.record.is_listed for hit in hits) and not is_shared(link.host)


def _strength(finding: Finding) -> tuple[bool, int]:
    """The strongest sorts first."""
    return not finding.conclusive, -abs(finding.points)


def _with_count(finding: Finding, others: int) -> Finding:
    params = tuple(sorted([("count", others), *finding.params]))
    return Finding(finding.code, finding.points, params, finding.conclusive)


def _finding(link: Link, hit: Hit, today: int, is_known_good: bool) -> Finding | None:
    age, entry = hit.age(today), hit.record.entry
    if hit.slot.use is Use.GOOD:
        is_told = hit.record.is_listed and entry.kind is not Kind.URL and not is_shared(link.host)
        return Finding.of("known_good", KNOWN_GOOD_POINTS, list=hit.slot.title, days=age) if is_told else None
    if hit.slot.use is Use.NEW:
        age = max(today - entry.first_day, 0)
        is_new = age <= NEW_DAYS
        return Finding.of("newly_registered", NEW_POINTS, list=hit.slot.title, days=age) if is_new else None
    if hit.is_neighbour:
        return None if is_known_good or age > FRESH_DAYS else _neighbour(link, hit, age)
    return _listed(link, hit, age, is_known_good and not hit.slot.is_verified)


def _neighbour(link: Link, hit: Hit, age: int) -> Finding:
    is_same_host = hit.record.entry.host == link.host
    points = NEIGHBOUR_HOST_POINTS if is_same_host else NEIGHBOUR_SITE_POINTS
    return Finding.of("listed_neighbour", points, list=hit.slot.title, days=age)


def _listed(link: Link, hit: Hit, age: int, is_doubtful: bool) -> Finding | None:
    """`is_doubtful`: a known good host on a list that nobody verifies."""
    kind, is_fresh = hit.record.entry.kind, age <= FRESH_DAYS
    title, is_verified = hit.slot.title, hit.slot.is_verified
    if kind is Kind.URL:
        if is_doubtful and link.path == "/" and not link.query:
            return None
        is_certain = is_fresh and not is_doubtful
        return Finding.of("listed_url", _URL.points(age), conclusive=is_certain, list=title, days=age)
    if kind is Kind.HOST:
        is_home = is_doubtful and link.host.removeprefix("www.") == link.registrable_domain
        points = (_DOMAIN if is_home else _HOST).points(age)
        return Finding.of("listed_host", points, conclusive=is_fresh and is_verified, list=title, days=age)
    is_named = link.host.removeprefix("www.") == hit.record.entry.text.removeprefix("www.")
    decay = _HOST if is_verified or (is_named and not is_doubtful) else _DOMAIN
    is_certain = is_fresh and is_verified and is_named
    return Finding.of("listed_domain", decay.points(age), conclusive=is_certain, list=title, days=age)
