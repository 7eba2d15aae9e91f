"""What a provider is told of links: never a user name, a key or a personal part."""

from __future__ import annotations

from collections.abc import Iterable

from scans.engine.kinds.lookonly import REMOVED, displayable
from scans.engine.links import Link


def shown_urls(links: Iterable[Link]) -> list[str]:
    """The URLs that may be told, without repetition."""
    return list(dict.fromkeys(map(displayable, links)))


def whole_urls(links: Iterable[Link]) -> list[str]:
    """Those of them that are whole: who only knows exact addresses knows nothing of a part of one."""
    return [url for url in shown_urls(links) if REMOVED not in url]


def hosts(links: Iterable[Link]) -> list[str]:
    """Their hosts, without repetition."""
    return list(dict.fromkeys(link.host for link in links))
