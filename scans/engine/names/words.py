"""Words of scam addresses: those that ask for something secret or for money, those that lure, those that glue."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from scans.engine.names.confusables import skeleton


def _load() -> dict[str, str]:
    words: dict[str, str] = tomllib.loads(files("scans.engine.data").joinpath("words.toml").read_text(encoding="utf-8"))
    return words


_WORDS = _load()
CREDENTIAL = frozenset(_WORDS["credential"].split())
LURE = frozenset(_WORDS["lure"].split())
_ALL = CREDENTIAL | LURE | frozenset(_WORDS["glue"].split())
_SKELETONS = frozenset(skeleton(word) for word in _ALL)

_MIN_WORD = 2
_MIN_CREDENTIAL_INSIDE = 5
# How longer words begin: nearly every other token is told apart by this.
_BEGINNINGS = frozenset(word[:_MIN_CREDENTIAL_INSIDE] for word in CREDENTIAL if len(word) >= _MIN_CREDENTIAL_INSIDE)


def words_of(name: str) -> list[str]:
    """The words of a host name, cut at its dots, hyphens and underscores."""
    return [token for token in name.replace("-", ".").replace("_", ".").split(".") if token]


@lru_cache(maxsize=4096)
def are_words(shape: str) -> bool:
    """Whether a skeleton reads as digits, as one word of scam addresses or as two of them glued together."""
    if shape in _SKELETONS or shape.isdigit():
        return True
    cuts = range(_MIN_WORD, len(shape) - _MIN_WORD + 1)
    return any(shape[:cut] in _SKELETONS and shape[cut:] in _SKELETONS for cut in cuts)


@lru_cache(maxsize=4096)
def asks_for_credentials(token: str) -> bool:
    """Whether a token is such a word, or starts or ends with a longer one (securelogin, verify2024)."""
    if token in CREDENTIAL:
        return True
    bare = token.strip("0123456789")
    if bare in CREDENTIAL:
        return len(bare) > _MIN_WORD
    if bare[:_MIN_CREDENTIAL_INSIDE] not in _BEGINNINGS:
        return False
    cuts = range(_MIN_CREDENTIAL_INSIDE, len(bare) - 1)
    return any(bare[:cut] in CREDENTIAL and bare[cut:] in _ALL for cut in cuts)
