"""OpenPhish's community feed: the last few hundred exact pages, never the whole site."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source

OPENPHISH = Source(
    name="openphish",
    title="OpenPhish",
    url="https://raw.githubusercontent.com/openphish/public_feed/main/feed.txt",
    format=Format.LINES,
    match=Match.URL,
    every=timedelta(hours=12),
    terms="Personal, non-commercial use on your own systems only; the data may not be passed on.",
    is_exact_only=True,
)
