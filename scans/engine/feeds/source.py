"""What is said of a list before it is read: where it is, how it is written, what an entry stands for, its terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Format(StrEnum):
    """How a list is written (docs/configuration.md shows a line of each)."""

    LINES = "lines"
    HOSTS = "hosts"
    ADBLOCK = "adblock"
    TWEETFEED = "tweetfeed"
    CERT_PL = "cert_pl"
    METAMASK = "metamask"
    URLHAUS = "urlhaus"
    THREATFOX = "threatfox"
    POLKADOT = "polkadot"
    SCAM_SNIFFER = "scam_sniffer"
    TRANCO = "tranco"


class Match(StrEnum):
    """What an entry stands for; it is never taken for more. AS_WRITTEN: each entry says it by its form."""

    URL = "url"
    HOST = "host"
    DOMAIN = "domain"
    AS_WRITTEN = "auto"


class Use(StrEnum):
    """What being listed says."""

    BAD = "bad"
    GOOD = "good"
    NEW = "new"


class Default(StrEnum):
    """Whether an installation uses a list before anybody chose."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Source:
    """One list of the registry."""

    name: str
    """Short and stable: a folder, a row, `not_checked` and reasons are called so."""
    title: str
    url: str
    """Where it is fetched; `{key}` stands for the key. Empty for a list that comes with the program."""
    format: Format
    match: Match
    every: timedelta
    """How often its publisher lets it be asked for."""
    terms: str
    """The licence, in one sentence for the desk."""
    use: Use = Use.BAD
    default: Default = Default.OFF
    key_name: str = ""
    """The environment variable of its key; empty when it needs none."""
    is_verified: bool = False
    """People check each entry: an exact URL or host of it is conclusive."""
    is_exact_only: bool = False
    """Its publisher says that an entry means this page: nothing is concluded about its neighbours."""
    keeps: timedelta = timedelta(days=365)
    """How long an entry that is no longer listed goes on to count, less and less."""
    diffs_url: str = ""
    """Where changes since a moment are fetched; `{since}` stands for it in seconds. Empty for most lists."""
    file: str = ""
    """The file in scans/engine/data of a list that comes with the program."""
