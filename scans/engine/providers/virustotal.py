"""VirusTotal, version 3: what about ninety scanners said of a URL before. It is looked up here, never submitted.

https://docs.virustotal.com/reference/url-info
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import Link
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.calls import Missing, request_json
from scans.engine.providers.provider import (
    Allowance,
    Answered,
    Call,
    Card,
    Facts,
    Provider,
    ProviderError,
    Reply,
    Span,
    Trouble,
)
from scans.engine.providers.shapes import a_dict, a_number, a_text
from scans.engine.providers.subjects import whole_urls

REPORT = "https://www.virustotal.com/api/v3/urls/"
# Scanners with research of their own; the others mostly repeat each other and what was submitted to them.
TRUSTED = frozenset({
    "Avira", "BitDefender", "CRDF", "Dr.Web", "ESET", "Emsisoft", "Forcepoint ThreatSeeker", "Fortinet", "G-Data",
    "Google Safebrowsing", "Kaspersky", "Lionic", "Netcraft", "OpenPhish", "PhishTank", "Phishtank", "Sophos",
    "Trustwave", "URLhaus", "Webroot", "Yandex Safebrowsing", "alphaMountain.ai",
})  # fmt: skip
# One scanner alone is noise. Points by how many of the trusted warn.
POINTS_BY_SCANNERS = ((3, 8), (2, 5))
# Days after which a report says half.
OLD_DAYS = 90

_WARNINGS = frozenset({"malicious", "phishing", "malware"})
_KEPT_REPORT = timedelta(hours=6)
_KEPT_MISS = timedelta(hours=1)
_MOST_SCANNERS = 500
_LONGEST_AGE = 100_000


class VirusTotal:
    """Looks the last report about a URL up."""

    @property
    def card(self) -> Card:
        return Card(
            name="virustotal",
            title="VirusTotal",
            ceiling=Ceiling.URL,
            max_requests=MOST_SUBJECTS,
            terms="Is told the URL. The free key: 4 requests a minute, 500 a day, not for commercial products, services"
            " or business workflows.",
            allowances=(Allowance(Span.MINUTE, 4), Allowance(Span.DAY, 500)),
            key_name="VIRUSTOTAL_KEY",
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return whole_urls(links)

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        async def ask_one(url: str) -> Reply:
            name = urlsafe_b64encode(url.encode("ascii")).decode("ascii").rstrip("=")
            try:
                answer = await request_json(call, "GET", f"{REPORT}{name}", headers={"x-apikey": call.key})
            except Missing:
                return Reply({"warnings": 0, "days": 0}, _KEPT_MISS)
            return _reply(answer, call.now)

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        found = [finding_of(a_dict(facts.get(displayable(link)))) for link in links]
        return [max(ours, key=lambda finding: finding.points)] if (ours := [one for one in found if one]) else []


def finding_of(known: Mapping[str, object]) -> Finding | None:
    """What a report says: nothing while fewer than two trusted scanners warn."""
    warnings = a_number(known.get("warnings"), most=_MOST_SCANNERS) or 0
    points = next((points for least, points in POINTS_BY_SCANNERS if warnings >= least), 0)
    if not points:
        return None
    is_old = (a_number(known.get("days"), most=_LONGEST_AGE) or 0) > OLD_DAYS
    return Finding.of("virustotal", points // 2 if is_old else points, count=warnings)


def _reply(answer: Mapping[str, object], now: datetime) -> Reply:
    """Facts: how many trusted scanners warn, and the days since they looked; raises ProviderError."""
    attributes = a_dict(a_dict(answer.get("data")).get("attributes"))
    results = attributes.get("last_analysis_results")
    if not isinstance(results, dict):
        raise ProviderError("the report holds no results of scanners", Trouble.NONSENSE)
    warnings = count_warnings(results)
    looked_at = a_number(attributes.get("last_analysis_date"), most=int(now.timestamp()))
    days = (int(now.timestamp()) - looked_at) // 86_400 if looked_at is not None else _LONGEST_AGE
    return Reply({"warnings": warnings, "days": days}, _KEPT_REPORT)


def count_warnings(results: Mapping[str, object]) -> int:
    """How many of the trusted scanners warn, of their results by name."""
    return sum(_warns(a_dict(result)) for name, result in results.items() if name in TRUSTED)


def _warns(result: Mapping[str, object]) -> bool:
    return a_text(result.get("category")) in _WARNINGS


PROVIDERS: tuple[Provider, ...] = (VirusTotal(),)
