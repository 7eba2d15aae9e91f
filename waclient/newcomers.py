"""Who joined lately, by code name, as far as it is to weigh: in groups that want it, until the first link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from groups.models import Group
from waclient.models import Newcomer


def hear(jid: str, joined: Iterable[str], left: Iterable[str], at: datetime) -> None:
    """Remember who joined a watched group that weighs newcomers, and forget who left; elsewhere nothing is kept."""
    group = Group.objects.filter(jid=jid, weighs_newcomers=True).first()
    if group is None:
        return
    if group.is_watched:
        rows = [Newcomer(group=group, member=member, joined_at=at) for member in joined]
        Newcomer.objects.bulk_create(rows, ignore_conflicts=True)
    Newcomer.objects.filter(group=group, member__in=list(left)).delete()


def take(group: Group, members: Iterable[str]) -> bool:
    """Whether this is the first link of somebody who joined lately; true once."""
    if not group.weighs_newcomers:
        return False
    since = timezone.now() - settings.NEWCOMER_FOR
    known = Newcomer.objects.filter(group=group, member__in=list(members))
    is_new = known.filter(joined_at__gt=since).exists()
    known.delete()
    return is_new
