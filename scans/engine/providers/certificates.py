"""What the age of a domain's first certificate says: a little, and only beside something else."""

from __future__ import annotations

from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.providers import domain_age

# Points of a first certificate younger than so many days; alone they alarm nobody (scans.engine.families).
POINTS_BY_DAYS = ((7, 3), (30, 1))


def findings(link: Link, days: int | None) -> list[Finding]:
    """Nothing where the age is not known, nor where the domain belongs to many."""
    if days is None or not domain_age.subjects([link]):
        return []
    points = next((points for limit, points in POINTS_BY_DAYS if days < limit), 0)
    return [Finding.of("new_certificate", points, domain=link.registrable_domain, days=days)] if points else []
