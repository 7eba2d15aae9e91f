"""The protected names: who they belong to, which domains are theirs, and how an address may be borrowing one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TypedDict

from scans.engine.names.confusables import skeleton


class _Row(TypedDict, total=False):
    title: str
    names: list[str]
    suffixes: str
    domains: str
    common: bool
    unrelated: str
    words: str


@dataclass(frozen=True, slots=True)
class Brand:
    """A protected name; `common` marks ordinary words and short names, which need a second sign."""

    key: str
    title: str
    names: tuple[str, ...]
    domains: frozenset[str]
    unrelated: frozenset[str]
    common: bool


def _domains(row: _Row) -> frozenset[str]:
    own = {f"{row['names'][0]}.{suffix}" for suffix in row["suffixes"].split()}
    return frozenset(own | set(row["domains"].split()))


def _brand(key: str, row: _Row) -> Brand:
    unrelated = frozenset(row.get("unrelated", "").split())
    return Brand(key, row["title"], tuple(row["names"]), _domains(row), unrelated, row.get("common", False))


def _load() -> dict[str, _Row]:
    text = files("scans.engine.data").joinpath("brands.toml").read_text(encoding="utf-8")
    rows: dict[str, _Row] = tomllib.loads(text)
    return rows


_ROWS = _load()
BRANDS = tuple(_brand(key, row) for key, row in _ROWS.items())
BY_NAME = {name: brand for brand in BRANDS for name in brand.names}
_HONEST_WORDS = frozenset(word for row in _ROWS.values() for word in row.get("words", "").split())
BY_SKELETON = {skeleton(name): (name, brand) for name, brand in BY_NAME.items()}
_OWNED = {domain: brand for brand in BRANDS for domain in brand.domains}
_NEVER_IMITATIONS = frozenset(_OWNED) | frozenset(domain for brand in BRANDS for domain in brand.unrelated)


def owner(registrable_domain: str) -> Brand | None:
    """The brand that uses this registrable domain itself."""
    return _OWNED.get(registrable_domain)


def is_never_imitation(host: str, registrable_domain: str) -> bool:
    """Whether the domain is a brand's own, known to be somebody else's honest name, or under a brand's own ending."""
    if host.rpartition(".")[2] in BY_NAME:
        return True
    name = host
    while len(name) > len(registrable_domain) and name not in _NEVER_IMITATIONS:
        name = name.partition(".")[2]
    return name in _NEVER_IMITATIONS


# A name of this many letters or more may be recognised with one typing mistake; shorter ones meet real words.
_MIN_TYPO_LENGTH = 6


def _without_one(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _deletions() -> dict[str, str]:
    long_enough = [name for name in BY_NAME if len(name) >= _MIN_TYPO_LENGTH]
    return {shorter: name for name in long_enough for shorter in (name, *_without_one(name))}


_DELETIONS = _deletions()
_LONGEST_TYPO = max(len(name) for name in BY_NAME) + 1


def _differs_by_one(word: str, name: str) -> bool:
    """Whether one inserted, dropped or changed letter, or two neighbours in the wrong order, explain the difference."""
    if abs(len(word) - len(name)) > 1 or word == name:
        return False
    start = 0
    while start < min(len(word), len(name)) and word[start] == name[start]:
        start += 1
    rest, wanted = word[start:], name[start:]
    swapped = wanted[1:2] + wanted[:1] + wanted[2:]
    return rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:] or rest == swapped


@lru_cache(maxsize=8192)
def mistyped(word: str) -> str | None:
    """The protected name that a word is one typing mistake away from, None for the name itself and for other words.

    The first letter has to be right: people who imitate keep it, chance does not (Chromium's rule).
    """
    if word in BY_NAME or word in _HONEST_WORDS or len(word) > _LONGEST_TYPO:
        return None
    for candidate in (word, *_without_one(word)):
        name = _DELETIONS.get(candidate)
        if name is not None and name[0] == word[:1] and _differs_by_one(word, name):
            return name
    return None
