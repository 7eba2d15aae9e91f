"""The lists that are looked up: one line each; an installation chooses among them and adds its own."""

from __future__ import annotations

from scans.engine.feeds.source import Source
from scans.engine.feeds.sources.cert_pl import CERT_PL
from scans.engine.feeds.sources.hagezi_tif import HAGEZI_TIF
from scans.engine.feeds.sources.known_good import KNOWN_GOOD
from scans.engine.feeds.sources.metamask import METAMASK
from scans.engine.feeds.sources.newly_registered import NEWLY_REGISTERED
from scans.engine.feeds.sources.openphish import OPENPHISH
from scans.engine.feeds.sources.phishing_database import PHISHING_DATABASE
from scans.engine.feeds.sources.polkadot import POLKADOT
from scans.engine.feeds.sources.scam_sniffer import SCAM_SNIFFER
from scans.engine.feeds.sources.threatfox import THREATFOX
from scans.engine.feeds.sources.tranco import TRANCO
from scans.engine.feeds.sources.tweetfeed import TWEETFEED
from scans.engine.feeds.sources.urlhaus import URLHAUS

SOURCES: tuple[Source, ...] = (
    TWEETFEED,
    PHISHING_DATABASE,
    CERT_PL,
    KNOWN_GOOD,
    OPENPHISH,
    METAMASK,
    HAGEZI_TIF,
    URLHAUS,
    THREATFOX,
    POLKADOT,
    SCAM_SNIFFER,
    TRANCO,
    NEWLY_REGISTERED,
)
