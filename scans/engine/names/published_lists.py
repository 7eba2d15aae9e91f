"""Lists that others publish and change weekly: a copy in the package, a fresher one in DATA_DIR once it was fetched."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from wbscanner import env

log = logging.getLogger(__name__)

# Where `manage.py refreshlists` puts what it fetched.
FOLDER = env.path("DATA_DIR", env.ROOT / "data") / "lists"

# The public suffix list has 338 kB, the other one 10; ten times as much is no list any more.
MAX_BYTES = 4 * 1024 * 1024
# The version stands in the first lines.
_HEAD = 2_000


class BadList(ValueError):
    """A text that is not the list it should be; the message says why."""


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list of one entry a line, as its publisher writes it."""

    file: str
    """Its name in the package and in DATA_DIR/lists."""
    url: str
    version: re.Pattern[str]
    """Finds the version, which grows with time when compared as text."""
    known: frozenset[str]
    """Lines that no version lacks; some stand at the very end, so that half a download is noticed."""
    least: int
    """Lines that are no comment, at least."""


PUBLIC_SUFFIXES = PublishedList(
    file="public_suffix_list.dat",
    url="https://publicsuffix.org/list/public_suffix_list.dat",
    version=re.compile(r"^// VERSION: (\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)", re.MULTILINE),
    known=frozenset({
        "com", "co.uk", "*.ck", "!www.ck", "*.kawasaki.jp", "рф", "github.io",
        "// ===BEGIN ICANN DOMAINS===", "// ===BEGIN PRIVATE DOMAINS===", "// ===END PRIVATE DOMAINS===",
    }),
    least=8_000,
)  # fmt: skip

TOP_LEVEL_DOMAINS = PublishedList(
    file="tlds-alpha-by-domain.txt",
    url="https://data.iana.org/TLD/tlds-alpha-by-domain.txt",
    version=re.compile(r"^# Version (\d{10}),", re.MULTILINE),
    known=frozenset({"AERO", "COM", "DE", "ORG", "XN--P1AI", "ZW"}),
    least=1_200,
)

PUBLISHED: tuple[PublishedList, ...] = (PUBLIC_SUFFIXES, TOP_LEVEL_DOMAINS)


def packaged(published: PublishedList) -> str:
    """The copy that came with the program."""
    return files("scans.engine.data").joinpath(published.file).read_text(encoding="utf-8")


def version_of(published: PublishedList, text: str) -> str:
    """The version of a list; raises BadList when the text is not the whole list."""
    found = published.version.search(text[:_HEAD])
    if found is None:
        raise BadList("it does not begin with a version, as the list does")
    lines = {line.strip() for line in text.splitlines()}
    if missing := published.known - lines:
        raise BadList(f"{', '.join(sorted(missing))} is missing")
    entries = sum(1 for line in lines if line and not line.startswith(("//", "#")))
    if entries < published.least:
        raise BadList(f"it has only {entries} entries of {published.least} or more")
    return found.group(1)


def newest(published: PublishedList, folder: Path = FOLDER) -> str:
    """The fetched copy when there is one that is whole and newer, otherwise the packaged one; reads files only."""
    ours = packaged(published)
    fetched = folder / published.file
    try:
        if not fetched.is_file() or fetched.stat().st_size > MAX_BYTES:
            return ours
        theirs = fetched.read_text(encoding="utf-8")
        is_newer = version_of(published, theirs) > version_of(published, ours)
    except (OSError, ValueError) as error:
        log.warning("%s cannot be used, the packaged copy is: %s", fetched, error)
        return ours
    return theirs if is_newer else ours
