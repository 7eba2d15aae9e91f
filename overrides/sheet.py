"""Overrides as a CSV file: written for spreadsheets without a cell that they would calculate, and read back exactly.

Columns (docs/operations.md): kind, target, shown, ruling, group, group_name, reason, expires_at. `group` is the group's
number, empty for all groups; group_name is for people. Of a URL the target is its url_hash, or when read its address.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from io import StringIO
from itertools import chain

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from groups.models import Group
from overrides import services
from overrides.drafts import Draft
from overrides.models import Override
from overrides.rules import Kind, Ruling
from overrides.services import LONGEST_SHOWN, URL_HASH, Target
from wbscanner.numbers import whole
from wbscanner.spreadsheets import csv_lines, unguarded

COLUMNS = ("kind", "target", "shown", "ruling", "group", "group_name", "reason", "expires_at")
NEEDED = ("kind", "target", "ruling")
LONGEST_REASON = 300
_TAPPABLE = re.compile(r"(?<!\[)\.|\.(?!\])|http|@", re.IGNORECASE)


Row = tuple[int, Mapping[str, str]]


class NoSheet(ValueError):
    """This is no such file; the message says what is missing."""


def write(rows: Iterable[Override]) -> Iterator[str]:
    """The file line by line, its header first."""
    return csv_lines(chain([COLUMNS], map(_cells, rows)))


def read(text: str, groups: Mapping[int, Group], sees_all: bool) -> list[Draft]:
    """A draft a row; `groups` are those that the reader may rule in. Raises NoSheet without the needed columns."""
    return [draft(row, groups, sees_all) for row in rows(text)]


def rows(text: str) -> list[Row]:
    """The file's rows with the lines they end in, not yet understood. Raises NoSheet without the needed columns."""
    text = text.removeprefix("\ufeff")
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            said = _("The first line must name the columns %(needed)s; missing: %(missing)s.")
            raise NoSheet(said % {"needed": ", ".join(NEEDED), "missing": ", ".join(missing)})
        return [(reader.line_num, _named(row)) for row in reader]
    except csv.Error as error:
        said = _("Line %(line)d is no CSV: %(error)s. Export once to see how it should look.")
        raise NoSheet(said % {"line": reader.line_num, "error": error}) from error


def _delimiter(text: str) -> str:
    """Spreadsheets of half the world write semicolons."""
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _cells(row: Override) -> tuple[str, ...]:
    group = (str(row.group_id), str(row.group)) if row.group else ("", "")
    ends = row.expires_at.isoformat() if row.expires_at else ""
    return (row.kind, row.target, row.shown, row.ruling, *group, row.reason, ends)


def _named(row: Mapping[str | None, object]) -> dict[str, str]:
    """The row's cells by column; what has no column is left out."""
    return {name: unguarded(cell) for name, cell in row.items() if name in COLUMNS and isinstance(cell, str)}


def draft(numbered: Row, groups: Mapping[int, Group], sees_all: bool) -> Draft:
    """What a row is about; what is wrong with it is its problem."""
    line, row = numbered
    draft = Draft(line, row.get("target", "")[:LONGEST_SHOWN], Ruling.DENY)
    try:
        return replace(
            draft,
            ruling=_ruling(row.get("ruling", "")),
            group=_group(row.get("group", "").strip(), groups, sees_all),
            reason=_reason(row.get("reason", "")),
            expires_at=_end(row.get("expires_at", "").strip()),
            target=_target(row),
        )
    except ValueError as error:
        return replace(draft, problem=str(error))


def _ruling(text: str) -> Ruling:
    if text.strip().lower() not in set(Ruling):
        raise ValueError(_("Write allow or deny as the ruling."))
    return Ruling(text.strip().lower())


def _target(row: Mapping[str, str]) -> Target:
    kind = row.get("kind", "").strip().lower()
    if kind not in set(Kind):
        raise ValueError(_("Write one of %(kinds)s as the kind.") % {"kinds": ", ".join(Kind)})
    target = services.read_target(Kind(kind), row.get("target", ""))
    shown = row.get("shown", "")
    is_hash = target.kind is Kind.URL and URL_HASH.fullmatch(row["target"].strip().lower())
    is_harmless = shown.isprintable() and len(shown) <= LONGEST_SHOWN and not _TAPPABLE.search(shown)
    return replace(target, shown=shown) if is_hash and shown and is_harmless else target


def _group(text: str, groups: Mapping[int, Group], sees_all: bool) -> Group | None:
    if not text and sees_all:
        return None
    group = groups.get(number) if (number := whole(text)) is not None else None
    if group is None:
        if sees_all:
            raise ValueError(_("Write the number of one of your groups, or nothing for all groups."))
        raise ValueError(_("Write the number of one of your groups."))
    return group


def _reason(text: str) -> str:
    if len(text) > LONGEST_REASON:
        raise ValueError(_("The reason is longer than %(most)d characters.") % {"most": LONGEST_REASON})
    if "\0" in text:
        raise ValueError(_("The reason holds a character that cannot be stored."))
    return text


def _end(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError(_("Write the end as in 2030-01-31T12:00:00+00:00, or leave it empty."))
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
