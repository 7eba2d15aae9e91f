"""Short lists of hosts and endings, shipped as data."""

from __future__ import annotations

import tomllib
from importlib.resources import files


def _load() -> dict[str, str]:
    lists: dict[str, str] = tomllib.loads(files("scans.engine.data").joinpath("hosts.toml").read_text(encoding="utf-8"))
    return lists


_LISTS = _load()
RISKY_TLDS = frozenset(_LISTS["risky_tlds"].split())
SHORTENERS = frozenset(_LISTS["shorteners"].split())
RISKY_HOSTING = frozenset(_LISTS["risky_hosting"].split())
ABOUT_OTHERS = frozenset(_LISTS["about_others"].split())
MAIL_HOSTS = frozenset(_LISTS["mail_hosts"].split())
OWN_ALPHABET_TLDS = frozenset(_LISTS["own_alphabet_tlds"].split())


def has_risky_tld(host: str) -> bool:
    """Whether a host ends in a top-level domain that scams use far more often than others."""
    return host.rpartition(".")[2] in RISKY_TLDS
