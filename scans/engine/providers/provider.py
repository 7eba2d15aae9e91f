"""The shape of a provider: a third party that is asked about links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link

if TYPE_CHECKING:
    import httpx

# The facts of an answer: what json.dumps takes, already validated and cut to what the judgement needs.
Facts = Mapping[str, object]


class Trouble(StrEnum):
    """Why a provider gave no usable answer."""

    FAILED = "failed"
    NONSENSE = "nonsense"
    QUOTA = "quota"
    BAD_KEY = "bad_key"
    SILENT = "silent"


class ProviderError(Exception):
    """No usable answer; says nothing about the link. The message never holds a key or a path of a link."""

    def __init__(self, message: str, trouble: Trouble = Trouble.FAILED, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.retry_after = retry_after
        """Seconds for which the provider asked to be left alone."""


class Span(StrEnum):
    """A span in which requests are counted: MINUTE and HOUR slide, DAY and MONTH begin with the calendar's, in UTC."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `limit` requests in a span."""

    span: Span
    limit: int


@dataclass(frozen=True, slots=True)
class Card:
    """What is said of a provider without asking it."""

    name: str
    """Short and stable: used in `not_checked`, quotas and the record of what left this machine."""
    title: str
    ceiling: Ceiling
    """How much of a link it is told."""
    max_requests: int
    """The most requests that one call of `ask` makes, for the quota."""
    terms: str
    """One sentence for the desk: what it is told, and its terms."""
    allowances: tuple[Allowance, ...] = ()
    key_name: str = ""
    """The environment variable of its key; empty when it needs none."""
    is_on: bool = True
    """Whether it is asked, once it has what it needs, before anybody chose."""
    is_safe_to_repeat: bool = True
    """Whether a request that failed on the way may be sent once more."""
    account: str = ""
    """The provider whose key and quota it uses; empty for its own."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a provider gets to ask with."""

    client: httpx.AsyncClient
    key: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider said about one subject, and how long its rules let that be kept (zero: not at all)."""

    facts: Facts
    keep: timedelta


@dataclass(frozen=True, slots=True)
class Answered:
    """Replies by subject (a subject without one is not known to the provider), and the requests it took."""

    replies: Mapping[str, Reply]
    requests: int


class Provider(Protocol):
    """Asks a third party about a link and the address it ends at. One instance per process, without state."""

    @property
    def card(self) -> Card:
        """What is said of it without asking."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        """What it has to be told about these links, without repetition; empty when it has nothing to say of them."""

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        """Its replies; raises ProviderError."""

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        """Findings from facts by subject, fresh or kept; pure. Facts of an older shape are no facts."""
