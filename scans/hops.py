"""The way of a scanned link as the scan keeps it: nothing secret, nothing to follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self, TypedDict

from scans.engine.findings import Finding
from scans.engine.journeys import Hop, How
from scans.engine.kinds.lookonly import displayable


class HopDict(TypedDict):
    """The JSON shape of a HopRow."""

    url_hash: str
    host: str
    registrable_domain: str
    url: str
    how: str
    status: int | None


@dataclass(frozen=True, slots=True)
class HopRow:
    """An address on the way: `url` is the stripped form that may be shown, url_hash that of the exact one."""

    url_hash: str
    host: str
    registrable_domain: str
    url: str
    how: How
    status: int | None

    @classmethod
    def of(cls, hop: Hop) -> Self:
        """What may be kept of a hop."""
        link = hop.link
        return cls(link.url_hash, link.host, link.registrable_domain, displayable(link), hop.how, hop.status)

    @property
    def is_inside(self) -> bool:
        """Whether it was read out of the posted link without opening anything."""
        return self.how in {How.POSTED, How.WRAPPED}

    def as_dict(self) -> HopDict:
        """The JSON form, accepted back by from_dict."""
        return {
            "url_hash": self.url_hash,
            "host": self.host,
            "registrable_domain": self.registrable_domain,
            "url": self.url,
            "how": self.how.value,
            "status": self.status,
        }

    @classmethod
    def from_dict(cls, data: HopDict) -> Self:
        """Reads the JSON form; raises KeyError when a field is missing."""
        return cls(
            url_hash=data["url_hash"],
            host=data["host"],
            registrable_domain=data["registrable_domain"],
            url=data["url"],
            how=How(data["how"]),
            status=data["status"],
        )


def rows_of(hops: Iterable[Hop]) -> list[HopRow]:
    """What may be kept of the way."""
    return [HopRow.of(hop) for hop in hops]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a scan keeps beside its verdict: the way, and the heuristics' findings about the exact link.

    `watched` is what lists on trial say of the way, `list_keys` what it is looked up by (scans.engine.feeds),
    `page_hash` the fingerprint of the page at its end.
    """

    way: Sequence[HopRow]
    seen: Sequence[Finding]
    watched: Sequence[Finding] = ()
    list_keys: bytes | None = None
    page_hash: str = ""

    @property
    def columns(self) -> dict[str, object]:
        """The scan's columns; a way of the posted link alone that was not opened is none."""
        way = [] if len(self.way) == 1 and self.way[0].status is None else self.way
        return {
            "hops": [hop.as_dict() for hop in way],
            "seen_findings": [finding.as_dict() for finding in self.seen],
            "watched": [finding.as_dict() for finding in self.watched],
            "list_keys": self.list_keys,
            "page_hash": self.page_hash,
        }
