"""A file of everything that is stored about a member or a group, in parts that each say where the next begins."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BinaryField, Model, QuerySet

SEALED = {"sender_address", "address", "payload", "code_hash"}
KEPT_ENCRYPTED = "kept, encrypted"
ROWS_AT_ONCE = 500

Tables = Sequence[tuple[str, Iterable[Model]]]


@dataclass(frozen=True, slots=True)
class Written:
    """A part of the file with so many `rows`; the next begins in `table`, behind the row `last`."""

    text: str
    rows: int
    table: int
    last: int


def json_parts(tables: Iterable[tuple[str, Iterable[Model]]], now: datetime) -> Iterator[str]:
    """One JSON object: each table's name with its rows."""
    for part in written(list(tables), now):
        yield part.text


def written(
    tables: Tables, now: datetime, table: int = 0, last: int = 0, *, at_once: int = ROWS_AT_ONCE
) -> Iterator[Written]:
    """The parts of the file from a place on; the first one with its beginning, the last with its end."""
    if tables and table >= len(tables):
        return
    begins = not table and not last
    head = f'{{"made_at": {json.dumps(now.isoformat())}' if begins else ""
    for number in range(table, len(tables)):
        name, rows = tables[number]
        behind = last if number == table else 0
        head += "" if behind else f",\n{json.dumps(name)}: ["
        while part := _next(rows, behind, at_once):
            lines = ",\n".join(json.dumps(_row(row), default=str, ensure_ascii=False) for row in part)
            yield Written(head + (",\n" if behind else "\n") + lines, len(part), number, part[-1].pk)
            head, behind = "", part[-1].pk
        head += "]"
    yield Written(head + "}\n", 0, len(tables), 0)


def count(tables: Tables, table: int = 0, last: int = 0) -> int:
    """How many rows stand from a place on."""
    left = [(rows, last if number == 0 else 0) for number, (_name, rows) in enumerate(tables[table:])]
    return sum(
        _behind(rows, behind).count() if isinstance(rows, QuerySet) else len(_sorted(rows, behind))
        for rows, behind in left
    )


def _next(rows: Iterable[Model], behind: int, most: int) -> list[Model]:
    if isinstance(rows, QuerySet):
        return list(_behind(rows, behind)[:most])
    return _sorted(rows, behind)[:most]


def _behind(rows: QuerySet[Any], key: int) -> QuerySet[Any]:
    return rows.filter(pk__gt=key).order_by("pk")


def _sorted(rows: Iterable[Model], behind: int) -> list[Model]:
    return sorted((row for row in rows if row.pk > behind), key=lambda row: row.pk)


def _row(row: Model) -> dict[str, Any]:
    """A row's columns; of what is encrypted only that it is kept."""
    return {field.attname: _value(field, row) for field in row._meta.concrete_fields}


def _value(field: Any, row: Model) -> Any:
    value = getattr(row, field.attname)
    if field.name in SEALED:
        return KEPT_ENCRYPTED if value else None
    return bytes(value).hex() if isinstance(field, BinaryField) and value is not None else value
