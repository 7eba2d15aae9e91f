"""One verdict out of several addresses: that of the worst of them, never a sum over all."""

from __future__ import annotations

from collections.abc import Sequence

from scans.engine.findings import Finding


def worst(found: Sequence[Sequence[Finding]]) -> list[Finding]:
    """The findings of the worst address, before them what the first one, the posted one, says at 0 points.

    An address with a conclusive finding is worse than one without; of equals the earlier one counts.
    """
    if not found:
        return []
    posted, chosen = found[0], max(found, key=_badness)
    if chosen is posted:
        return list(posted)
    return [*(said for said in posted if said.points == 0 and said not in chosen), *chosen]


def _badness(findings: Sequence[Finding]) -> tuple[bool, int]:
    return any(said.conclusive for said in findings), sum(said.points for said in findings)
