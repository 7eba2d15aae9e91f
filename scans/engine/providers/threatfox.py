"""ThreatFox (abuse.ch): hosts that belong to malware, with how sure the reporter is.

https://threatfox.abuse.ch/api/#search-ioc
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import Link
from scans.engine.names.shared_hosts import platform_of
from scans.engine.providers.abuse_ch import KEPT_HIT, KEPT_MISS, KEY_HEADER, KEY_NAME, has_results
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.calls import request_json
from scans.engine.providers.provider import Answered, Call, Card, Facts, Provider, Reply
from scans.engine.providers.shapes import a_dict, a_list, a_number, a_text
from scans.engine.providers.subjects import hosts

API = "https://threatfox-api.abuse.ch/api/v1/"
POINTS = 10
# Percent; below it reports are guesses.
LEAST_CONFIDENCE = 75

_NOTHING = frozenset({"no_result", "no_results", "illegal_search_term"})
_LONGEST_NAME = 40
_UNNAMED = "?"


class ThreatFox:
    """Asks whether a host is a sign of malware."""

    @property
    def card(self) -> Card:
        return Card(
            name="threatfox",
            title="ThreatFox",
            ceiling=Ceiling.HOST,
            max_requests=MOST_SUBJECTS,
            terms="abuse.ch is told the host. Free for fair non-commercial use; the key is the same as URLhaus's.",
            key_name=KEY_NAME,
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return [host for host in hosts(links) if not platform_of(host)]

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        async def ask_one(host: str) -> Reply:
            question = {"query": "search_ioc", "search_term": host, "exact_match": True}
            return _reply(await request_json(call, "POST", API, json=question, headers={KEY_HEADER: call.key}), host)

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        for link in links:
            known = a_dict(facts.get(link.host))
            if (a_number(known.get("confidence"), most=100) or 0) >= LEAST_CONFIDENCE:
                malware = a_text(known.get("malware"), _LONGEST_NAME) or _UNNAMED
                return [Finding.of("threatfox", POINTS, host=link.host, malware=malware)]
        return []


def _reply(answer: Mapping[str, object], host: str) -> Reply:
    """Facts: the highest confidence of what is said of exactly this host, and the malware's name."""
    if not has_results(answer, _NOTHING):
        return Reply({"confidence": 0, "malware": ""}, KEPT_MISS)
    signs = [sign for row in a_list(answer.get("data")) if _names(sign := a_dict(row), host)]
    surest = max(signs, key=_confidence, default={})
    name = "".join(char for char in a_text(surest.get("malware_printable"), _LONGEST_NAME) if char.isprintable())
    return Reply({"confidence": _confidence(surest), "malware": name}, KEPT_HIT)


def _names(sign: Mapping[str, object], host: str) -> bool:
    """Whether a sign is this host itself, as a domain or as an address with its port."""
    kind, ioc = sign.get("ioc_type"), a_text(sign.get("ioc")).lower()
    return (kind == "domain" and ioc == host) or (kind == "ip:port" and ioc.rpartition(":")[0].strip("[]") == host)


def _confidence(sign: Mapping[str, object]) -> int:
    return a_number(sign.get("confidence_level"), most=100) or 0


PROVIDERS: tuple[Provider, ...] = (ThreatFox(),)
