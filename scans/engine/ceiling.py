"""How much of a link may leave the house."""

from __future__ import annotations

from enum import StrEnum


class Ceiling(StrEnum):
    """A ceiling: nothing < hash < host < url. Compares by rank, also with its plain stored string."""

    NOTHING = "nothing"
    HASH = "hash"
    HOST = "host"
    URL = "url"

    @property
    def rank(self) -> int:
        """0 for nothing up to 3 for the whole address."""
        return _RANKS[self.value]

    def allows(self, needed: Ceiling) -> bool:
        """Whether something that needs `needed` may be asked under this ceiling."""
        return self.rank >= needed.rank

    def __lt__(self, other: str) -> bool:
        return self.rank < Ceiling(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Ceiling(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Ceiling(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Ceiling(other).rank


_RANKS = {"nothing": 0, "hash": 1, "host": 2, "url": 3}
