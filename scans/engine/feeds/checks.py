"""What is not put into use, whoever published it: an empty list, half a list, a list that names everybody's sites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

from scans.engine.feeds.entries import Entry, Kind
from scans.engine.feeds.formats.rows import Skipped, Why, skipped
from scans.engine.feeds.source import Use
from scans.engine.names.brands import BRANDS
from scans.engine.names.shared_hosts import is_platform

# A list that loses more than this share of its entries at once was cut off or emptied by mistake.
LEAST_SHARE = 0.5
# Lists smaller than this come and go; a small list of one's own may lose what it wants.
SMALL = 20
_POPULAR = "popular.txt"


class Refused(Exception):
    """A new version is not put into use, the one before stays; the message says why."""


def checked(found: Iterable[Entry | Skipped], use: Use) -> Iterator[Entry | Skipped]:
    """What was read, as it comes; in a list of bad names no host that everybody visits stays.

    Raises Refused when such a list calls one of the best-known domains bad, with everything below it.
    """
    if use is not Use.BAD:
        yield from found
        return
    popular = popular_domains()
    for one in found:
        if isinstance(one, Skipped) or one.kind is Kind.URL:
            yield one
        elif one.kind is Kind.DOMAIN and one.text in popular:
            raise Refused(f"it lists {one.text} with everything below it, one of the best-known sites")
        elif one.text.removeprefix("www.") in popular or (one.kind is Kind.HOST and is_platform(one.text)):
            yield skipped(Why.TOO_WIDE, one.text)
        else:
            yield one


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
    return frozenset(linked) | {
        domain for brand in BRANDS for domain in brand.domains if domain.partition(".")[0] in brand.names
    }
