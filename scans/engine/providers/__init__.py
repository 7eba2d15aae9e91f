"""The providers that may be asked about a link, and those that write reports about it: one line each."""

from __future__ import annotations

from scans.engine.providers.phishtank import PhishTank
from scans.engine.providers.provider import Provider
from scans.engine.providers.reporter import Reporter
from scans.engine.providers.safe_browsing import SafeBrowsing
from scans.engine.providers.threatfox import ThreatFox
from scans.engine.providers.urlhaus import UrlHaus
from scans.engine.providers.virustotal import VirusTotal
from scans.engine.providers.web_risk import WebRisk
from scans.engine.providers.whodat import WhoDat
from scans.engine.providers.whoisxml import WhoisXml

PROVIDERS: tuple[Provider, ...] = (
    SafeBrowsing(),
    WebRisk(),
    UrlHaus(),
    ThreatFox(),
    VirusTotal(),
    PhishTank(),
    WhoisXml(),
    WhoDat(),
)
REPORTERS: tuple[Reporter, ...] = ()
