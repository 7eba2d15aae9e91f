"""The shape of what looks a link up in lists on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from scans.engine.findings import Finding
from scans.engine.links import Link


class FeedError(Exception):
    """The lists could not be read; says nothing about the link."""


class Feed(Protocol):
    """Looks a link up; one object may stand for many lists."""

    @property
    def name(self) -> str:
        """A short stable name, used in `not_checked`."""

    @property
    def knows_bad(self) -> bool:
        """Whether a list of bad links is among what is looked up; raises nothing, for `lookup` says what is wrong."""

    def lookup(self, link: Link) -> Sequence[Finding]:
        """The findings about a link, none when it is not listed; raises FeedError."""
