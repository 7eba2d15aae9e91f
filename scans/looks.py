"""When a link is looked at again: most scams are listed only after they were posted. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# After the first scan of a link's newest posting.
LOOKS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=24), timedelta(days=7))
# A link that nobody posted for so long is left alone: no look, no correction.
WATCHED_FOR = timedelta(days=8)


def next_look(looked_from: datetime, last_seen_at: datetime, now: datetime) -> datetime | None:
    """The first of LOOKS after `looked_from` that is still ahead; None when none is, or the link is out of sight."""
    ahead = next((looked_from + after for after in LOOKS if looked_from + after > now), None)
    return ahead if ahead is not None and ahead <= last_seen_at + WATCHED_FOR else None
