"""Which links the queue shows, for whom, and how many each choice holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.policy import State
from scans.engine.scoring import Verdict
from scans.looks import WATCHED_FOR
from scans.models import Scan
from waclient.models import Decision, QueueItem, Report, ReportKind, ReportState, Sighting
from wbscanner.permissions import is_owner, visible_groups, within

# A choice that holds more says "99+": counting on would cost time and tell nobody anything.
MOST_COUNTED = 99
MAX_SEARCH = 200


class Show(StrEnum):
    """What the queue shows."""

    NEEDS = "needs"
    DANGEROUS = "dangerous"
    TODAY = "today"
    MINE = "mine"
    APPEALS = "appeals"
    CHANGED = "changed"
    SILENT = "silent"
    ALL = "all"


LABELS = {
    Show.NEEDS: _("Needs you"),
    Show.DANGEROUS: _("Dangerous"),
    Show.TODAY: _("Today"),
    Show.MINE: _("My groups"),
    Show.APPEALS: _("Appeals"),
    Show.CHANGED: _("Changed verdict"),
    Show.SILENT: _("Silent"),
    Show.ALL: _("All"),
}


class Number(Subquery):
    """How many rows a queryset has, as a value of another question."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as it is offered; more than `most` are not counted on, None not at all."""

    show: Show
    label: str
    number: int | None
    is_chosen: bool
    most = MOST_COUNTED

    @property
    def is_more(self) -> bool:
        return self.number is not None and self.number > MOST_COUNTED

    @property
    def count(self) -> str:
        """The number as a person reads it."""
        if self.number is None:
            return ""
        return f"{MOST_COUNTED}+" if self.is_more else str(self.number)


def chosen(value: str) -> Show:
    """The filter that an address names; "needs you" where it names none that exists."""
    return Show(value) if value in set(Show) else Show.NEEDS


def visible(user: User) -> QuerySet[QueueItem]:
    """The links that were posted in groups this person may see."""
    groups = visible_groups(user)
    rows = QueueItem.objects.all()
    return rows if groups is None else rows.filter(Exists(posted_in(groups)))


def posted_in(groups: list[int] | None) -> QuerySet[Sighting]:
    """The messages with a link of the queue, as a subquery, in these groups (None: all)."""
    return Sighting.objects.filter(within(groups, "group_id"), url_hash=OuterRef("url_hash"))


def posted_since(rows: QuerySet[QueueItem], groups: list[int] | None, moment: datetime) -> QuerySet[QueueItem]:
    """The links that were posted from this moment on, in these groups: when others posted them is not told."""
    rows = rows.filter(posted_at__gte=moment)
    return rows if groups is None else rows.filter(Exists(posted_in(groups).filter(posted_at__gte=moment)))


def is_open(groups: list[int] | None) -> Q:
    """Whether a link waits for its reader: decided_at counts every group, a moderator's own may be done before.

    One that a member appeals against waits again.
    """
    undecided, appealed = Q(decided_at__isnull=True), is_appealed(groups)
    if groups is None:
        return undecided | appealed
    ruled = Decision.objects.filter(url_hash=OuterRef("url_hash"), group=OuterRef("group"), undone_at__isnull=True)
    bad = posted_in(groups).exclude(verdict=Verdict.BENIGN)
    return undecided & Q(Exists(bad.filter(~Exists(ruled)))) | appealed


def how_many_ask(groups: list[int] | None) -> Coalesce:
    """How many members wait for an answer about a link of the queue, in these groups (None: all)."""
    waiting = Report.objects.filter(
        within(groups, "group_id"), state=ReportState.OPEN, url_hash=OuterRef("url_hash")
    ).order_by()
    return Coalesce(Subquery(waiting.values("url_hash").annotate(count=Count("pk")).values("count")), 0)


def is_appealed(groups: list[int] | None) -> Q:
    """Whether a member in these groups (None: all) waits for an answer to an appeal; few do: listed once."""
    waiting = Report.objects.filter(within(groups, "group_id"), kind=ReportKind.APPEAL, state=ReportState.OPEN)
    return Q(url_hash__in=waiting.values("url_hash"))


def shown(user: User, show: Show, search: str = "") -> QuerySet[QueueItem]:
    """The links of one choice, the most urgent first, those whose host holds `search`."""
    rows = _of(visible(user), user, show)
    search = search.strip().lower().replace("[.]", ".")[:MAX_SEARCH]
    return rows.filter(Q(host__contains=search) | Q(url_hash=search)) if search else rows


def _of(rows: QuerySet[QueueItem], user: User, show: Show) -> QuerySet[QueueItem]:
    groups = visible_groups(user)
    if show is Show.ALL:
        return rows
    if show is Show.TODAY:
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return posted_since(rows, groups, midnight)
    if show is Show.APPEALS:
        return rows.filter(is_appealed(groups))
    if show is Show.CHANGED:
        since = timezone.now() - WATCHED_FOR
        changes = Scan.objects.filter(changed_from__isnull=False, finished_at__gt=since)
        return rows.filter(url_hash__in=changes.values("url_hash"))
    rows = rows.filter(is_open(groups))
    if show is Show.DANGEROUS:
        return rows.filter(verdict=Verdict.MALICIOUS)
    if show is Show.MINE:
        return rows.filter(Exists(posted_in(list(own_groups(user)))))
    if show is Show.SILENT:
        watched = Sighting.objects.filter(within(groups, "group_id"), group__state=State.WATCH)
        return rows.filter(url_hash__in=watched.values("url_hash"))
    return rows


def own_groups(user: Any) -> list[int]:
    """The groups that somebody made this person a member of; owners see all, and may have some of their own."""
    return list(user.memberships.values_list("group_id", flat=True))


def choices(user: User, show: Show, known: int | None = None) -> list[Choice]:
    """What is offered to this person; "my groups" only to an owner who has some. All links are not counted.

    `known` is how many the chosen one holds, where that was counted already.
    """
    offered = [one for one in Show if one is not Show.MINE or (is_owner(user) and own_groups(user))]
    told: dict[Show, int | None] = {} if known is None else {show: known}
    numbers = told | _numbers(user, [one for one in offered if one is not Show.ALL and one not in told])
    numbers[Show.ALL] = None
    return [Choice(one, str(LABELS[one]), numbers[one], one is show) for one in offered]


def _numbers(user: User, shows: list[Show]) -> dict[Show, int | None]:
    """How many links each choice holds, in one question; beyond MOST_COUNTED it is not counted on."""
    links = [_of(visible(user), user, one).order_by().values("pk")[: MOST_COUNTED + 1] for one in shows]
    [found] = User.objects.filter(pk=user.pk).values_list(*map(Number, links))
    return dict(zip(shows, found, strict=True))
