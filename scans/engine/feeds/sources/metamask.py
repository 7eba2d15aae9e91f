"""MetaMask's list of sites that steal wallets, with what changed since the whole was made."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source

METAMASK = Source(
    name="metamask",
    title="MetaMask",
    url="https://phishing-detection.api.cx.metamask.io/v1/stalelist",
    format=Format.METAMASK,
    match=Match.AS_WRITTEN,
    every=timedelta(minutes=15),
    terms="“Don't be a dick” public licence; use by other programs is not mentioned: ask MetaMask first.",
    diffs_url="https://phishing-detection.api.cx.metamask.io/v1/diffsSince/{since}",
)
