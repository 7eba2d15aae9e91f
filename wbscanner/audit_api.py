"""The audit trail over HTTP, to read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from ninja import Query, Router, Schema

from wbscanner.auth import Scope
from wbscanner.bearer import ApiRequest, Bearer, groups_of
from wbscanner.models import AuditEntry
from wbscanner.paging import PageQuery, page
from wbscanner.problems import errors

router = Router(tags=["audit"])


class EntryOut(Schema):
    """Who did what to what; `details` depend on the action."""

    id: int
    at: datetime
    actor: str
    action: str
    target: str
    group_ids: list[str]
    details: dict[str, Any]


class EntriesOut(Schema):
    """`next` goes into `after` to read on; null at the end."""

    items: list[EntryOut]
    next: int | None


@router.get("", auth=Bearer(Scope.ADMIN), response={200: EntriesOut, **errors(422)})
def list_entries(request: ApiRequest, query: Query[PageQuery]) -> EntriesOut:
    """The newest entries first."""
    found, cursor = page(_visible(request), query)
    return EntriesOut(items=[_out(entry) for entry in found], next=cursor)


def _visible(request: ApiRequest) -> QuerySet[AuditEntry]:
    """All entries, or for a token limited to groups those about exactly one of them: others tell of foreign groups."""
    groups = groups_of(request)
    if groups is None:
        return AuditEntry.objects.all()
    return AuditEntry.objects.filter(group_ids__in=[[str(group_id)] for group_id in groups])


def _out(entry: AuditEntry) -> EntryOut:
    return EntryOut(
        id=entry.pk,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        target=entry.target,
        group_ids=entry.group_ids,
        details=entry.details,
    )
