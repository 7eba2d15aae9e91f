"""The links of a message, wherever they stand in it, each with its place and how it was written. No row is touched."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scans.engine.findings import Finding, NotCheckedReason
from scans.engine.heuristics import WRITING
from scans.engine.heuristics.writing import preview_mismatch
from scans.engine.links import MAX_LINKS, MAX_TEXT, Link, find_links
from scans.engine.local import look_locally
from waclient.client import InboundMessage, Passage
from waclient.models import Place

log = logging.getLogger(__name__)

MAX_LINKS_PER_MESSAGE = MAX_LINKS
# Characters read of a message over all its texts. One text has MAX_TEXT at most, on every phone.
MAX_TEXT_PER_MESSAGE = 4 * MAX_TEXT

# Texts of one message in which the same link is looked at for how it is written.
MAX_SPELLINGS = 20

# Codes of what is kept beside the findings of scans.engine.heuristics.writing.
TOO_MANY_LINKS = "too_many_links"
TOO_MUCH_TEXT = "too_much_text"
NOT_LOOKED_AT = "writing_not_checked"

# Where a link stands in several places it counts as standing in the one that says it loudest.
LOUDNESS = {Place.QUOTED: 0, Place.DOCUMENT: 1, Place.CODE: 2, Place.GROUP: 3, Place.TEXT: 4}


@dataclass(frozen=True, slots=True)
class Posted:
    """A link in one message; `written` are the findings about its spelling there."""

    link: Link
    place: Place
    written: tuple[Finding, ...] = ()

    def joined(self, other: Posted) -> Posted:
        """The same link seen twice: the louder place, and everything that was odd about its spelling there."""
        if LOUDNESS[self.place] != LOUDNESS[other.place]:
            return max(self, other, key=lambda one: LOUDNESS[one.place])
        return replace(self, written=_together(self.written, other.written))


def links_of(message: InboundMessage) -> list[Posted]:
    """The distinct links of a message, at most MAX_LINKS_PER_MESSAGE of them."""
    passages, is_cut = _within_limits(message)
    found: dict[str, Posted] = {}
    for posted in _found(message, passages):
        before = found.get(posted.link.url_hash)
        found[posted.link.url_hash] = before.joined(posted) if before else posted
        if len(found) > MAX_LINKS_PER_MESSAGE:
            break
    notes: tuple[Finding, ...] = ()
    if is_cut or message.is_cut:
        log.warning("a message holds over %d characters, the rest is not read", MAX_TEXT_PER_MESSAGE)
        notes += (Finding.of(TOO_MUCH_TEXT, 0, limit=MAX_TEXT_PER_MESSAGE),)
    if len(found) > MAX_LINKS_PER_MESSAGE:
        log.warning("a message holds over %d links, the rest is not judged", MAX_LINKS_PER_MESSAGE)
        notes += (Finding.of(TOO_MANY_LINKS, 0, limit=MAX_LINKS_PER_MESSAGE),)
    kept = list(found.values())[:MAX_LINKS_PER_MESSAGE]
    return [replace(one, written=_together(one.written, notes)) for one in kept] if notes else kept


def _within_limits(message: InboundMessage) -> tuple[list[Passage], bool]:
    """What is read, and whether something is left out. Nobody hides a button behind a long text or a long quote."""
    passages = (*message.passages, Passage(message.preview)) if message.preview else message.passages
    left, kept = MAX_TEXT_PER_MESSAGE, []
    for passage in sorted(passages, key=lambda one: (one.place is Place.QUOTED, len(one.text))):
        kept.append(replace(passage, text=passage.text[:left]))
        left -= len(kept[-1].text)
    return kept, sum(min(len(passage.text), MAX_TEXT) for passage in kept) < sum(len(one.text) for one in passages)


def _found(message: InboundMessage, passages: list[Passage]) -> Iterator[Posted]:
    seen = Counter[tuple[str, Place]]()
    for passage in dict.fromkeys(passages):
        for link in find_links(passage.text, limit=MAX_LINKS_PER_MESSAGE + 1):
            seen[link.url_hash, passage.place] += 1
            if seen[link.url_hash, passage.place] <= MAX_SPELLINGS:
                yield Posted(link, passage.place, _spelling(link))
    yield from _misleading_preview(message)


def _misleading_preview(message: InboundMessage) -> Iterator[Posted]:
    """The preview's link once more where it is of another site than what the text beside it shows."""
    preview = next(iter(find_links(message.preview, limit=1)), None)
    if preview is None:
        return
    finding = preview_mismatch(find_links(message.beside_preview), preview)
    if finding is not None:
        yield Posted(preview, Place.TEXT, (finding,))


def _spelling(link: Link) -> tuple[Finding, ...]:
    """What is odd about how a link was written. A check that broke leaves a mark: it is no sign of innocence."""
    findings, gaps = look_locally(link, heuristics=WRITING, feeds=())
    broken = [gap for gap in gaps if gap.reason == NotCheckedReason.FAILED]
    return (*findings, *(Finding.of(NOT_LOOKED_AT, 0, source=gap.source) for gap in broken))


def _together(some: tuple[Finding, ...], more: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Both, each code once."""
    return tuple({finding.code: finding for finding in (*more, *some)}.values())
