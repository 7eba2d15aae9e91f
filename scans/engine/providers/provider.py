"""The shape of a provider: a third party that is asked about links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link

if TYPE_CHECKING:
    import httpx


class ProviderError(Exception):
    """The provider gave no usable answer (network, quota, key, nonsense); says nothing about the link."""


class Provider(Protocol):
    """Asks a third party about a link and the address it ends at, in one call."""

    @property
    def name(self) -> str:
        """A short stable name, used in `not_checked`, quotas and disclosure records."""

    @property
    def ceiling(self) -> Ceiling:
        """How much of the link it has to be told."""

    @property
    def max_requests(self) -> int:
        """The most HTTP requests that one call of check may make, for the quota."""

    async def check(self, links: Sequence[Link], client: httpx.AsyncClient) -> list[Finding]:
        """Findings about the links, empty when the provider knows nothing bad; raises ProviderError."""
