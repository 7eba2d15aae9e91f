"""crt.sh: when the first certificate of a domain was made. Slow and often busy, so it is asked in the background.

https://groups.google.com/g/crtsh
"""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.providers import certificates, domain_age
from scans.engine.providers.calls import request
from scans.engine.providers.provider import Allowance, Call, Card, Facts, ProviderError, Reply, Span, Trouble
from scans.engine.providers.reporter import Report
from scans.engine.providers.shapes import a_dict, a_list, a_moment
from scans.engine.scoring import Assessment, Verdict

SEARCH = "https://crt.sh/"
MAX_ANSWER = 4 * 1_048_576
# Longer names do not fit where a report's number is kept.
LONGEST_DOMAIN = 120

_MOST_CERTIFICATES = 50_000
_KEPT_YOUNG = timedelta(days=1)
_KEPT = timedelta(days=14)
_YOUNG = timedelta(days=30)


class CrtSh:
    """Looks the first certificate of a registered domain up in the public logs of certificates."""

    @property
    def card(self) -> Card:
        return Card(
            name="crtsh",
            title="crt.sh",
            ceiling=Ceiling.HOST,
            max_requests=1,
            terms="Is told the registered domain of suspicious links, later. No key; about 5 requests a minute.",
            allowances=(Allowance(Span.MINUTE, 5),),
        )

    @property
    def first_look(self) -> timedelta:
        return timedelta()

    def wants(self, link: Link, assessment: Assessment) -> bool:
        return assessment.verdict is Verdict.SUSPICIOUS and self._is_known_there(link)

    def subject(self, link: Link) -> str:
        return link.registrable_domain

    async def submit(self, link: Link, call: Call) -> str:
        """Nothing is handed over: the domain itself is what the report goes by."""
        if not self._is_known_there(link):
            raise ProviderError("there is no registered domain to ask about", Trouble.NONSENSE)
        return link.registrable_domain

    async def collect(self, reference: str, call: Call) -> Report | None:
        params: dict[str, str | list[str]] = {"q": reference, "output": "json", "match": "=", "deduplicate": "Y"}
        first_at = _first(await request(call, "GET", SEARCH, params=params, max_bytes=MAX_ANSWER))
        is_young = first_at is None or call.now - first_at < _YOUNG
        facts = {"first_at": first_at.isoformat() if first_at else None, "asked_at": call.now.isoformat()}
        return Report(Reply(facts, _KEPT_YOUNG if is_young else _KEPT), {})

    def judge(self, link: Link, facts: Facts) -> list[Finding]:
        first_at, asked_at = a_moment(facts.get("first_at")), a_moment(facts.get("asked_at"))
        if first_at is None or asked_at is None:
            return []
        return certificates.findings(link, max((asked_at - first_at).days, 0))

    def _is_known_there(self, link: Link) -> bool:
        return bool(domain_age.subjects([link])) and len(link.registrable_domain) <= LONGEST_DOMAIN


def _first(body: bytes) -> datetime | None:
    """When the first certificate begins, None when no log has one; raises ProviderError."""
    try:
        rows = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ProviderError("the answer is not JSON", Trouble.NONSENSE) from None
    if not isinstance(rows, list):
        raise ProviderError("the answer is no list of certificates", Trouble.NONSENSE)
    begins = [moment for row in a_list(rows, _MOST_CERTIFICATES) if (moment := a_moment(a_dict(row).get("not_before")))]
    if rows and not begins:
        raise ProviderError("the certificates hold no times", Trouble.NONSENSE)
    return min(begins, default=None)
