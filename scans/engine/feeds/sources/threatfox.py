"""abuse.ch ThreatFox: addresses and hosts of malware of the last six months; only what its reporters are sure of."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source

THREATFOX = Source(
    name="threatfox",
    title="ThreatFox",
    url="https://threatfox-api.abuse.ch/files/exports/full.csv.zip?auth-key={key}",
    format=Format.THREATFOX,
    match=Match.AS_WRITTEN,
    every=timedelta(hours=6),
    terms="Free for non-commercial use under abuse.ch's fair-use terms; needs a free key (auth.abuse.ch).",
    key_name="ABUSE_CH_KEY",
)
