"""Phishing.Database: pages that were tested and found to be up; exact pages, since some stand on honest hosts."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Default, Format, Match, Source

PHISHING_DATABASE = Source(
    name="phishing_database",
    title="Phishing.Database",
    url="https://phish.co.za/latest/phishing-links-ACTIVE.txt",
    format=Format.LINES,
    match=Match.URL,
    every=timedelta(hours=3),
    terms="MIT licence: free for every use.",
    default=Default.ON,
)
