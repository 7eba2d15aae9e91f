"""A file of everything that is stored about a member or a group, written while it is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import BinaryField, Model

SEALED = {"sender_address", "address", "payload", "code_hash"}
KEPT_ENCRYPTED = "kept, encrypted"


def json_parts(tables: Iterable[tuple[str, Iterable[Model]]], now: datetime) -> Iterator[str]:
    """One JSON object: each table's name with its rows, in parts of one row."""
    yield f'{{"made_at": {json.dumps(now.isoformat())}'
    for name, rows in tables:
        yield f",\n{json.dumps(name)}: ["
        for number, row in enumerate(rows):
            yield (",\n" if number else "\n") + json.dumps(_row(row), default=str, ensure_ascii=False)
        yield "]"
    yield "}\n"


def _row(row: Model) -> dict[str, Any]:
    """A row's columns; of what is encrypted only that it is kept."""
    return {field.attname: _value(field, row) for field in row._meta.concrete_fields}


def _value(field: Any, row: Model) -> Any:
    value = getattr(row, field.attname)
    if field.name in SEALED:
        return KEPT_ENCRYPTED if value else None
    return bytes(value).hex() if isinstance(field, BinaryField) and value is not None else value
