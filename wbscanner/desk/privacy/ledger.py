"""What left this machine, row by row: filtered, counted, and as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import QueryDict

from scans.engine.defang import defang_host
from scans.models import Disclosure, DisclosureKind
from wbscanner import spreadsheets
from wbscanner.numbers import whole

ROWS_A_PAGE = 50
SPANS = (1, 7, 30)
AT_ONCE = 500
HEAD = ("when", "what", "to whom", "host", "scan")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the ledger: empty or 0 stands for all."""

    kind: str = ""
    provider: str = ""
    days: int = 0
    before: int = 0

    @classmethod
    def of(cls, asked: QueryDict) -> Filter:
        kind, days, before = asked.get("kind", ""), asked.get("days", ""), asked.get("before", "")
        return cls(
            kind=kind if kind in DisclosureKind.values else "",
            provider=asked.get("provider", "")[:40],
            days=int(days) if days in {str(span) for span in SPANS} else 0,
            before=whole(before) or 0,
        )

    def rows(self, now: datetime) -> QuerySet[Disclosure]:
        found = Disclosure.objects.select_related("scan")
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.provider:
            found = found.filter(provider=self.provider)
        return found.filter(at__gte=now - timedelta(days=self.days)) if self.days else found

    def query(self, **changes: object) -> str:
        """This filter, changed, as a query string; from its first page on."""
        values = {"kind": self.kind, "provider": self.provider, "days": self.days, **changes}
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Part:
    """How many rows a further choice would show."""

    label: str
    count: int
    query: str
    is_chosen: bool


def page(chosen: Filter, now: datetime) -> tuple[Sequence[Disclosure], int]:
    """The newest rows before `chosen.before`, and from where the next page goes on (0 at the end)."""
    rows = chosen.rows(now).order_by("-pk")
    found = list((rows.filter(pk__lt=chosen.before) if chosen.before else rows)[: ROWS_A_PAGE + 1])
    return found[:ROWS_A_PAGE], found[ROWS_A_PAGE - 1].pk if len(found) > ROWS_A_PAGE else 0


def counts(chosen: Filter, now: datetime) -> list[Part]:
    """Rows by what was told to whom, within the chosen time."""
    within = Filter(days=chosen.days).rows(now).order_by()
    groups = within.values_list("kind", "provider").annotate(n=Count("pk")).order_by("-n", "kind", "provider")
    return [
        Part(
            label=" · ".join(filter(None, [str(DisclosureKind(kind).label), provider])),
            count=n,
            query=chosen.query(kind=kind, provider=provider),
            is_chosen=(kind, provider) == (chosen.kind, chosen.provider),
        )
        for kind, provider, n in groups
    ]


def csv_lines(rows: QuerySet[Disclosure]) -> Iterator[str]:
    """The rows as lines of a CSV file, read in parts."""
    found = rows.order_by("-pk").iterator(chunk_size=AT_ONCE)
    return spreadsheets.csv_lines(chain([HEAD], map(_cells, found)))


def _cells(row: Disclosure) -> list[Any]:
    return [row.at.isoformat(), row.kind, row.provider, defang_host(row.scan.host), row.scan_id]
