"""When WhatsApp is asked about groups: seldom, since asking often gets numbers restricted. Events tell the rest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest

from groups.models import Group
from waclient.models import Connection, PendingWork, WorkKind
from waclient.rosters import Rosters

# Lists of groups are this many GROUP_FETCH_GAPs apart, even of a process that starts again and again.
GAPS_BETWEEN_LISTS = 12


def want_all(rosters: Rosters, now: datetime) -> None:
    """After connecting: read the list of groups where what is known is too old, or nothing is known."""
    listed_at = Connection.get().groups_listed_at
    lists_gap = timedelta(seconds=GAPS_BETWEEN_LISTS * settings.GROUP_FETCH_GAP)
    good_for = settings.GROUP_FACTS_MAX_AGE if rosters.has_all else lists_gap
    due_at = max(now, listed_at + good_for) if listed_at else now
    if due_at <= now or not rosters.has_all:
        PendingWork.want(WorkKind.ALL_GROUPS, "", due_at)


def want(jid: str, rosters: Rosters, now: datetime) -> None:
    """After a change of members: read a group's facts once they are old, at once where its admins are not known."""
    seen_at = Group.objects.filter(jid=jid).values_list("seen_at", flat=True).first()
    is_known = seen_at is not None and rosters.knows(jid)
    PendingWork.want(
        WorkKind.GROUP_INFO, jid, max(now, seen_at + settings.GROUP_FACTS_MAX_AGE) if seen_at and is_known else now
    )


def count_members(jid: str, joined: Collection[object], left: Collection[object]) -> None:
    """Keep a group's size by what its events say; exactly again at the next reading."""
    if len(joined) != len(left):
        size = Greatest(F("size") + (len(joined) - len(left)), 0)
        Group.objects.filter(jid=jid).update(size=size)
