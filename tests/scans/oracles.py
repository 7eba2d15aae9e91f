"""Providers for tests: they behave as told, and speak through the client they are given where HTTP matters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.providers.calls import request_json
from scans.engine.providers.provider import Allowance, Answered, Call, Card, Facts, Reply

Ask = Callable[[Sequence[str], Call], Awaitable[Answered]]

BAD = Finding.of("oracle_bad", 10, host="bad.example")
KEEP = timedelta(minutes=30)


def card(name: str = "oracle", *allowances: Allowance, **more: object) -> Card:
    """A card with everything that is not told."""
    columns: dict[str, object] = {
        "title": name.title(),
        "ceiling": Ceiling.HOST,
        "max_requests": 1,
        "terms": "Is told.",
    }
    return Card(name=name, allowances=allowances, **{**columns, **more})  # type: ignore[arg-type]


def replies(subjects: Sequence[str], *, bad: frozenset[str] = frozenset(), keep: timedelta = KEEP) -> Answered:
    """An answer about every subject, got by one request."""
    return Answered({subject: Reply({"bad": subject in bad}, keep) for subject in subjects}, 1)


async def knows_nothing(subjects: Sequence[str], _call: Call) -> Answered:
    """Answers at once that nothing is known."""
    return replies(subjects)


def after(seconds: float, ask: Ask = knows_nothing) -> Ask:
    """Answers like `ask`, so many seconds later."""

    async def answer(subjects: Sequence[str], call: Call) -> Answered:
        await asyncio.sleep(seconds)
        return await ask(subjects, call)

    return answer


def raises(*errors: BaseException, then: Ask = knows_nothing) -> Ask:
    """Fails with each of the errors in turn, then answers."""
    left = list(errors)

    async def answer(subjects: Sequence[str], call: Call) -> Answered:
        if left:
            raise left.pop(0)
        return await then(subjects, call)

    return answer


def calls_bad(*hosts: str) -> Ask:
    """Answers that these hosts are bad, and no others."""

    async def answer(subjects: Sequence[str], _call: Call) -> Answered:
        return replies(subjects, bad=frozenset(hosts))

    return answer


async def by_http(subjects: Sequence[str], call: Call) -> Answered:
    """Asks https://oracle.example/ about each subject, with its key in a header."""
    said = {}
    for subject in subjects:
        params = {"q": subject}
        said[subject] = await request_json(
            call, "GET", "https://oracle.example/", params=params, headers={"Auth-Key": call.key}
        )
    return Answered({subject: Reply(facts, KEEP) for subject, facts in said.items()}, len(subjects))


@dataclass
class Oracle:
    """Is told hosts, and finds BAD where the facts say so."""

    card: Card = field(default_factory=card)
    answer: Ask = knows_nothing
    asked: list[tuple[str, ...]] = field(default_factory=list)
    """The subjects of each call."""

    def subjects(self, links: Sequence[Link]) -> Sequence[str]:
        return list(dict.fromkeys(link.host for link in links))

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        self.asked.append(tuple(subjects))
        return await self.answer(subjects, call)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        return [BAD] if any(said.get("bad") is True for said in facts.values()) else []


def oracle(name: str = "oracle", answer: Ask = knows_nothing, *allowances: Allowance, **more: object) -> Oracle:
    """An Oracle of that name."""
    return Oracle(card(name, *allowances, **more), answer)
