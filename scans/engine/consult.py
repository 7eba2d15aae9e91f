"""Asking providers about a link, all at once: each has its own time, and what goes wrong with one is its own gap."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import orjson

from scans.engine.findings import Finding, NotCheckedReason
from scans.engine.links import Link
from scans.engine.netguard import Blocked
from scans.engine.providers.provider import Answered, Call, Facts, Provider, ProviderError, Reply, Trouble

log = logging.getLogger(__name__)

# Seconds one provider may take, both tries together.
ASK_SECONDS = 4.0
# Who failed after so many seconds hangs, whatever it failed with at last.
HANGING_SECONDS = 2.0
# A second try begins only when at least this much time is left.
RETRY_SECONDS = 1.0
# Seconds before a second try, chosen between these two, so that many do not come back at the same moment.
RETRY_WAIT = (0.1, 0.4)
# Bytes of JSON that are kept of an answer about one subject.
MAX_FACTS = 65_536
# An answer is not believed for longer, whatever its provider says.
MAX_KEEP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Turn:
    """A provider's turn: what it is asked, or why it is not; what it said before counts either way."""

    provider: Provider
    links: tuple[Link, ...]
    kept: Mapping[str, Facts] = field(default_factory=dict)
    """Facts by subject, from answers that are still good."""
    asked: tuple[str, ...] = ()
    """The subjects to ask about."""
    key: str = ""
    tries: int = 1
    gap: NotCheckedReason | None = None
    """Why it is not asked."""

    @property
    def is_asked(self) -> bool:
        return bool(self.asked) and self.gap is None

    @property
    def source(self) -> str:
        """What the provider is called in `not_checked`."""
        return source_of(self.provider.card.name)


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with a provider, for its health and for the desk; `message` holds no key and no link."""

    message: str
    trouble: Trouble = Trouble.FAILED
    retry_after: float | None = None
    """Seconds for which it asked to be left alone."""
    is_hanging: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one turn."""

    source: str
    """`provider:NAME`, or `providers` for all of them."""
    findings: tuple[Finding, ...] = ()
    gap: NotCheckedReason | None = None
    replies: Mapping[str, Reply] = field(default_factory=dict)
    """Fresh ones, by subject."""
    was_told: bool = False
    """Whether it was asked just now."""
    requests: int = 0
    """Sent to it: of a failed try the most it may have been."""
    fault: Fault | None = None
    took: tuple[float, ...] = ()
    """Seconds of each try, as the scan waited for it."""


def source_of(name: str) -> str:
    """What a provider of that name is called in `not_checked`."""
    return f"provider:{name}"


async def consult(turns: Sequence[Turn], client: httpx.AsyncClient | None, deadline: float) -> tuple[Outcome, ...]:
    """One outcome a turn, in their order, not later than `deadline` on the loop's clock; raises nothing of a provider.

    Without a client those who should have been asked are gaps.
    """
    return tuple(await asyncio.gather(*(_take(turn, client, deadline) for turn in turns)))


async def _take(turn: Turn, client: httpx.AsyncClient | None, deadline: float) -> Outcome:
    outcome = Outcome(turn.source, gap=turn.gap)
    if turn.is_asked:
        no_client = Outcome(turn.source, gap=NotCheckedReason.FAILED)
        outcome = no_client if client is None else await _ask(turn, client, deadline)
    facts = {**turn.kept, **{subject: reply.facts for subject, reply in outcome.replies.items()}}
    return _judged(turn, outcome, facts) if facts else outcome


async def _ask(turn: Turn, client: httpx.AsyncClient, deadline: float) -> Outcome:
    """What it replied, or what went wrong with its last try."""
    clock, most = asyncio.get_running_loop().time, turn.provider.card.max_requests
    until, sent = min(deadline, clock() + ASK_SECONDS), 0
    if until <= clock():
        return Outcome(turn.source, gap=NotCheckedReason.FAILED)
    said, seconds = await _timed(turn, client, until)
    took = [seconds]
    for _again in range(turn.tries - 1):
        wait = random.uniform(*RETRY_WAIT)  # noqa: S311 (no secret)
        if not _may_pass(said) or until - clock() < wait + RETRY_SECONDS:
            break
        sent += most
        await asyncio.sleep(wait)
        said, seconds = await _timed(turn, client, until)
        took.append(seconds)
    if isinstance(said, Answered):
        requests = sent + said.requests
        return Outcome(turn.source, replies=said.replies, was_told=True, requests=requests, took=tuple(took))
    if said.trouble is Trouble.SILENT:  # again, where it was tried again: the next link need not wait for it
        said = replace(said, is_hanging=True)
    gap = NotCheckedReason.QUOTA if said.trouble is Trouble.QUOTA else NotCheckedReason.FAILED
    return Outcome(turn.source, gap=gap, was_told=True, requests=sent + most, fault=said, took=tuple(took))


async def _timed(turn: Turn, client: httpx.AsyncClient, until: float) -> tuple[Answered | Fault, float]:
    """What came of one try, and how many seconds it took."""
    clock = asyncio.get_running_loop().time
    began = clock()
    said = await _try(turn, client, until)
    return said, clock() - began


async def _try(turn: Turn, client: httpx.AsyncClient, until: float) -> Answered | Fault:
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        async with asyncio.timeout_at(until):
            answered = await turn.provider.ask(turn.asked, Call(client, turn.key, datetime.now(UTC)))
        return _checked(answered, turn)
    except TimeoutError:
        return Fault("it did not answer in time", is_hanging=until - began >= RETRY_SECONDS)
    except ProviderError as error:
        is_slow = clock() - began >= HANGING_SECONDS and error.trouble is Trouble.FAILED
        return Fault(str(error), error.trouble, error.retry_after, is_slow)
    except (httpx.HTTPError, httpx.InvalidURL, Blocked) as error:
        return Fault(f"no answer ({type(error).__name__})", is_hanging=clock() - began >= HANGING_SECONDS)
    except (Exception, asyncio.CancelledError) as error:  # a provider's defect or a library's: others still count
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        _note_defect(turn, error)
        return Fault(f"it broke ({type(error).__name__})", Trouble.NONSENSE)


def _may_pass(said: Answered | Fault) -> bool:
    """Whether it failed, and the same request may succeed a moment later."""
    if isinstance(said, Answered):
        return False
    return said.trouble in {Trouble.FAILED, Trouble.SILENT} and said.retry_after is None and not said.is_hanging


def _checked(answered: Answered, turn: Turn) -> Answered:
    """Its replies about what it was asked, as they may be kept; raises ProviderError for what cannot be stored."""
    replies = {subject: answered.replies[subject] for subject in turn.asked if subject in answered.replies}
    for subject, reply in replies.items():
        if not is_storable(reply.facts):
            raise ProviderError("its answer cannot be kept", Trouble.NONSENSE)
        replies[subject] = replace(reply, keep=min(reply.keep, MAX_KEEP))
    return Answered(replies, min(max(answered.requests, 0), turn.provider.card.max_requests))


def is_storable(value: object) -> bool:
    """Whether a value is JSON that both databases take: no zero character, no half of a character, not too long."""
    try:
        written = orjson.dumps(value)
    except (TypeError, ValueError):
        return False
    return len(written) <= MAX_FACTS and b"\\u0000" not in written


def _judged(turn: Turn, outcome: Outcome, facts: Mapping[str, Facts]) -> Outcome:
    """The outcome with the findings of fresh and kept facts; a judgement that breaks is a gap."""
    try:
        findings = tuple(turn.provider.judge(turn.links, facts))
        if is_storable([finding.as_dict() for finding in findings]):
            return replace(outcome, findings=findings)
        log.error("%s: its findings cannot be stored", turn.source)
    except Exception as error:  # noqa: BLE001 - what others say still counts
        _note_defect(turn, error)
    return replace(outcome, gap=NotCheckedReason.FAILED)


def _note_defect(turn: Turn, error: BaseException) -> None:
    """Log where it broke, not what it said: its words may hold a key or a link."""
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s broke (%s), the link counts as not fully checked\n%s", turn.source, type(error).__name__, place)
