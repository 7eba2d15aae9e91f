"""What happened lately: counted by a few queries over the rows its reader may see, each count a link to them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from groups.models import Group
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.reasons import describe
from waclient.models import Action, ActionKind, ActionState, Sighting

SPANS = (14, 30)
BAD = [Verdict.MALICIOUS, Verdict.SUSPICIOUS]
MOST_GROUPS = MOST_REASONS = 5
LATEST = 500  # rows behind the times and the reasons
LIMITS = (1, 2, 5, 10, 30, 60)  # seconds
ANSWERS = [ActionKind.REACT, ActionKind.REPLY, ActionKind.DELETE]
ORDER = [Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.UNKNOWN, Verdict.BENIGN]


@dataclass(frozen=True, slots=True)
class Day:
    """One local day; `counts` and `urls` by verdict."""

    start: datetime
    counts: dict[str, int]
    urls: dict[str, str]
    url: str

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def cells(self) -> list[tuple[int, str]]:
        return [(self.counts[verdict], self.urls[verdict]) for verdict in ORDER]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds within which half, and 95 of 100, of `rows` were done."""

    half: float
    most: float
    rows: int
    within: tuple[int, ...]
    """Percent that were done within each of LIMITS."""


def midnights(now: datetime, days: int) -> list[datetime]:
    """The beginnings of the last days, today's last, and of tomorrow; days may have 23 or 25 hours."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return [timezone.make_aware(today + timedelta(days=number)) for number in range(1 - days, 2)]


def list_url(**conditions: Any) -> str:
    return f"{reverse('admin:waclient_sighting_changelist')}?{urlencode(conditions)}"


def by_day(rows: QuerySet[Sighting], starts: Sequence[datetime]) -> list[Day]:
    """How many links got which verdict, each day."""
    found = rows.filter(posted_at__gte=starts[0], posted_at__lt=starts[-1], verdict__isnull=False).order_by()
    counted = found.annotate(day=_number_of(starts, 0, len(starts) - 1)).values_list("day", "verdict")
    counts = {(day, verdict): count for day, verdict, count in counted.annotate(count=Count("pk"))}
    return [
        _day(start, end, {verdict: counts.get((number, verdict), 0) for verdict in ORDER})
        for number, (start, end) in enumerate(pairwise(starts))
    ]


def _number_of(starts: Sequence[datetime], first: int, end: int) -> Case | Value:
    """Which of these days a row is of, found by halving: comparing it with each takes longer than all the rest."""
    if end - first == 1:
        return Value(first)
    middle = (first + end) // 2
    earlier, later = _number_of(starts, first, middle), _number_of(starts, middle, end)
    return Case(When(posted_at__lt=starts[middle], then=earlier), default=later, output_field=IntegerField())


def _day(start: datetime, end: datetime, counts: dict[str, int]) -> Day:
    span = {"posted_at__gte": start.isoformat(), "posted_at__lt": end.isoformat()}
    urls = {verdict: list_url(verdict__exact=verdict, **span) for verdict in counts}
    return Day(start, counts, urls, list_url(verdict__isnull=0, **span))


@dataclass(frozen=True, slots=True)
class Bar:
    """One named count; `share` of the greatest, in percent; `url` is the list of its rows."""

    name: str
    count: int
    share: int
    url: str


def worst_groups(rows: QuerySet[Sighting], since: datetime) -> list[Bar]:
    """The groups in which most links were taken for bad."""
    found = rows.filter(verdict__in=BAD, posted_at__gte=since).order_by()
    by_group = found.annotate(of=F("group_id") + 0).values_list("of")  # a plain column leads SQLite to another index
    counted = list(by_group.annotate(count=Count("pk")).order_by("-count", "of")[:MOST_GROUPS])
    names = dict(Group.objects.filter(pk__in=[pk for pk, _count in counted]).values_list("pk", "name"))
    most = max((count for _pk, count in counted), default=1)
    condition = {"verdict__in": ",".join(BAD), "posted_at__gte": since.isoformat()}
    return [Bar(names[pk], n, round(100 * n / most), list_url(in_group=pk, **condition)) for pk, n in counted]


def top_reasons(rows: QuerySet[Sighting], since: datetime) -> list[Bar]:
    """What was found most often in the latest bad links, each kind worded by the newest example."""
    latest = rows.filter(verdict__in=BAD, posted_at__gte=since).order_by("-posted_at", "-pk")
    counts: Counter[str] = Counter()
    example: dict[str, Finding] = {}
    for posted_at, found in latest.values_list("posted_at", "facts__findings")[:LATEST]:
        since_counted = posted_at
        for finding in {one["code"]: one for one in found or () if one["points"] > 0}.values():
            counts[finding["code"]] += 1
            example.setdefault(finding["code"], Finding.from_dict(finding))
    most = max(counts.values(), default=1)
    condition = {"verdict__in": ",".join(BAD), "posted_at__gte": since_counted.isoformat()} if counts else {}
    return [
        Bar(describe(example[code]), n, round(100 * n / most), list_url(found=code, **condition))
        for code, n in counts.most_common(MOST_REASONS)
    ]


def until_decided(rows: QuerySet[Sighting], since: datetime) -> Times | None:
    """From posted to decided, of the latest links that were no history."""
    done = rows.filter(posted_at__gte=since, planned_at__isnull=False, is_history=False)
    return _times(done.order_by("-posted_at", "-pk").values_list("posted_at", "planned_at")[:LATEST])


def until_answered(rows: QuerySet[Action], since: datetime) -> Times | None:
    """From posted to said, of the latest answers that the bot gave by itself."""
    said = rows.filter(kind__in=ANSWERS, state=ActionState.SENT, asked_by="", sighting__posted_at__gte=since)
    pairs = said.filter(sent_at__isnull=False).order_by("-created_at", "-pk")
    return _times(pairs.values_list("sighting__posted_at", "sent_at")[:LATEST])


def _times(pairs: Any) -> Times | None:
    seconds = sorted(max((end - start).total_seconds(), 0) for start, end in pairs)
    if not seconds:
        return None
    within = tuple(100 * bisect_right(seconds, limit) // len(seconds) for limit in LIMITS)
    return Times(_at(seconds, 0.5), _at(seconds, 0.95), len(seconds), within)


def _at(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]
