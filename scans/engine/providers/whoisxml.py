"""WhoisXML API: when a domain was registered, also where registries have no RDAP.

https://whois.whoisxmlapi.com/documentation/making-requests
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.providers import domain_age
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.calls import request_json
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
from scans.engine.providers.shapes import a_dict, a_moment, a_text

SERVICE = "https://www.whoisxmlapi.com/whoisserver/WhoisService"

_DATES = ("createdDateNormalized", "createdDate")


class WhoisXml:
    """Asks when a domain was registered."""

    @property
    def card(self) -> Card:
        return Card(
            name="whoisxml",
            title="WhoisXML API",
            ceiling=Ceiling.HOST,
            max_requests=MOST_SUBJECTS,
            terms="Is told the registered domain. The free key: 500 requests a month.",
            allowances=(Allowance(Span.MONTH, 500),),
            key_name="WHOISXML_KEY",
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return domain_age.subjects(links)

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        async def ask_one(domain: str) -> Reply:
            params: dict[str, str | list[str]] = {"apiKey": call.key, "domainName": domain, "outputFormat": "JSON"}
            answer = await request_json(call, "GET", SERVICE, params=params)
            return domain_age.reply(_registered_at(answer), call.now)

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        return domain_age.judge(links, facts)


def _registered_at(answer: Mapping[str, object]) -> datetime | None:
    """What the registry says, else the record itself; None when it is not known. Raises ProviderError."""
    if "ErrorMessage" in answer:
        code = a_text(a_dict(answer["ErrorMessage"]).get("errorCode"))
        raise ProviderError("it could not be asked", Trouble.BAD_KEY if "KEY" in code.upper() else Trouble.FAILED)
    record = a_dict(answer.get("WhoisRecord"))
    if not record:
        raise ProviderError("the answer holds no record", Trouble.NONSENSE)
    sources = [a_dict(record.get("registryData"))]
    # Without data of its own the record is that of the address behind the name.
    sources += [] if record.get("dataError") else [record]
    moments = (a_moment(source.get(name)) for source in sources for name in _DATES)
    return next((moment for moment in moments if moment), None)


PROVIDERS: tuple[Provider, ...] = (WhoisXml(),)
