"""How old a domain is, asked of whoever knows: the same subjects, facts and judgement for every such provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.names import suffixes
from scans.engine.names.shared_hosts import is_shared
from scans.engine.providers.provider import Facts, Reply
from scans.engine.providers.shapes import a_moment

# Points of a domain younger than so many days; alone they alarm nobody (scans.engine.families).
POINTS_BY_DAYS = ((7, 6), (14, 4), (30, 2))
YOUNG_DAYS = 30
LONG_LIVED_DAYS = 2 * 365
LONG_LIVED_POINTS = -1
# The first domain under .com; a record that says less speaks of something else.
FIRST_DOMAIN = datetime(1985, 1, 1, tzinfo=UTC)
# Clocks of registries and ours may differ so much.
MOST_AHEAD = timedelta(days=2)

KEPT_YOUNG = timedelta(days=1)
KEPT = timedelta(days=7)
KEPT_LONG_LIVED = timedelta(days=30)


def subjects(links: Sequence[Link]) -> list[str]:
    """The domains that somebody registered at a registry, without repetition: no addresses, no shared hosts."""
    return list(dict.fromkeys(link.registrable_domain for link in links if _has_age(link)))


def _has_age(link: Link) -> bool:
    """On a host where anybody may put a page the age is the platform's, and says nothing."""
    if link.is_ip or is_shared(link.host):
        return False
    parts = suffixes.split(link.host)
    return bool(parts.domain and parts.suffix)


def reply(registered_at: datetime | None, now: datetime) -> Reply:
    """The answer about one domain; None when it is not known when it was registered."""
    moment = registered_at if registered_at and FIRST_DOMAIN <= registered_at <= now + MOST_AHEAD else None
    facts = {"registered_at": moment.isoformat() if moment else None, "asked_at": now.isoformat()}
    return Reply(facts, _kept(moment, now))


def _kept(registered_at: datetime | None, now: datetime) -> timedelta:
    """Facts are judged as of the moment of the answer, so that of a young domain is asked again after a day."""
    if registered_at is None:
        return KEPT_YOUNG
    days = (now - registered_at).days
    if days < YOUNG_DAYS:
        return KEPT_YOUNG
    return KEPT_LONG_LIVED if days >= LONG_LIVED_DAYS else KEPT


def judge(links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
    """What the ages say of a way: the youngest domain speaks against it, for it only that all of them are old."""
    found = [_of_link(link, facts) for link in links]
    against = [finding for findings in found for finding in findings if finding.points > 0]
    if against:
        return [max(against, key=lambda finding: finding.points)]
    return found[0] if found and all(found) else []


def _of_link(link: Link, facts: Mapping[str, Facts]) -> list[Finding]:
    known = facts.get(link.registrable_domain)
    if known is None or not _has_age(link):
        return []
    registered_at, asked_at = a_moment(known.get("registered_at")), a_moment(known.get("asked_at"))
    return findings(link.registrable_domain, registered_at, asked_at) if asked_at else []


def findings(registrable_domain: str, registered_at: datetime | None, now: datetime) -> list[Finding]:
    """What the age of one domain at a moment says; nothing when it is not known, because missing is not new."""
    if registered_at is None:
        return []
    days = max((now - registered_at).days, 0)
    if days >= LONG_LIVED_DAYS:
        return [Finding.of("long_lived_domain", LONG_LIVED_POINTS, domain=registrable_domain, years=days // 365)]
    points = next((points for limit, points in POINTS_BY_DAYS if days < limit), 0)
    return [Finding.of("domain_age", points, domain=registrable_domain, days=days)] if points else []
