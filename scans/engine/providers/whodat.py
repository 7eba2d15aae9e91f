"""who-dat: when a domain was registered, asked of the operator's own server. Its "key" is that server's address.

https://github.com/Lissy93/who-dat; versions 1 and 2 answer in different shapes, both are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.providers import domain_age
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.calls import Missing, request_json
from scans.engine.providers.provider import Answered, Call, Card, Facts, Provider, ProviderError, Reply, Trouble
from scans.engine.providers.shapes import a_dict, a_moment

# Version 2 says so of an ending for which there is neither RDAP nor WHOIS.
_NO_SOURCE = "status 501"


class WhoDat:
    """Asks an own server when a domain was registered."""

    @property
    def card(self) -> Card:
        return Card(
            name="whodat",
            title="who-dat",
            ceiling=Ceiling.HOST,
            max_requests=MOST_SUBJECTS,
            terms="Your own server is told the registered domain. In place of a key it takes that server's public"
            " address: https://whois.example.org, or https://KEY@whois.example.org.",
            key_name="WHODAT_URL",
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return domain_age.subjects(links)

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        server, headers = _server(call.key)

        async def ask_one(domain: str) -> Reply:
            try:
                answer = await request_json(call, "GET", f"{server}/{domain}", headers=headers)
            except Missing:
                return domain_age.reply(None, call.now)
            except ProviderError as error:
                if str(error) != _NO_SOURCE:
                    raise
                return domain_age.reply(None, call.now)
            return domain_age.reply(_registered_at(answer), call.now)

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        return domain_age.judge(links, facts)


def _server(address: str) -> tuple[str, dict[str, str]]:
    """The address without a user name, which is sent as its key; raises ProviderError."""
    try:
        link = parse(address.strip())
    except InvalidLink:
        raise ProviderError("WHODAT_URL is no address", Trouble.BAD_KEY) from None
    place = link.url.partition("://")[2].rpartition("@")[2].partition("?")[0].rstrip("/")
    key = {"Authorization": f"Bearer {link.username}"} if link.username else {}
    return f"{link.scheme}://{place}", {"Accept": "application/json", **key}


def _registered_at(answer: Mapping[str, object]) -> datetime | None:
    """None when it is not known or not registered; raises ProviderError for no such answer."""
    if isinstance(answer.get("dates"), dict):
        return a_moment(a_dict(answer["dates"]).get("created"))
    if isinstance(answer.get("domain"), dict):
        domain = a_dict(answer["domain"])
        return a_moment(domain.get("created_date_in_time")) or a_moment(domain.get("created_date"))
    raise ProviderError("the answer holds no record of a domain", Trouble.NONSENSE)


PROVIDERS: tuple[Provider, ...] = (WhoDat(),)
