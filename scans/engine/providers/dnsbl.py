"""Lists of domains that are asked by name server: Spamhaus DBL, SURBL, URIBL. A refusal is never a hit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.names.suffixes import is_suffix
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.dns_asking import Said, Server, ask, of_this_machine
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
from scans.engine.providers.shapes import a_dict, a_number

KEPT = timedelta(hours=1)
# What the operators of the free lists call low volume is not said in numbers.
A_DAY = 1_000
_ASK_SECONDS = (0.5, 0.5)  # the machine's own server has to ask further

# Points by what the answer's last part says; each alone is suspicious at most.
_PHISHING, _SPAM, _ABUSED = 7, 4, 2


@dataclass(frozen=True, slots=True)
class Dnsbl:
    """One list. `points_of` reads the 127.x address of an answer; it raises ProviderError for a refusal."""

    name: str
    title: str
    zone: str
    points_of: Callable[[str], int]
    key_name: str = ""
    servers: tuple[Server, ...] = ()
    """The name servers to ask; none means those of this machine."""

    @property
    def card(self) -> Card:
        return Card(
            name=self.name,
            title=self.title,
            ceiling=Ceiling.HOST,
            max_requests=MOST_SUBJECTS,
            terms="Is told the registered domain. Free for low volume, non-commercial use; refuses public resolvers.",
            allowances=(Allowance(Span.DAY, A_DAY),),
            key_name=self.key_name,
            is_safe_to_repeat=False,  # `ask` repeats what was lost
            is_on=False,
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        domains = (link.registrable_domain for link in links if not link.is_ip and "." in link.registrable_domain)
        return [domain for domain in dict.fromkeys(domains) if not is_suffix(domain)]

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        server = (self.servers or of_this_machine())[0]

        async def ask_one(domain: str) -> Reply:
            said = await ask(f"{domain}.{self.zone.format(key=call.key)}", server, _ASK_SECONDS)
            return Reply({"points": self._points(said)}, KEPT)

        return await ask_each(subjects, ask_one)

    def _points(self, said: Said) -> int:
        return max((self.points_of(address) for address in said.addresses), default=0)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        weights = {
            domain: a_number(a_dict(facts.get(domain)).get("points"), most=_PHISHING) for domain in self.subjects(links)
        }
        domain = max(weights, key=lambda name: weights[name] or 0, default=None)
        points = weights[domain] if domain is not None else None
        return [Finding.of(self.name, points, domain=domain)] if points and domain is not None else []


def spamhaus_points(address: str) -> int:
    """Of the DBL: 127.0.1.2 spam, .4 to .6 phishing, malware, botnet, .102 to .106 honest sites that are abused."""
    parts = _parts(address)
    if parts[:3] == (127, 255, 255) or address == "127.0.1.255":
        raise ProviderError("it refuses to answer this name server or key", Trouble.BAD_KEY)
    if parts[:3] != (127, 0, 1):
        return 0
    last = parts[3]
    return _PHISHING if last in {4, 5, 6} else _SPAM if last == 2 else _ABUSED if last in range(102, 107) else 0


def surbl_points(address: str) -> int:
    """Of multi.surbl.org, a sum of bits: 8 phishing, 16 malware, 64 abuse, 128 cracked sites."""
    bits = _bits(address)
    return _PHISHING if bits & (8 | 16) else _SPAM if bits & 64 else _ABUSED if bits & 128 else 0


def uribl_points(address: str) -> int:
    """Of multi.uribl.com, a sum of bits: 2 black, 4 grey, 8 red."""
    bits = _bits(address)
    return _SPAM if bits & 2 else _ABUSED if bits & 8 else 1 if bits & 4 else 0


def _bits(address: str) -> int:
    parts = _parts(address)
    if parts[:3] == (127, 255, 255) or address == "127.0.0.1":
        raise ProviderError("it refuses to answer this name server", Trouble.BAD_KEY)
    return parts[3] if parts[:3] == (127, 0, 0) else 0


def _parts(address: str) -> tuple[int, ...]:
    return tuple(IPv4Address(address).packed)


PROVIDERS: tuple[Provider, ...] = (
    Dnsbl("spamhaus_dbl", "Spamhaus DBL", "{key}.dbl.dq.spamhaus.net", spamhaus_points, key_name="SPAMHAUS_DQS_KEY"),
    Dnsbl("surbl", "SURBL", "multi.surbl.org", surbl_points),
    Dnsbl("uribl", "URIBL", "multi.uribl.com", uribl_points),
)
