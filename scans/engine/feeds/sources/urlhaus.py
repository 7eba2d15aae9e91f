"""abuse.ch URLhaus: exact addresses that hand out malware, of the last 30 days."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source

URLHAUS = Source(
    name="urlhaus",
    title="URLhaus",
    url="https://urlhaus-api.abuse.ch/files/exports/recent.csv?auth-key={key}",
    format=Format.URLHAUS,
    match=Match.URL,
    every=timedelta(minutes=15),
    terms="Free for non-commercial use under abuse.ch's fair-use terms; needs a free key (auth.abuse.ch).",
    key_name="ABUSE_CH_KEY",
)
