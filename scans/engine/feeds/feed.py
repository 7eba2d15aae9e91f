"""The shape of a feed: a list of bad (or good) addresses, indexed on this machine."""

from __future__ import annotations

from typing import Protocol

from scans.engine.findings import Finding
from scans.engine.links import Link


class FeedError(Exception):
    """The feed's index could not be read; says nothing about the link."""


class Feed(Protocol):
    """Looks a link up in one local list."""

    @property
    def name(self) -> str:
        """A short stable name, used in `not_checked` and in reasons."""

    def lookup(self, link: Link) -> Finding | None:
        """The finding for a listed link, None when it is not listed; raises FeedError."""
