"""Which server speaks for domains below an ending: the bootstrap file of IANA that came with the program (RFC 9224)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import orjson

_FILE = "rdap_dns.json"


@lru_cache(maxsize=1)
def _bases() -> dict[str, str]:
    """The first encrypted address of each ending; endings without one are left out."""
    services = orjson.loads(files("scans.engine.data").joinpath(_FILE).read_bytes())["services"]
    return {
        ending: base
        for endings, addresses in services
        for base in [next((address for address in addresses if address.startswith("https://")), "")]
        for ending in endings
        if base
    }


def base_of(domain: str) -> str:
    """The address, with a slash at its end, of the server for an ASCII domain; empty where there is none."""
    name = domain.partition(".")[2]
    while name:
        if base := _bases().get(name):
            return base if base.endswith("/") else f"{base}/"
        name = name.partition(".")[2]
    return ""
