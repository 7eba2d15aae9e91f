"""The audit trail as a file, made while it is sent: a part of the entries at a time, never all of them in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from wbscanner.desk.audit import entries, words
from wbscanner.desk.audit.entries import Place
from wbscanner.models import AuditEntry
from wbscanner.spreadsheets import csv_lines

MOST_ROWS = 1_000_000  # of a file; who has more takes one time after the other
AT_ONCE = 1000  # entries read by one short query, so that a long file holds up nobody's writing
HEAD = ("at", "actor", "says", "action", "target", "groups", "group_ids", "details")


class Form(StrEnum):
    """What kind of file; the value ends its name."""

    CSV = "csv"
    JSONL = "jsonl"


TITLES = {Form.CSV: "CSV", Form.JSONL: "JSON Lines"}
KINDS = {Form.CSV: "text/csv; charset=utf-8", Form.JSONL: "application/jsonl; charset=utf-8"}


def parts(form: Form, rows: QuerySet[AuditEntry], groups: list[int] | None, names: Mapping[str, str]) -> Iterator[str]:
    """The file in parts of whole lines, the newest entry first, as a reader of these groups (None: all) may know them.

    It is in the language of the call, which is the thread's no longer while the file is being sent.
    """
    language, head = translation.get_language() or "en", csv_lines([HEAD]) if form is Form.CSV else ()
    return chain(head, ("".join(WRITERS[form](_in(language, some, names))) for some in _read(rows, groups)))


def _read(rows: QuerySet[AuditEntry], groups: list[int] | None) -> Iterator[list[AuditEntry]]:
    place: Place | None = None
    while found := entries.newest(rows, AT_ONCE, place):
        place = Place.after(found[-1])
        yield [entries.as_seen(entry, groups) for entry in found]


def _in(language: str, some: list[AuditEntry], names: Mapping[str, str]) -> list[dict[str, Any]]:
    with translation.override(language):
        return [_row(entry, names) for entry in some]


def _row(entry: AuditEntry, names: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the API, with the sentence and the groups' names of today."""
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "says": words.text(entry),
        "action": entry.action,
        "target": entry.target,
        "groups": [names[group] for group in entry.group_ids if group in names],
        "group_ids": entry.group_ids,
        "details": entry.details,
    }


def _csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return csv_lines(map(_cells, rows))


def _cells(row: Mapping[str, Any]) -> list[str]:
    joined = {"groups": ", ".join(row["groups"]), "group_ids": " ".join(row["group_ids"])}
    details = json.dumps(row["details"]) if row["details"] else ""
    return [{**row, **joined, "details": details}[name] for name in HEAD]


def _jsonl(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (f"{json.dumps(row)}\n" for row in rows)


WRITERS = {Form.CSV: _csv, Form.JSONL: _jsonl}
