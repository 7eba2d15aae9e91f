"""CERT Polska's warning list: two people look at every entry, providers in Poland block each name with all below it."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Default, Format, Match, Source

CERT_PL = Source(
    name="cert_pl",
    title="CERT Polska",
    url="https://hole.cert.pl/domains/v2/domains.txt",
    format=Format.CERT_PL,
    match=Match.DOMAIN,
    every=timedelta(minutes=15),
    terms="Free for everyone; the list is CERT Polska's (cert.pl).",
    default=Default.ON,
    is_verified=True,
)
