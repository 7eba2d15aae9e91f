"""What links are looked up in on this machine."""

from __future__ import annotations

from scans import listed
from scans.engine.analyze import Sources
from scans.engine.feeds.feed import FeedError


def sources() -> Sources:
    """The heuristics and the lists in use; lists that cannot be read stay among them, so that they are a gap."""
    try:
        return Sources(feeds=listed.installed())
    except FeedError:
        return Sources(feeds=(listed.lists(),))
