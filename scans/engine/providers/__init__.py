"""The providers that may be asked about a link, and those that write reports about it: one line each."""

from __future__ import annotations

from scans.engine.providers.provider import Provider
from scans.engine.providers.reporter import Reporter

PROVIDERS: tuple[Provider, ...] = ()
REPORTERS: tuple[Reporter, ...] = ()
