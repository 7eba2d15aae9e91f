"""Days since 1970-01-01 UTC out of the dates that lists write."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)")
_FIRST = date(1970, 1, 1)


def day_written(text: object) -> int | None:
    """The day of `2026-07-23 01:31:00`, `2026-07-23T01:31:00Z` and the like; None for anything else."""
    found = _DATE.match(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        return max((date(int(found[1]), int(found[2]), int(found[3])) - _FIRST).days, 0)
    except ValueError:
        return None
