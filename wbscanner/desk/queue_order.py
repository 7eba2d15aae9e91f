"""In which order the queue stands: what waits for its reader first, then what is settled, each by rank.

Read as two lists, each down the ranks until it is full: for whom a link waits stands in no index.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from waclient.models import QueueItem
from wbscanner.desk.queue_filters import Show, is_open, shown
from wbscanner.desk.queue_rows import with_reasons
from wbscanner.permissions import visible_groups

Rows = QuerySet[QueueItem]
BY_RANK = ("-rank", "-pk")
# The choices that hold settled links beside those that wait.
MIXED = (Show.TODAY, Show.CHANGED, Show.ALL)


def in_order(user: User, show: Show, search: str, places: range, most_waiting: int | None = None) -> list[QueueItem]:
    """The links of a choice at these places, with what a row says of them.

    `most_waiting`: more links than that do not wait for this person in any choice; the database looks for no more.
    """
    waiting, settled = _lists(user, show, search)
    end = places.stop if most_waiting is None else min(places.stop, most_waiting)
    items = list(_ranked(waiting, user)[places.start : end]) if end > places.start else []
    if settled is None or len(items) == len(places):
        return items
    # Behind the last that waits the places of the settled begin; how many wait is asked only where none stands here.
    passed = places.start - waiting.order_by()[: places.start].count() if places.start and not items else 0
    return items + list(_ranked(settled, user)[passed : passed + len(places) - len(items)])


def _lists(user: User, show: Show, search: str) -> tuple[Rows, Rows | None]:
    """The links of a choice that wait, and those that are settled where it holds such."""
    rows = shown(user, show, search)
    if show not in MIXED:
        return rows, None
    waits, links = is_open(visible_groups(user)), QueueItem.objects.all()
    # Asked in this order: whether a link is settled is known at once, whose it is takes a look at its messages.
    return links.filter(waits) & rows, links.filter(~waits) & rows


def _ranked(rows: Rows, user: User) -> Rows:
    return with_reasons(rows.order_by(*BY_RANK), visible_groups(user))


def neighbours(item: QueueItem, user: User, show: Show, search: str) -> tuple[str | None, str | None]:
    """The hashes of the links before and after this one; `item` says in `waits` whether it waits for its reader."""
    waiting, settled = _lists(user, show, search)
    is_waiting = settled is None or bool(getattr(item, "waits", True))
    own = waiting if is_waiting or settled is None else settled
    louder = Q(rank__gt=item.rank) | Q(rank=item.rank, pk__gt=item.pk)
    quieter = Q(rank__lt=item.rank) | Q(rank=item.rank, pk__lt=item.pk)
    before, after = [own.filter(louder).order_by("rank", "pk")], [own.filter(quieter).order_by(*BY_RANK)]
    if settled is not None and is_waiting:
        after.append(settled.order_by(*BY_RANK))
    elif settled is not None:
        before.append(waiting.order_by("rank", "pk"))
    both: tuple[str | None, str | None] = QueueItem.objects.filter(pk=item.pk).values_list(
        _first(before), _first(after)
    )[0]
    return both


def _first(lists: list[Rows]) -> Any:
    """The link that stands first in the first of these lists that holds any, as a value of a question."""
    found = [Subquery(rows.values("url_hash")[:1]) for rows in lists]
    return found[0] if len(found) == 1 else Coalesce(*found)
