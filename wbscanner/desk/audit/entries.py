"""Reading the audit trail: which entries and which of their parts a person may see, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from wbscanner.models import AuditEntry
from wbscanner.permissions import includes, visible_groups

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_PLACE = 40


def visible(user: Any) -> QuerySet[AuditEntry]:
    """All entries for owners; for others those that name at least one of their groups."""
    groups = visible_groups(user)
    return AuditEntry.objects.all() if groups is None else about(AuditEntry.objects.all(), groups)


def about(rows: QuerySet[AuditEntry], groups: Iterable[int]) -> QuerySet[AuditEntry]:
    """The entries that name one of these groups."""
    named = Q(pk__in=[])
    for group in groups:  # ids are stored as text, so their quotes make a match exact, on both databases
        named |= Q(groups_text__contains=f'"{group}"')
    with_text: QuerySet[AuditEntry] = rows.annotate(groups_text=Cast("group_ids", TextField()))
    return with_text.filter(named)


def is_whole(entry: AuditEntry, groups: list[int] | None) -> bool:
    """Whether all that an entry is about are a reader's groups; of others the target and the details are not theirs."""
    return groups is None or all(group.isdigit() and includes(groups, int(group)) for group in entry.group_ids)


def as_seen(entry: AuditEntry, groups: list[int] | None) -> AuditEntry:
    """The entry with what its reader may know: their own groups, and target and details if it is about no other."""
    if is_whole(entry, groups):
        return entry
    entry.target, entry.details = "", {}
    entry.group_ids = [group for group in entry.group_ids if group.isdigit() and includes(groups, int(group))]
    return entry


def with_word(rows: QuerySet[AuditEntry], user: Any, word: str) -> QuerySet[AuditEntry]:
    """The entries whose actor or target holds a word; hosts are stored broken and found as people write them."""
    in_target = Q(target__icontains=word) | Q(target__icontains=word.replace("[.]", ".").replace(".", "[.]"))
    groups = visible_groups(user)
    if groups is not None:  # a target that is not shown to a person must not be found by them either
        in_target &= Q(group_ids__in=[[str(group)] for group in groups])
    return rows.filter(Q(actor__icontains=word) | in_target)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page or a part of a file goes on: after this entry, which need not be there any more."""

    at: datetime
    pk: int

    @classmethod
    def after(cls, entry: AuditEntry) -> Place:
        return cls(entry.at, entry.pk)

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that an address names; None for the newest entries."""
        moment, _dash, pk = text[:LONGEST_PLACE].partition("-")
        if not (text.isascii() and moment.isdigit() and pk.isdigit()):
            return None
        try:
            return cls(BEGIN + timedelta(microseconds=int(moment)), min(int(pk), 2**63 - 1))
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{(self.at - BEGIN) // timedelta(microseconds=1)}-{self.pk}"


def newest(rows: QuerySet[AuditEntry], count: int, place: Place | None = None) -> list[AuditEntry]:
    """Up to `count` entries older than a place, the newest first. Both conditions walk along the index on `at`."""
    if place is not None:
        rows = rows.filter(at__lte=place.at).exclude(at=place.at, pk__gte=place.pk)
    return list(rows.order_by("-at", "-pk")[:count])


def names_of(groups: Collection[Any]) -> dict[str, str]:
    """The names of these groups by their numbers as entries hold them."""
    return {str(group.pk): str(group) for group in groups}
