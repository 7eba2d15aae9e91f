"""All loaded lists as one feed: mapped from the disk, shared by all processes, changed under their feet."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from scans.engine.feeds.blocks import Generation, Record
from scans.engine.feeds.entries import SECONDS_A_DAY
from scans.engine.feeds.expressions import LOWER, Neighbours, expressions_of, neighbours_of, site_key
from scans.engine.feeds.feed import FeedError
from scans.engine.feeds.matches import Hit, judge, speaks_for
from scans.engine.feeds.snapshot import FOLDER, MANIFEST, Manifest, Slot, index_of, read_manifest
from scans.engine.feeds.source import Use
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.names.shared_hosts import platform_of

# How often, at most, is looked whether the lists changed.
NOTICE_SECONDS = 1.0
# How often they may change while they are being opened.
_ATTEMPTS = 3
# Entries of a site that are looked at for neighbours; the lists of a site that has more agree anyway.
MAX_NEIGHBOURS = 32


def days_now() -> int:
    """Today, counted as entries count."""
    return int(time.time() // SECONDS_A_DAY)


class Lists:
    """Looks links up in every list that is in use in a folder; one object for a whole process.

    Asking raises FeedError when what is on the disk cannot be read: then nothing is known of the link.
    """

    name = "lists"

    def __init__(self, folder: Path, *, today: Callable[[], int] = days_now) -> None:
        self._folder, self._today = folder, today
        self._manifest = folder / FOLDER / MANIFEST
        self._noticed_at = float("-inf")
        self._seen: tuple[int, ...] | None = None
        self._loaded = _Loaded(folder, Manifest(0, 0, ()))

    @property
    def is_loaded(self) -> bool:
        """Whether any list is in use, on trial or not."""
        return bool(self.slots)

    @property
    def knows_bad(self) -> bool:
        """Whether a list of bad links counts: neither one on trial nor one of good or new hosts does."""
        try:
            return self._now().knows_bad
        except FeedError:
            return True

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The lists in use."""
        return self._now().manifest.slots

    @property
    def version(self) -> int:
        """Another number after every change of what is in use, and of how; 0 before the first list."""
        return self._now().manifest.version

    def lookup(self, link: Link) -> list[Finding]:
        """What the lists say that are on, empty for most links."""
        return self._asked(lambda loaded: loaded.lookup(link, self._today()))

    def on_trial(self, link: Link) -> list[Finding]:
        """What each list on trial would say; `list` is its name, not its title."""
        return self._asked(lambda loaded: loaded.on_trial(link, self._today()))

    def touches(self, packed_keys: bytes) -> bool:
        """Whether a list that is on and speaks against links may say something under one of these keys (`keys_of`).

        Lists of good hosts are left out: they name most links, and never make one worse.
        """
        return self._now().touches(packed_keys)

    def _asked(self, ask: Callable[[_Loaded], list[Finding]]) -> list[Finding]:
        try:
            return ask(self._now())
        except FeedError:  # a generation was taken away since: the manifest that says so is already there
            self._noticed_at = float("-inf")
            return ask(self._now())

    def _now(self) -> _Loaded:
        """What is loaded, opened anew when the manifest is another one."""
        now = time.monotonic()
        if now - self._noticed_at >= NOTICE_SECONDS:
            for attempt in range(_ATTEMPTS):
                try:
                    self._notice()
                    break
                except OSError as error:  # the index was replaced between the manifest and its files
                    if attempt == _ATTEMPTS - 1:
                        raise FeedError("the index of the lists is not on the disk") from error
            self._noticed_at = now
        return self._loaded

    def _notice(self) -> None:
        try:
            status = self._manifest.stat()
            seen: tuple[int, ...] = (status.st_mtime_ns, status.st_ino, status.st_size)
        except FileNotFoundError:
            seen = ()
        if seen != self._seen:
            self._loaded = _Loaded(self._folder, read_manifest(self._folder))
            self._seen = seen


class _Loaded:
    """The index of one manifest, with the generations that it names opened when they are first needed."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder, self.manifest = folder, manifest
        self._keys, self._slots = index_of(folder, manifest)
        self._generations: dict[int, Generation] = {}
        self._has_trials = any(slot.is_on_trial for slot in manifest.slots)
        self.knows_bad = any(slot.use is Use.BAD and not slot.is_on_trial for slot in manifest.slots)
        self._is_against = bytes(slot.use is not Use.GOOD and not slot.is_on_trial for slot in manifest.slots)

    def lookup(self, link: Link, today: int) -> list[Finding]:
        hits = self._hits(link, is_on_trial=False)
        if hits is None:
            return []
        is_good = speaks_for(link, hits)
        if not is_good and not any(hit.slot.use is Use.BAD for hit in hits):
            hits += self._neighbours(link, is_on_trial=False)
        return judge(link, hits, today, is_known_good=is_good)

    def on_trial(self, link: Link, today: int) -> list[Finding]:
        if not self._has_trials or (hits := self._hits(link, is_on_trial=True)) is None:
            return []
        is_good = speaks_for(link, self._hits(link, is_on_trial=False) or ())
        known = {hit.slot.name for hit in hits}
        hits += [hit for hit in self._neighbours(link, is_on_trial=True) if hit.slot.name not in known]
        found: list[Finding] = []
        for name in dict.fromkeys(hit.slot.name for hit in hits):
            own = [replace(hit, slot=replace(hit.slot, title=name)) for hit in hits if hit.slot.name == name]
            found += judge(link, own, today, is_known_good=is_good)
        return found

    def touches(self, packed_keys: bytes) -> bool:
        wanted = memoryview(packed_keys).cast("Q")
        site = start = end = -1
        for key in wanted:
            if key & ~LOWER != site:
                site = key & ~LOWER
                start, end = self._run(site)
            if start == end:
                continue
            if key == site:
                if self._speaks_against(self._slots[start : min(end, start + MAX_NEIGHBOURS)]):
                    return True
            elif self._speaks_against(self._slots_at(key, start, end)):
                return True
        return False

    def _speaks_against(self, slots: Iterable[int]) -> bool:
        return any(self._is_against[slot] for slot in slots)

    def _run(self, site: int) -> tuple[int, int]:
        """Where the keys of a site begin and end; twice the same place when no list knows it, as for most."""
        keys = self._keys
        start = bisect_left(keys, site)
        if start == len(keys) or keys[start] > site | LOWER:
            return start, start
        return start, bisect_left(keys, site + LOWER + 1, start)

    def _slots_at(self, key: int, start: int, end: int) -> Iterator[int]:
        """The places of the lists that have a key, looked for between two places of the index."""
        at = bisect_left(self._keys, key, start, end)
        while at < end and self._keys[at] == key:
            yield self._slots[at]
            at += 1

    def _hits(self, link: Link, *, is_on_trial: bool) -> list[Hit] | None:
        """The entries that name the link itself; None when no list knows its site."""
        start, end = self._run(site_key(link.registrable_domain))
        if start == end:
            return None
        hits: list[Hit] = []
        for wanted in expressions_of(link):
            for place in self._slots_at(wanted.key, start, end):
                slot = self.manifest.slots[place]
                if slot.is_on_trial is is_on_trial:
                    record = self._generation(place).find(wanted.key, wanted.kind, wanted.text)
                    hits += [Hit(slot, record)] if record else []
        return hits

    def _neighbours(self, link: Link, *, is_on_trial: bool) -> list[Hit]:
        """Entries of bad lists that name other pages of the link's host or site, as far as those say something."""
        scope = neighbours_of(link)
        if scope is Neighbours.NONE:
            return []
        site = site_key(link.registrable_domain)
        start, end = self._run(site)
        hits: list[Hit] = []
        for place in sorted(set(self._slots[start : min(end, start + MAX_NEIGHBOURS)])):
            slot = self.manifest.slots[place]
            if slot.use is Use.BAD and not slot.is_exact_only and slot.is_on_trial is is_on_trial:
                records = self._generation(place).run(site, site + LOWER + 1, MAX_NEIGHBOURS)
                hits += [Hit(slot, record, is_neighbour=True) for record in records if _is_near(link, record, scope)]
        return hits

    def _generation(self, place: int) -> Generation:
        known = self._generations.get(place)
        if known is None:
            slot = self.manifest.slots[place]
            known = self._generations[place] = Generation(self._folder / slot.name / str(slot.generation))
        return known


def _is_near(link: Link, record: Record, scope: Neighbours) -> bool:
    """Whether an entry is about the link's host or, where that says something, about another one of its site."""
    host = record.entry.host
    if host == link.host:
        return True
    return scope is Neighbours.SITE and f".{host}".endswith(f".{link.registrable_domain}") and not platform_of(host)
