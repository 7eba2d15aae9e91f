"""Small lists on a disk, as the importer would leave them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from scans.engine.feeds.entries import Entry, Kind, entry_of
from scans.engine.feeds.generation import Built, build
from scans.engine.feeds.lists import Lists
from scans.engine.feeds.snapshot import Slot, write_snapshot
from scans.engine.feeds.source import Use
from scans.engine.findings import Finding

TODAY = 20_000
KEEPS_DAYS = 365
URL, HOST, DOMAIN = Kind.URL, Kind.HOST, Kind.DOMAIN


def entry(kind: Kind, text: str, day: int = TODAY, detail: str = "") -> Entry:
    found = entry_of(kind, text, day, detail=detail)
    assert found is not None
    return found


def kept(folder: Path, name: str, entries: Iterable[Entry], *, number: int = 1, before: int = 0) -> Built:
    """A generation of a list in the folder of all lists."""
    previous = folder / name / str(before) if before else None
    return build(folder / name / str(number), entries, previous=previous, today=TODAY, keeps_days=KEEPS_DAYS)


def slot(name: str, use: Use = Use.BAD, *, generation: int = 1, **said: bool) -> Slot:
    return Slot(name, name.title(), generation, use, **said)


BAD = slot("bad")
GOOD = slot("good", Use.GOOD)


def installed(folder: Path, lists: dict[Slot, list[Entry]], *, today: int = TODAY) -> Lists:
    """Lists that are in use, asked on the day `today`."""
    for listed, entries in lists.items():
        kept(folder, listed.name, entries, number=listed.generation)
    write_snapshot(folder, list(lists))
    return Lists(folder, today=lambda: today)


def codes(found: Sequence[Finding]) -> list[str]:
    return sorted(finding.code for finding in found)
