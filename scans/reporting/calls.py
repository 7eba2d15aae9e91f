"""One call of a reporter: its units reserved before, counted while it is made, and what it meant for its health."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import httpx

from scans import visiting
from scans.asking import breakers, latency, quotas
from scans.asking.latency import Took
from scans.engine.consult import MAX_KEEP, Fault, is_storable
from scans.engine.links import Link
from scans.engine.netguard import Blocked
from scans.engine.providers.calls import Missing, NotSent, Refused
from scans.engine.providers.provider import Call, Card, ProviderError, Trouble
from scans.engine.providers.reporter import Report, Reporter

log = logging.getLogger(__name__)

# Seconds of one submission or one look, its files among it.
CALL_SECONDS = 20.0
LONGEST_NUMBER = 120

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to one call: its units are reserved."""

    card: Card
    key: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Done(Generic[Value]):
    """What a call returned."""

    value: Value


@dataclass(frozen=True, slots=True)
class NotNow:
    """Why a call failed: `is_final` when it will not succeed later either; `pause` as long as it asked for."""

    message: str
    trouble: Trouble = Trouble.FAILED
    pause: timedelta = timedelta()
    is_final: bool = False
    was_not_sent: bool = False


def reserve(card: Card, key: str, now: datetime) -> Turn | None:
    """One call's units; None when the quota has no room, or is near its end and kept for links that wait."""
    granted = quotas.grant(replace(card, is_safe_to_repeat=False), now, is_urgent=False)
    return Turn(card, key, now) if granted.gap is None else None


def give_back(turn: Turn, sent: int = 0) -> None:
    """Return what was reserved and not sent."""
    quotas.give_back(turn.card, turn.card.max_requests - sent, turn.taken_at)


def submit(turn: Turn, reporter: Reporter, link: Link) -> Done[str] | NotNow:
    """The number under which the report can be looked for."""

    async def submitting(call: Call) -> str:
        number = await reporter.submit(link, call)
        if not 0 < len(number) <= LONGEST_NUMBER or not (number.isascii() and number.isprintable()):
            raise ProviderError("the number of the report cannot be kept", Trouble.NONSENSE)
        return number

    return _made(turn, submitting)


def collect(turn: Turn, reporter: Reporter, reference: str) -> Done[Report | None] | NotNow:
    """The report, None in it while it is not ready."""

    async def collecting(call: Call) -> Report | None:
        report = await reporter.collect(reference, call)
        if report is None:
            return None
        if not is_storable(report.reply.facts):
            raise ProviderError("its answer cannot be kept", Trouble.NONSENSE)
        return replace(report, reply=replace(report.reply, keep=min(report.reply.keep, MAX_KEEP)))

    return _made(turn, collecting)


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _made(turn: Turn, make: Callable[[Call], Awaitable[Value]]) -> Done[Value] | NotNow:
    began = time.monotonic()
    said, sent = asyncio.run(_call(turn, make))
    name, now = turn.card.name, datetime.now(UTC)
    if sent:
        has_failed = isinstance(said, NotNow) and not said.is_final
        latency.note({name: Took([time.monotonic() - began], int(has_failed))}, now)
    give_back(turn, min(sent, turn.card.max_requests))
    if isinstance(said, NotNow) and not said.is_final:
        retry_after = said.pause.total_seconds() or None
        breakers.note_fault(name, Fault(said.message, said.trouble, retry_after), now)
    elif isinstance(said, NotNow) and said.trouble is Trouble.BAD_KEY:
        breakers.note_fault(name, Fault(said.message, said.trouble), now)
    elif sent:
        breakers.note_answer(name, now)
    return said


async def _call(turn: Turn, make: Callable[[Call], Awaitable[Value]]) -> tuple[Done[Value] | NotNow, int]:
    """What came of it, and how many requests were sent for it."""
    sent = 0

    async def count(_request: httpx.Request) -> None:
        nonlocal sent
        sent += 1

    try:
        async with asyncio.timeout(CALL_SECONDS), visiting.open_client() as client:
            client.event_hooks = {"request": [count], "response": []}
            return Done(await make(Call(client, turn.key, datetime.now(UTC)))), sent
    except TimeoutError:
        return NotNow("it did not answer in time"), sent
    except ProviderError as error:
        return _of_error(error), sent
    except (httpx.HTTPError, httpx.InvalidURL, Blocked, OSError) as error:
        return NotNow(f"no answer ({type(error).__name__})"), sent
    except Exception as error:  # noqa: BLE001 - a reporter's defect ends its report, not the others'
        log.error("the reporter %s broke (%s)", turn.card.name, type(error).__name__)
        return NotNow(f"it broke ({type(error).__name__})", Trouble.NONSENSE, is_final=True), sent


def _of_error(error: ProviderError) -> NotNow:
    pause = timedelta(seconds=error.retry_after or 0.0)
    is_final = isinstance(error, Refused | Missing) or error.trouble is Trouble.BAD_KEY
    return NotNow(str(error), error.trouble, pause, is_final, isinstance(error, NotSent))
