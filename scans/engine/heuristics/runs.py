"""Asking many heuristics about many links: the host judged once, the writing only where it is unusual."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, cast

from scans.engine.findings import Finding
from scans.engine.heuristics import OF_BORROWED_NAME, OF_HOST, WRITING, Heuristic, HostHeuristic
from scans.engine.heuristics.brand import borrows_name
from scans.engine.heuristics.writing import is_plain
from scans.engine.links import Link
from scans.engine.names.suffixes import CACHED_HOSTS

# Sets of heuristics that are remembered in runs: the program knows three, tests a few more.
REMEMBERED_SETS = 16


class Run(NamedTuple):
    """Neighbours of a list of heuristics that are asked together."""

    heuristics: tuple[Heuristic, ...]
    say: Callable[[Link], Iterable[Finding]]
    """The findings of all of them in their order; raises what one of them raises."""


class _Kind(Enum):
    HOST = "host"
    WRITING = "writing"
    LINK = "link"


class _HostOnly(NamedTuple):
    """The Host of a link, by which what is said of it is remembered."""

    host: str
    is_ip: bool
    registrable_domain: str


@lru_cache(maxsize=REMEMBERED_SETS)
def runs_of(heuristics: tuple[Heuristic, ...]) -> tuple[Run, ...]:
    """The heuristics in their order, neighbours of one kind together."""
    return tuple(_run(kind, tuple(run)) for kind, run in groupby(heuristics, key=_kind))


def _run(kind: _Kind, heuristics: tuple[Heuristic, ...]) -> Run:
    if kind is _Kind.HOST:
        return Run(heuristics, _said_of_host(cast(tuple[HostHeuristic, ...], heuristics)))
    return Run(heuristics, _said_of_writing(heuristics) if kind is _Kind.WRITING else _said_of_link(heuristics))


def _kind(heuristic: Heuristic) -> _Kind:
    if heuristic in OF_HOST:
        return _Kind.HOST
    return _Kind.WRITING if heuristic in WRITING else _Kind.LINK


def _said_of_link(heuristics: tuple[Heuristic, ...]) -> Callable[[Link], Iterable[Finding]]:
    def say(link: Link) -> Iterable[Finding]:
        return [found for heuristic in heuristics if (found := heuristic(link)) is not None]

    return say


def _said_of_writing(heuristics: tuple[Heuristic, ...]) -> Callable[[Link], Iterable[Finding]]:
    said = _said_of_link(heuristics)
    return lambda link: () if is_plain(link) else said(link)


def _said_of_host(heuristics: tuple[HostHeuristic, ...]) -> Callable[[Link], Iterable[Finding]]:
    """Pure functions of the host: what they say never gets stale, and what one raises is not remembered."""
    without_borrowed = tuple(heuristic for heuristic in heuristics if heuristic not in OF_BORROWED_NAME)

    @lru_cache(maxsize=CACHED_HOSTS)
    def said(host: str, is_ip: bool, registrable_domain: str) -> tuple[Finding, ...]:
        asked = _HostOnly(host, is_ip, registrable_domain)
        having = heuristics if borrows_name(asked) else without_borrowed
        return tuple([found for heuristic in having if (found := heuristic(asked)) is not None])

    return lambda link: said(link.host, link.is_ip, link.registrable_domain)
