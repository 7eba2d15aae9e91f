"""Scam Sniffer: hosts that drain wallets; the free list is seven days behind."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source

SCAM_SNIFFER = Source(
    name="scam_sniffer",
    title="Scam Sniffer",
    url="https://raw.githubusercontent.com/scamsniffer/scam-database/main/blacklist/domains.json",
    format=Format.SCAM_SNIFFER,
    match=Match.AS_WRITTEN,
    every=timedelta(days=1),
    terms="GPL-3.0: free to use; whoever passes the list on passes its licence on. Seven days behind the paid list.",
)
