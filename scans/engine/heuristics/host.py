"""What a host name alone tells of a link: read-only, so that a finding about it holds for every link there."""

from __future__ import annotations

from typing import Protocol


class Host(Protocol):
    """The host of a link and what follows from it; every Link is one, and nothing else of it may be read."""

    @property
    def host(self) -> str:
        """As Link.host."""
        ...

    @property
    def is_ip(self) -> bool:
        """As Link.is_ip."""
        ...

    @property
    def registrable_domain(self) -> str:
        """As Link.registrable_domain."""
        ...
