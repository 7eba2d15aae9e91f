"""Facts as JSON and back, so that a decision can be made again later. Pure.

A fact that is added to `Facts` or `SoFar` is stored without further ado; a row from before then lacks it, takes its
default and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, fields
from datetime import datetime
from typing import Any

from groups.policy import Facts, LinkRule, SoFar
from scans.engine.scoring import Verdict

Stored = Mapping[str, object]


class Unreadable(ValueError):
    """These are no facts: without its moments nothing can be decided again."""


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a stored decision; `assumed` names those that were not stored and took their default."""

    facts: Facts
    assumed: frozenset[str]


def as_json(facts: Facts) -> dict[str, object]:
    """What `from_json` makes the same facts of."""
    return _written(facts, _FACTS)


def from_json(stored: Stored) -> Known:
    """The facts of a row, of whatever age; raises Unreadable where it does not say when."""
    values, assumed = _read(stored, _FACTS)
    so_far = stored.get("so_far")
    if isinstance(so_far, Mapping):
        assumed |= _read(so_far, _SO_FAR)[1]
    try:
        return Known(Facts(**values), frozenset(assumed))
    except TypeError as error:
        raise Unreadable("no moment is stored") from error


def moment_of(value: object) -> datetime | None:
    """A stored moment, None where there is none; raises ValueError or TypeError for what is no aware moment."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value)  # type: ignore[arg-type]  # TypeError is what is promised
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _a_moment(value: object) -> datetime:
    moment = moment_of(value)
    if moment is None:
        raise ValueError("no moment")
    return moment


def _a_claim(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _a_number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("no number")
    return value


def _a_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _a_verdict(value: object) -> Verdict | None:
    return None if value is None else Verdict(_a_text(value))


def _rules(value: object) -> frozenset[LinkRule]:
    """Those that this program knows: one may have been given up since."""
    if not isinstance(value, list):
        raise TypeError("no list")
    return frozenset(LinkRule(rule) for rule in value if rule in _RULES)


def _so_far(value: object) -> SoFar:
    if not isinstance(value, Mapping):
        raise TypeError("not what was said so far")
    return SoFar(**_read(value, _SO_FAR)[0])


def _as_text(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _as_list(value: Iterable[str]) -> object:
    return sorted(value)


def _unchanged(value: object) -> object:
    return value


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    write: Callable[..., object]
    read: Callable[[object], object]


# By the type as it is written in the dataclass; one without a row here fails when this is loaded.
_KINDS: dict[str, tuple[Callable[..., object], Callable[[object], object]]] = {
    "datetime": (_as_text, _a_moment),
    "datetime | None": (_as_text, moment_of),
    "bool": (_unchanged, _a_claim),
    "int": (_unchanged, _a_number),
    "str": (_unchanged, _a_text),
    "Verdict | None": (_unchanged, _a_verdict),
    "frozenset[LinkRule]": (_as_list, _rules),
    "SoFar": (lambda value: _written(value, _SO_FAR), _so_far),
}


def _column(field: Field[Any]) -> _Column:
    write, read = _KINDS[str(field.type)]
    return _Column(field.name, write, read)


def _written(value: object, columns: Iterable[_Column]) -> dict[str, object]:
    return {column.name: column.write(getattr(value, column.name)) for column in columns}


def _read(stored: Stored, columns: Iterable[_Column]) -> tuple[dict[str, Any], set[str]]:
    """The readable values by name, and the names of those that are not there."""
    values: dict[str, Any] = {}
    missing: set[str] = set()
    for column in columns:
        try:
            values[column.name] = column.read(stored[column.name])
        except (KeyError, TypeError, ValueError):
            missing.add(column.name)
    return values, missing


_RULES = frozenset(rule.value for rule in LinkRule)
_SO_FAR: tuple[_Column, ...] = tuple(_column(field) for field in fields(SoFar))
_FACTS: tuple[_Column, ...] = tuple(_column(field) for field in fields(Facts))
