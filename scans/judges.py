"""Three ways to answer for a link: only finding it, judging it on this machine, judging it by opening it too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self

import httpx

from scans import printouts
from scans.engine.analyze import Analysis, Visit, analyze
from scans.engine.heuristics import WRITING
from scans.engine.links import Link
from scans.engine.local import analyze_locally, look_locally
from scans.engine.scoring import Assessment, assess
from scans.engine.wrappers import unwrap
from scans.sources import sources

# Links opened at the same time; each waits for its server, hardly for this machine.
MOST_AT_ONCE = 16
# Answers kept for links that come again.
MOST_KEPT = 4_096


class Judge(Protocol):
    """Answers for links, one at a time; `is_slow` when each answer is worth handing on at once."""

    is_slow: bool

    def begin(self, links: Iterable[Link]) -> None:
        """Say which links will be asked for next."""

    def as_json(self, link: Link) -> dict[str, object]:
        """For programs, to be written by orjson."""

    def as_block(self, link: Link) -> str:
        """For people."""


class Finder:
    """Says where a link was found and how it reads, no verdict."""

    is_slow = False

    def begin(self, links: Iterable[Link]) -> None:
        """Nothing takes long here."""

    def as_json(self, link: Link) -> dict[str, object]:
        """Without a verdict."""
        return printouts.found(link)

    def as_block(self, link: Link) -> str:
        """The normalised URL."""
        return printouts.found_line(link)


class LocalJudge:
    """Judges without asking anybody."""

    is_slow = False

    def __init__(self) -> None:
        self._feeds = sources().feeds

    def begin(self, links: Iterable[Link]) -> None:
        """Nothing takes long here."""

    def as_json(self, link: Link) -> dict[str, object]:
        """With the verdict and its reasons."""
        return printouts.judged(link, self._judged(link))

    def as_block(self, link: Link) -> str:
        """With the verdict and its reasons."""
        return printouts.judged_block(link, self._judged(link), (link, *unwrap(link)))

    def _judged(self, link: Link) -> Assessment:
        return analyze_locally(link, network=False, feeds=self._feeds)


class NetworkJudge:
    """Opens MOST_AT_ONCE links at a time and remembers MOST_KEPT answers; used as a context, which ends its visits."""

    is_slow = True

    def __init__(self, client: httpx.AsyncClient, visiting: Visit) -> None:
        self._runner = asyncio.Runner()
        self._client = client
        self._visiting = visiting
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._visits: dict[str, asyncio.Task[Analysis]] = {}
        self._sources = sources()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for visit in self._visits.values():
            visit.cancel()
        self._runner.run(_ended(self._visits.values(), self._client))
        self._runner.close()

    def begin(self, links: Iterable[Link]) -> None:
        """Open these links in their order, as far as there is room."""
        if len(self._visits) > MOST_KEPT:
            self._visits = {url: visit for url, visit in self._visits.items() if not visit.done()}
        for link in links:
            self._visit(link)

    def as_json(self, link: Link) -> dict[str, object]:
        """With the verdict and its reasons, once they are there."""
        return printouts.judged(link, self._judged(link))

    def as_block(self, link: Link) -> str:
        """With the verdict and its reasons, once they are there."""
        way = [hop.link for hop in self._seen(link).hops]
        return printouts.judged_block(link, self._judged(link), way)

    def _seen(self, link: Link) -> Analysis:
        """What the visit says, once it is over."""
        return self._runner.run(_result(self._visit(link)))

    def _judged(self, link: Link) -> Assessment:
        """What the visit says, and how this link was written, which may differ each time it comes."""
        of_target = self._seen(link).assessment
        written, _gaps = look_locally(link, heuristics=WRITING, feeds=())
        return assess([*of_target.findings, *written], of_target.not_checked) if written else of_target

    def _visit(self, link: Link) -> asyncio.Task[Analysis]:
        visit = self._visits.get(link.url)
        if visit is None:
            visit = self._visits[link.url] = self._runner.get_loop().create_task(self._analyzed(link))
        return visit

    async def _analyzed(self, link: Link) -> Analysis:
        async with self._room:
            return await analyze(link, client=self._client, visit=self._visiting, sources=self._sources)


async def _result(visit: asyncio.Task[Analysis]) -> Analysis:
    return await visit


async def _ended(visits: Iterable[asyncio.Task[Analysis]], client: httpx.AsyncClient) -> None:
    await asyncio.gather(*visits, return_exceptions=True)
    await client.aclose()
