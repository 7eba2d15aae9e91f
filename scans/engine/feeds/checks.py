"""What is not put into use, whoever published it: an empty list, half a list, a list that names everybody's sites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.expressions import site_of
from scans.engine.feeds.formats.rows import Skipped, Why, skipped
from scans.engine.feeds.source import Use
from scans.engine.names import suffixes
from scans.engine.names.brands import BRANDS

# A list that loses more than this share of its entries at once was cut off or emptied by mistake.
LEAST_SHARE = 0.5
# Lists smaller than this come and go; a small list of one's own may lose what it wants.
SMALL = 20
_POPULAR = "popular.txt"
# Below these every customer has a host of its own.
_OF_CUSTOMERS = frozenset({"sharepoint.com", "wetransfer.com"})


class Refused(Exception):
    """A new version is not put into use, the one before stays; the message says why."""


def checked(found: Iterable[Entry | Skipped], use: Use) -> Iterator[Entry | Skipped]:
    """What was read, as it comes, but no host that everybody visits in a list of bad names; raises Refused."""
    for one in found:
        if isinstance(one, Skipped):
            yield one
        else:
            refuse_entry(one, use)
            yield skipped(Why.TOO_WIDE, one.text) if is_too_wide(one, use) else one


def refuse_entry(entry: Entry, use: Use) -> None:
    """Raise Refused when a list of bad names calls one of the best-known domains bad, with everything below it."""
    if use is Use.BAD and entry.kind is Kind.DOMAIN and entry.text in popular_domains():
        raise Refused(f"it lists {entry.text} with everything below it, one of the best-known sites")


def is_too_wide(entry: Entry, use: Use) -> bool:
    """Whether a list of bad names calls a whole host, or its home page, bad where one page must have been meant.

    Such are the best-known sites (www.google.com), and what their owners alone have below them (mail.google.com).
    """
    if use is not Use.BAD or (entry.kind is Kind.URL and entry.text.partition("/")[2]):
        return False
    host = entry.host.removeprefix("www.")
    is_owners = site_of(host) in _owned_domains() - _OF_CUSTOMERS and not suffixes.split(host).is_private
    return host in popular_domains() or is_owners


def refuse_size(entries: int, before: int) -> None:
    """Raise Refused for a version without entries, and for one of less than half the entries that the last one had."""
    if entries == 0:
        raise Refused("it has no entries")
    if before >= SMALL and entries < before * LEAST_SHARE:
        raise Refused(f"it has {entries} entries, and the version before had {before}")


@lru_cache(maxsize=1)
def popular_domains() -> frozenset[str]:
    """About a thousand registrable domains: the most linked ones, and the protected names under their endings."""
    text = files("scans.engine.data").joinpath(_POPULAR).read_text(encoding="utf-8")
    linked = (name for line in text.splitlines() if not line.startswith("#") for name in line.split())
    return frozenset(linked) | _owned_domains()


@lru_cache(maxsize=1)
def _owned_domains() -> frozenset[str]:
    """The protected names under their own endings: google.com, google.de."""
    return frozenset(domain for brand in BRANDS for domain in brand.domains if domain.partition(".")[0] in brand.names)
