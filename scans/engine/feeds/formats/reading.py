"""Entries out of a list in any format, as they arrive: nothing is held, and nothing is taken for more than it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scans.engine.feeds.entries import Entry, Kind, entry_of
from scans.engine.feeds.formats.forms import only_host
from scans.engine.feeds.formats.names import read_cert_pl, read_names, read_scam_sniffer, read_tranco
from scans.engine.feeds.formats.plain import read_adblock, read_hosts, read_lines
from scans.engine.feeds.formats.reported import read_threatfox, read_tweetfeed, read_urlhaus
from scans.engine.feeds.formats.rows import UNREADABLE, BadFormat, Row, Skipped, Why, skipped
from scans.engine.feeds.source import Format, Match
from scans.engine.names.shared_hosts import is_platform

Reader = Callable[[Iterable[bytes]], Iterator[Row | Skipped]]

READERS: dict[Format, Reader] = {
    Format.LINES: read_lines,
    Format.HOSTS: read_hosts,
    Format.ADBLOCK: read_adblock,
    Format.TWEETFEED: read_tweetfeed,
    Format.CERT_PL: read_cert_pl,
    Format.METAMASK: read_names,
    Format.URLHAUS: read_urlhaus,
    Format.THREATFOX: read_threatfox,
    Format.POLKADOT: read_names,
    Format.SCAM_SNIFFER: read_scam_sniffer,
    Format.TRANCO: read_tranco,
}

# After so many rows of which none is an address it is another format.
SAMPLE = 200
PIECE = 65_536

_STANDS_FOR = {Match.URL: Kind.URL, Match.HOST: Kind.HOST, Match.DOMAIN: Kind.DOMAIN}


def read(format: Format, match: Match, pieces: Iterable[bytes], today: int) -> Iterator[Entry | Skipped]:
    """The entries of a list and what was left out, in its order; `today` in days since 1970-01-01 UTC.

    Raises BadFormat, perhaps after some entries, when it is not a list of this format.
    """
    unreadable, is_known = 0, False
    for row in READERS[format](pieces):
        found = row if isinstance(row, Skipped) else _entry(row, match, today)
        if isinstance(found, Skipped) and found.why in UNREADABLE:
            unreadable += 1
            if unreadable == SAMPLE and not is_known:
                break
        else:
            is_known = True
        yield found
    if unreadable and not is_known:
        raise BadFormat(f"nothing in it is an entry of the format “{format}”")


def pieces_of(file: Path) -> Iterator[bytes]:
    """What a file holds, piece by piece; raises OSError."""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


def _entry(row: Row, match: Match, today: int) -> Entry | Skipped:
    text, kind = row.text, _STANDS_FOR.get(match, row.kind)
    if row.kind is Kind.URL and kind is not Kind.URL:
        host = only_host(text)
        if host is None:
            # A page in a list of hosts: its host was not listed.
            return skipped(Why.NARROWER, text)
        text = host
    last = today if row.last_day is None else min(row.last_day, today)
    first = last if row.first_day is None else min(row.first_day, last)
    entry = entry_of(kind, text, first, last, row.detail)
    if entry is None:
        return skipped(Why.NO_ADDRESS, row.text)
    # A host where anybody's pages stand side by side: one of them was meant, and being known says nothing either.
    return skipped(Why.TOO_WIDE, text) if entry.kind is Kind.HOST and is_platform(entry.text) else entry
