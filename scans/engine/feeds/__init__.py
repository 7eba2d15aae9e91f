"""The feeds that are searched for a link: one line each. None is registered yet."""

from __future__ import annotations

from scans.engine.feeds.feed import Feed

FEEDS: tuple[Feed, ...] = ()
