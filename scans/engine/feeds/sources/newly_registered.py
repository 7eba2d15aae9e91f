"""xRuffKez NRD: domains registered within the last two weeks."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source, Use

NEWLY_REGISTERED = Source(
    name="newly_registered",
    title="Newly registered domains (xRuffKez NRD)",
    url="https://raw.githubusercontent.com/xRuffKez/NRD/main/lists/14-day/domains-only/nrd-14day.txt",
    format=Format.LINES,
    match=Match.DOMAIN,
    every=timedelta(days=1),
    terms="“Don't be a dick” public licence: free to use.",
    use=Use.NEW,
    # An entry is dropped once it is two weeks old: kept on, it would call old domains new.
    keeps=timedelta(days=1),
)
