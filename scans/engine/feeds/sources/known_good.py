"""Well-known sites of one publisher each, for which an alarm is most likely a false one; comes with the program."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Default, Format, Match, Source, Use

KNOWN_GOOD = Source(
    name="known_good",
    title="Well-known sites",
    url="",
    format=Format.LINES,
    match=Match.AS_WRITTEN,
    every=timedelta(days=1),
    terms="Comes with the program; chosen from top-sites by Kiko Beats, MIT licence.",
    use=Use.GOOD,
    default=Default.ON,
    keeps=timedelta(days=1),
    file="known_good.txt",
)
