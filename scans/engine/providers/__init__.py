"""The providers that may be asked about a link, and those that write reports about it."""

from __future__ import annotations

from importlib import import_module

from scans.engine.providers.crtsh import CrtSh
from scans.engine.providers.provider import Provider
from scans.engine.providers.reporter import Reporter
from scans.engine.providers.urlscan_report import UrlscanReport
from scans.engine.providers.virustotal_submission import VirusTotalSubmission

# One line adds a provider: its file in this folder, which ends in `PROVIDERS: tuple[Provider, ...] = (…,)`.
_FILES = (
    "safe_browsing",
    "web_risk",
    "urlhaus",
    "threatfox",
    "virustotal",
    "phishtank",
    "whoisxml",
    "whodat",
    "urlscan",
    "rdap",
    "dns_filters",
    "dnsbl",
)

PROVIDERS: tuple[Provider, ...] = tuple(
    provider for name in _FILES for provider in import_module(f"{__name__}.{name}").PROVIDERS
)
REPORTERS: tuple[Reporter, ...] = (UrlscanReport(), VirusTotalSubmission(), CrtSh())
