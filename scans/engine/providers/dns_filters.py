"""Name servers that leave out dangerous names: the same name is asked of the filtered and of the unfiltered one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.dns_asking import Said, Server, ask
from scans.engine.providers.provider import Answered, Call, Card, Facts, Provider, Reply
from scans.engine.providers.shapes import a_dict, a_text

KEPT_BLOCKED = timedelta(minutes=10)
KEPT_FINE = timedelta(minutes=30)
# What a filtered server says in the place of an address.
_NOWHERE = "0.0.0.0"  # noqa: S104 (an answer, nothing listens there)
_BLOCKED, _FINE, _NO_SUCH_NAME = "blocked", "fine", "no_such_name"


@dataclass(frozen=True, slots=True)
class DnsFilter:
    """Two name servers of one operator. It is told the whole host: sub-domains of shared hosts are blocked singly."""

    name: str
    title: str
    points: int
    filtered: Server
    unfiltered: Server

    @property
    def card(self) -> Card:
        return Card(
            name=self.name,
            title=self.title,
            ceiling=Ceiling.HOST,
            max_requests=2 * MOST_SUBJECTS,
            is_safe_to_repeat=False,  # `ask` repeats what was lost
            terms=f"{self.title}'s name servers are asked for the host, unencrypted as names are. No key; fair use.",
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return list(dict.fromkeys(link.host for link in links if not link.is_ip and "." in link.host))

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        async def ask_both(host: str) -> Reply:
            filtered, unfiltered = await asyncio.gather(ask(host, self.filtered), ask(host, self.unfiltered))
            state = _state(filtered, unfiltered)
            return Reply({"state": state}, KEPT_BLOCKED if state == _BLOCKED else KEPT_FINE)

        answered = await ask_each(subjects, ask_both)
        return Answered(answered.replies, 2 * len(subjects))

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        blocked = [host for host in self.subjects(links) if a_text(a_dict(facts.get(host)).get("state")) == _BLOCKED]
        return [Finding.of(f"{self.name}_blocked", self.points, host=host) for host in blocked[:1]]


def _state(filtered: Said, unfiltered: Said) -> str:
    """Blocked is only what the unfiltered server knows: a name that nobody knows is no sign of anything."""
    if not unfiltered.exists:
        return _NO_SUCH_NAME
    is_left_out = not filtered.exists or (_NOWHERE in filtered.addresses and _NOWHERE not in unfiltered.addresses)
    return _BLOCKED if is_left_out and unfiltered.addresses else _FINE


# Quad9's list is put together by some 25 services and checked against well-known names; Cloudflare's coverage was
# never measured on enough links: a second opinion.
QUAD9 = DnsFilter("quad9", "Quad9", 5, Server("9.9.9.9"), Server("9.9.9.10"))
CLOUDFLARE = DnsFilter("cloudflare", "Cloudflare", 4, Server("1.1.1.2"), Server("1.1.1.1"))

PROVIDERS: tuple[Provider, ...] = (QUAD9, CLOUDFLARE)
