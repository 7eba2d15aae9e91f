"""Lists that publish a whole now and then and what changed in between (MetaMask)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scans.engine.feeds.entries import Entry, Kind, entry_of
from scans.engine.feeds.formats.forms import written
from scans.engine.feeds.formats.json_leaves import Scalar, leaves, records
from scans.engine.feeds.formats.rows import BadFormat, Row, Skipped, Why, skipped

# Changes kept in memory; after more of them the whole list is due.
MAX_CHANGES = 200_000
# {"data": [{"url", "timestamp", "targetList", "isRemoval"}]}
_DEPTH = 2
_BAD_LISTS = (".blocklist", ".blocklistPaths")


@dataclass(frozen=True, slots=True)
class Changes:
    """What came to a list and what left it since the whole was made."""

    added: tuple[Entry, ...] = ()
    removed: frozenset[tuple[Kind, str]] = frozenset()


def made_at(pieces: Iterable[bytes]) -> int | None:
    """When a whole list was made, in seconds since 1970; None when it does not say."""
    for leaf in leaves(pieces):
        if leaf.key == "lastUpdated" and isinstance(leaf.value, int) and leaf.value > 0:
            return leaf.value
    return None


def changes_of(pieces: Iterable[bytes], today: int) -> Changes:
    """The changes, of which the newest about a name counts; raises BadFormat."""
    newest: dict[tuple[Kind, str], tuple[float, bool, Entry]] = {}
    for record in records(pieces, _DEPTH):
        entry = _entry(record, today)
        if entry is None:
            continue
        moment, is_removal = _moment(record), record.get("isRemoval") is True
        known = newest.get((entry.kind, entry.text))
        if known is None or moment >= known[0]:
            newest[entry.kind, entry.text] = (moment, is_removal, entry)
        if len(newest) > MAX_CHANGES:
            raise BadFormat("more changes than a list has entries")
    return Changes(
        added=tuple(entry for _, is_removal, entry in newest.values() if not is_removal),
        removed=frozenset(name for name, (_, is_removal, _) in newest.items() if is_removal),
    )


def with_changes(whole: Iterable[Entry | Skipped], changes: Changes) -> Iterator[Entry | Skipped]:
    """The whole list as it is now: without what was removed, with what was added."""
    for found in whole:
        if isinstance(found, Entry) and (found.kind, found.text) in changes.removed:
            yield skipped(Why.WITHDRAWN, found.text)
        else:
            yield found
    yield from changes.added


def _entry(record: dict[str, Scalar], today: int) -> Entry | None:
    url, target = record.get("url"), record.get("targetList")
    if not isinstance(url, str) or not isinstance(target, str) or not target.endswith(_BAD_LISTS):
        return None
    row = written(url, bare=Kind.DOMAIN)
    return entry_of(row.kind, row.text, today) if isinstance(row, Row) else None


def _moment(record: dict[str, Scalar]) -> float:
    moment = record.get("timestamp")
    return float(moment) if isinstance(moment, int | float) else 0.0
