"""A protected name in an address that is not its owner's."""

from __future__ import annotations

from scans.engine.findings import Finding
from scans.engine.heuristics.host import Host
from scans.engine.names import imitations, suffixes
from scans.engine.names.host_lists import has_risky_tld
from scans.engine.names.imitations import Imitation, Kind

_ASKING_POINTS = 2
_LURING_POINTS = 1
# What a name that is an ordinary word is worth once something else speaks against the address.
_COMMON_POINTS = 4
# Names shorter than this are one mistake away from real words (papal, shoppe): a typing mistake needs a second sign.
_LONG_NAME = 7


def borrows_name(link: Host) -> bool:
    """Whether any heuristic of this module may have something to say."""
    return not link.is_ip and imitations.find(link.host) is not None


def _imitation(link: Host, kind: Kind) -> Imitation | None:
    found = None if link.is_ip else imitations.find(link.host)
    return None if found is None or found.kind is not kind else found


def _has_second_sign(link: Host, found: Imitation) -> bool:
    """Whether something besides the name speaks against the address, which ordinary words need to count at all."""
    return found.asks or found.lures or has_risky_tld(link.host) or suffixes.split(link.host).is_private


def _finding(link: Host, found: Imitation, code: str, points: int, common_points: int = 0) -> Finding | None:
    if found.brand.common:
        points = max(common_points, _COMMON_POINTS if _has_second_sign(link, found) else 0)
    if points:
        points += _ASKING_POINTS if found.asks else _LURING_POINTS if found.lures else 0
    return Finding.of(code, points, brand=found.brand.title, host=link.host, seen=found.seen) if points else None


def brand_homoglyph(link: Host) -> Finding | None:
    """The name in foreign letters that look the same: pаypal with a Cyrillic а."""
    found = _imitation(link, Kind.HOMOGLYPH)
    if found is None:
        return None
    honest_word = found.brand.common and imitations.only_accents(found.seen)
    points = 2 if honest_word else 9
    params = {"brand": found.brand.title, "host": link.host, "seen": found.seen}
    return Finding.of("brand_homoglyph", points, conclusive=not honest_word, **params)


def brand_domain_embedded(link: Host) -> Finding | None:
    """The owner's whole domain in front of somebody else's: paypal.com.evil.example, paypal-com.evil.example."""
    found = _imitation(link, Kind.EMBEDDED)
    if found is None:
        return None
    params = {"brand": found.brand.title, "host": link.host, "seen": found.seen}
    return Finding.of("brand_domain_embedded", 8, conclusive=True, **params)


def brand_lookalike(link: Host) -> Finding | None:
    """The name with letters or digits that look alike: paypa1, rnicrosoft, g00gle."""
    found = _imitation(link, Kind.LOOKALIKE)
    return None if found is None else _finding(link, found, "brand_lookalike", 6, common_points=4)


def brand_typo(link: Host) -> Finding | None:
    """The name with one typing mistake: faceboook, whattsapp."""
    found = _imitation(link, Kind.TYPO)
    if found is None or (len(found.seen) < _LONG_NAME and not _has_second_sign(link, found)):
        return None
    return _finding(link, found, "brand_typo", 5)


def brand_named(link: Host) -> Finding | None:
    """The name as one word among others: netflix-login.example, paypal.evil.example."""
    found = _imitation(link, Kind.NAMED)
    return None if found is None else _finding(link, found, "brand_named", 4)


def brand_other_ending(link: Host) -> Finding | None:
    """The name alone under an ending that its owner is not known to use; less odd under a country's ending."""
    found = _imitation(link, Kind.OTHER_ENDING)
    if found is None:
        return None
    ending = suffixes.split(link.host).suffix.rpartition(".")[2]
    is_country = len(ending) == 2 and not has_risky_tld(link.host)
    return _finding(link, found, "brand_other_ending", 2 if is_country else 4)
