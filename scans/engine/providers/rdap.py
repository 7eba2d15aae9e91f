"""RDAP: when a domain was registered, asked of the registry itself (RFC 9082, RFC 9083).

Where an ending has no such server nothing is said: an age that is not known is not a new domain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.providers import domain_age
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
from scans.engine.providers.rdap_bases import base_of
from scans.engine.providers.shapes import a_dict, a_list, a_moment, a_text

# Alone it alarms nobody (scans.engine.families).
NOT_REGISTERED_POINTS = 2
# About one a second over all registries together; each of them allows more.
A_MINUTE = 60

_MOST_EVENTS = 50


class Rdap:
    """Asks the registry of a domain."""

    @property
    def card(self) -> Card:
        return Card(
            name="rdap",
            title="RDAP",
            ceiling=Ceiling.HOST,
            max_requests=MOST_SUBJECTS,
            terms="The registry of the domain is told the registered domain. Needs no key; fair use.",
            allowances=(Allowance(Span.MINUTE, A_MINUTE),),
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return [domain for domain in domain_age.subjects(links) if base_of(domain)]

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        async def ask_one(domain: str) -> Reply:
            headers = {"Accept": "application/rdap+json"}
            try:
                answer = await request_json(call, "GET", f"{base_of(domain)}domain/{domain}", headers=headers)
            except Missing:
                return Reply({"is_missing": True}, domain_age.KEPT_YOUNG)
            return domain_age.reply(_registered_at(answer, domain), call.now)

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        missing = (name for name in domain_age.subjects(links) if a_dict(facts.get(name)).get("is_missing") is True)
        dead = [Finding.of("dead_domain", NOT_REGISTERED_POINTS, domain=name) for name in missing]
        return dead[:1] or domain_age.judge(links, facts)


def _registered_at(answer: Mapping[str, object], domain: str) -> datetime | None:
    """When it was registered, None when that is not said; raises ProviderError for a record of something else."""
    name = a_text(answer.get("ldhName"), 255).rstrip(".").lower()
    if answer.get("objectClassName") != "domain" or name not in {"", domain}:
        raise ProviderError("the answer is not the record of the domain", Trouble.NONSENSE)
    events = map(a_dict, a_list(answer.get("events"), _MOST_EVENTS))
    moments = (a_moment(event.get("eventDate")) for event in events if event.get("eventAction") == "registration")
    return next((moment for moment in moments if moment), None)


PROVIDERS: tuple[Provider, ...] = (Rdap(),)
