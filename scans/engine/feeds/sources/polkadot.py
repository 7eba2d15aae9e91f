"""polkadot-js/phishing: sites that steal wallets of that network and others."""

from __future__ import annotations

from datetime import timedelta

from scans.engine.feeds.source import Format, Match, Source

POLKADOT = Source(
    name="polkadot",
    title="polkadot-js phishing list",
    url="https://raw.githubusercontent.com/polkadot-js/phishing/master/all.json",
    format=Format.POLKADOT,
    match=Match.AS_WRITTEN,
    every=timedelta(hours=12),
    terms="Apache-2.0: free for every use. Rarely updated.",
)
