"""Tranco: the most visited sites, a mean of several rankings over 30 days; its first 100,000 places."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source, Use

TRANCO = Source(
    name="tranco",
    title="Tranco, most visited sites",
    url="https://tranco-list.eu/top-1m.csv.zip",
    format=Format.TRANCO,
    match=Match.DOMAIN,
    every=timedelta(days=1),
    terms="Made for research, out of rankings with terms of their own, some of them non-commercial (tranco-list.eu).",
    use=Use.GOOD,
    keeps=timedelta(days=30),
)
