"""Sites that everybody knows: what two links have in common by standing there says nothing about either."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from scans.engine.feeds.checks import popular_domains
from scans.engine.names import brands

_BELOW = "*."


@lru_cache(maxsize=1)
def _known_good() -> frozenset[str]:
    """As known_good.txt writes them: `*.name` with everything below it, a bare name that one host."""
    text = files("scans.engine.data").joinpath("known_good.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def is_well_known(host: str, registrable_domain: str) -> bool:
    """Whether a host is, or belongs to, one of the best-known sites or a protected name."""
    if registrable_domain in popular_domains() or brands.owner(registrable_domain) is not None:
        return True
    return (
        host in _known_good() or f"{_BELOW}{host}" in _known_good() or f"{_BELOW}{registrable_domain}" in _known_good()
    )
