"""Lists of one entry a line: bare, as a hosts file, and as an ad blocker's rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scans.engine.feeds.entries import Kind
from scans.engine.feeds.formats.forms import written
from scans.engine.feeds.formats.rows import Row, Skipped, Why, skipped
from scans.engine.feeds.formats.text import lines

_COMMENT = ("#", "!", ";", "//", "[Adblock")
# A comment behind an entry; a # without a blank in front belongs to the address. Looked for from the first blank of
# several only: a line of nothing else would take seconds otherwise.
_COMMENT_BEHIND = re.compile(r"(?<!\s)\s+[#!;].*")

# To these a hosts file sends what shall not be reached; any other address in it is a real one.
_NOWHERE = frozenset({"0.0.0.0", "127.0.0.1", "127.0.1.1", "::", "::1", "0"})  # noqa: S104 (nothing listens here)
# Rows that every hosts file begins with.
_LOCAL = re.compile(
    r"local|localhost|.*\.localdomain|localhost[46]|broadcasthost|ip6-[a-z]+|0\.0\.0\.0|127\.0\.0\.1|::1"
)

_RULE = re.compile(r"\|\|([^/^$*|\s]+)\^?(?:\$([^\s]*))?")
# Options under which a rule still stands for opening the page; the others are about parts of pages.
_WHOLE_PAGE = frozenset({"all", "doc", "document", "important", "popup"})


def read_lines(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """URLs or names, one a line, with comments; defanged ones, too."""
    for line in _without_comments(pieces):
        yield written(line) if isinstance(line, str) else line


def read_hosts(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """`0.0.0.0 bad.example`, several names behind one address included."""
    for line in _without_comments(pieces):
        if isinstance(line, Skipped):
            yield line
            continue
        address, *names = line.split()
        if address not in _NOWHERE or not names:
            yield skipped(Why.NO_ADDRESS, line)
            continue
        for name in names:
            yield skipped(Why.OTHER_KIND, name) if _LOCAL.fullmatch(name) else Row(name, Kind.HOST)


def read_adblock(pieces: Iterable[bytes]) -> Iterator[Row | Skipped]:
    """`||bad.example^`: the name and everything below it; other rules are about parts of pages and are left out."""
    for line in _without_comments(pieces):
        yield _rule(line) if isinstance(line, str) else line


def _rule(line: str) -> Row | Skipped:
    if line.startswith("@@"):
        return skipped(Why.EXCEPTION, line)
    rule = _RULE.fullmatch(line)
    if rule is None:
        why = Why.OTHER_KIND if any(mark in line for mark in ("||", "##", "#@#", "$", "*", "^")) else Why.NO_ADDRESS
        return skipped(why, line)
    options = rule[2]
    if options is not None and not _WHOLE_PAGE.issuperset(options.split(",")):
        return skipped(Why.OTHER_KIND, line)
    return Row(rule[1], Kind.DOMAIN)


def _without_comments(pieces: Iterable[bytes]) -> Iterator[str | Skipped]:
    for line in lines(pieces):
        if isinstance(line, Skipped):
            yield line
        elif not line.startswith(_COMMENT):
            yield _COMMENT_BEHIND.sub("", line) if " " in line or "\t" in line else line
