"""Which part of the audit trail is asked for: read from an address and written back into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wbscanner.desk.audit import entries
from wbscanner.desk.audit.deeds import DEEDS, Topic
from wbscanner.models import AuditEntry
from wbscanner.numbers import whole

LONGEST = 150  # of a name or a word that is looked for
ALL_OF = "all:"  # before the name of a topic: every action that is about it
FIRST_YEAR, LAST_YEAR = 2000, 2999


class Span(StrEnum):
    """A time up to now; the first is a calendar day."""

    TODAY = "today"
    WEEK = "7"
    MONTH = "30"


SPANS = {Span.TODAY: _("Today"), Span.WEEK: _("7 days"), Span.MONTH: _("30 days")}
NO_DATE = _("This is no date: choose one, or write it as in 2026-11-30.")
NO_GROUP = _("You see no such group: choose one of the list.")
TURNED_ROUND = _("The time ends before it begins: exchange the two dates.")


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty stands for all. With a `problem` nothing is found: a slip in a filter must not show everything."""

    who: str = ""
    what: str = ""
    group: str = ""
    span: str = ""
    since: date | None = None
    until: date | None = None
    word: str = ""
    problem: Any = ""

    @classmethod
    def of(cls, asked: QueryDict, groups: list[int] | None) -> Filter:
        """What an address asks for, of a reader who sees these groups (None: all). Dates go before a span."""
        since, until = _date(asked.get("from", "")), _date(asked.get("to", ""))
        span, group = asked.get("span", ""), asked.get("group", "").strip()
        has_dates = isinstance(since, date) or isinstance(until, date)
        return cls(
            who=_text(asked.get("who", "")),
            what=_text(asked.get("what", "")),
            group=group[:LONGEST],
            span=span if span in set(Span) and not has_dates else "",
            since=since if isinstance(since, date) else None,
            until=until if isinstance(until, date) else None,
            word=_text(asked.get("q", "")),
            problem=_problem(group, groups, since, until),
        )

    def rows(self, user: Any, now: datetime) -> QuerySet[AuditEntry]:
        """The entries that this person may see, in no order."""
        rows = entries.visible(user).order_by()
        if self.problem:
            return rows.none()
        if self.group:
            rows = entries.about(rows, [int(self.group)])
        if self.word:
            rows = entries.with_word(rows, user, self.word)
        return rows.filter(self._who_and_what(), self._time(now))

    def _who_and_what(self) -> Q:
        chosen = Q(actor=self.who) if self.who else Q()
        if self.topic is not None:
            return chosen & Q(action__in=list(DEEDS[self.topic]))
        return chosen & Q(action=self.what) if self.what else chosen

    def _time(self, now: datetime) -> Q:
        if self.span == Span.TODAY:
            return Q(at__gte=_midnight(timezone.localdate(now)))
        if self.span:
            return Q(at__gte=now - timedelta(days=int(self.span)))
        begins = Q(at__gte=_midnight(self.since)) if self.since else Q()
        return begins & Q(at__lt=_midnight(self.until + timedelta(days=1))) if self.until else begins

    @property
    def topic(self) -> Topic | None:
        name = self.what.removeprefix(ALL_OF)
        return Topic(name) if self.what.startswith(ALL_OF) and name in set(Topic) else None

    def query(self, **changes: str) -> str:
        """This filter, changed, as a query string; from its first page on."""
        return urlencode({name: value for name, value in {**self.asked(), **changes}.items() if value})

    def asked(self) -> dict[str, str]:
        """The filter as the fields of its form."""
        since, until = (day.isoformat() if day else "" for day in (self.since, self.until))
        named = {"who": self.who, "what": self.what, "group": self.group, "q": self.word}
        return {**named, "span": self.span, "from": since, "to": until}


def _text(value: str) -> str:
    return value.replace("\0", "").strip()[:LONGEST]


def _date(text: str) -> date | str | None:
    """The day, None for no answer, or the text that is none."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return text
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else text


def _problem(group: str, groups: list[int] | None, since: date | str | None, until: date | str | None) -> Any:
    number = whole(group)
    if group and (number is None or (groups is not None and number not in groups)):
        return NO_GROUP
    if isinstance(since, str) or isinstance(until, str):
        return NO_DATE
    return TURNED_ROUND if since and until and until < since else ""


def _midnight(day: date) -> datetime:
    """The beginning of a day by the reader's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))
