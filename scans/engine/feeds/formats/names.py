"""Lists of names in JSON and ranked lists: MetaMask, polkadot, Scam Sniffer, CERT.PL, Tranco."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scans.engine.feeds.entries import Kind
from scans.engine.feeds.formats.columns import rows
from scans.engine.feeds.formats.days import day_written
from scans.engine.feeds.formats.forms import written
from scans.engine.feeds.formats.json_leaves import Leaf, leaves, records
from scans.engine.feeds.formats.plain import read_lines
from scans.engine.feeds.formats.rows import Row, Skipped, Why, skipped
from scans.engine.feeds.formats.text import is_json

# The program that the lists are made for warns of a name and of everything below it.
_BAD = frozenset({"blacklist", "blocklist", "blocklistPaths", "deny"})
_ALLOWED = frozenset({"whitelist", "allowlist", "allow"})
# Places of a ranked list that say something; farther down stand sites of a few visitors, scams among them.
MAX_RANK = 100_000
MAX_RANK_DIGITS = 12


def read_names(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """MetaMask's stale list and its older form, and polkadot's; what they allow is left out, likeness lists, too."""
    for leaf in leaves(pieces):
        place = leaf.parent[-1] if leaf.parent else ""
        if place in _ALLOWED and isinstance(leaf.value, str):
            yield skipped(Why.EXCEPTION, leaf.value)
        elif place in _BAD and isinstance(leaf.value, str):
            yield written(leaf.value, bare=Kind.DOMAIN)


def read_scam_sniffer(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """Names as a list, or as the keys of lists of wallets."""
    before = ""
    for leaf in leaves(pieces):
        name = _sniffed(leaf)
        if name and name != before:
            before = name
            yield written(name)


def read_cert_pl(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """The warning list, as text or as JSON; a row with a date of deletion is no longer on it."""
    in_json, pieces = is_json(pieces)
    if not in_json:
        yield from read_lines(pieces)
        return
    for row in records(pieces, 1):
        name = row.get("DomainAddress")
        if not isinstance(name, str):
            yield skipped(Why.NO_ADDRESS, name)
        elif row.get("DeleteDate"):
            yield skipped(Why.WITHDRAWN, name)
        else:
            yield Row(name, Kind.DOMAIN, first_day=day_written(row.get("InsertDate")))


def read_tranco(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """Rank and domain; the first MAX_RANK places."""
    for row in rows(pieces, ("rank", "domain")):
        if isinstance(row, Skipped):
            yield row
        elif not (row["rank"].isdecimal() and len(row["rank"]) <= MAX_RANK_DIGITS):
            yield skipped(Why.NO_ADDRESS, row["rank"])
        elif int(row["rank"]) > MAX_RANK:
            return
        else:
            yield Row(row["domain"], Kind.DOMAIN)


def _sniffed(leaf: Leaf) -> str:
    """The name that a value of the list is or belongs to."""
    match leaf:
        case Leaf(() | ("domains",), int(), str(name)):
            return name
        case Leaf((), str(name), None):
            return name
        case Leaf((str(name),), int(), _) if name not in ("address", "domains"):
            return name
    return ""
