"""What links are looked up in on this machine."""

from __future__ import annotations

from scans.engine.analyze import Sources
from scans.lists import listed


def sources() -> Sources:
    """The heuristics, and the lists that are in use now."""
    return Sources(feeds=listed.installed())
