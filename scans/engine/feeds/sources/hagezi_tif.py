"""HaGeZi's Threat Intelligence Feeds: more than a million domains out of many lists."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source

HAGEZI_TIF = Source(
    name="hagezi_tif",
    title="HaGeZi Threat Intelligence Feeds",
    url="https://cdn.jsdelivr.net/gh/hagezi/dns-blocklists@latest/wildcard/tif-onlydomains.txt",
    format=Format.LINES,
    match=Match.DOMAIN,
    every=timedelta(hours=6),
    terms="GPL-3.0: free to use; whoever passes the list on passes its licence on.",
)
