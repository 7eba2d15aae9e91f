"""URLhaus (abuse.ch): addresses that spread malware. It is told the host; its addresses there are compared here.

https://urlhaus-api.abuse.ch/#hostinfo
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.names.shared_hosts import platform_of
from scans.engine.providers.abuse_ch import KEPT_HIT, KEPT_MISS, KEY_HEADER, KEY_NAME, has_results
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.calls import request_json
from scans.engine.providers.provider import Answered, Call, Card, Facts, Provider, Reply
from scans.engine.providers.shapes import a_dict, a_list, a_moment, a_number, a_text
from scans.engine.providers.subjects import hosts

HOST = "https://urlhaus-api.abuse.ch/v1/host/"
EXACT_POINTS = 10
# Of an address that was taken down long ago, of a host with other such addresses now, and of one that had some.
OLD_EXACT_POINTS = 6
HOST_POINTS = 6
OLD_HOST_POINTS = 2
# Days since an address was listed: after so many that is off line an exact one is no proof any more, and a host that
# was broken into is clean again.
EXACT_DAYS = 90
HOST_DAYS = 14

_NOTHING = frozenset({"no_results", "invalid_host"})
_MOST_ADDRESSES = 100
_LONGEST_AGE = 100_000


class UrlHaus:
    """Asks for the addresses of a host that spread malware."""

    @property
    def card(self) -> Card:
        return Card(
            name="urlhaus",
            title="URLhaus",
            ceiling=Ceiling.HOST,
            max_requests=MOST_SUBJECTS,
            terms="abuse.ch is told the host. Free for fair non-commercial use; the key is the same as ThreatFox's.",
            key_name=KEY_NAME,
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return hosts(links)

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        async def ask_one(host: str) -> Reply:
            headers = {KEY_HEADER: call.key}
            return _reply(await request_json(call, "POST", HOST, form={"host": host}, headers=headers), call.now)

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        found = [finding for link in links if (finding := _of_link(link, a_dict(facts.get(link.host))))]
        return [max(found, key=lambda finding: finding.points)] if found else []


def _of_link(link: Link, known: Mapping[str, object]) -> Finding | None:
    days = a_number(a_dict(known.get("days")).get(_key(link)), most=_LONGEST_AGE)
    newest = a_number(known.get("newest"), most=_LONGEST_AGE)
    if days is not None:
        is_proof = days <= EXACT_DAYS
        points = EXACT_POINTS if is_proof else OLD_EXACT_POINTS
        return Finding.of("urlhaus", points, conclusive=is_proof, host=link.host)
    if newest is None or platform_of(link.host):
        return None
    return Finding.of("urlhaus", HOST_POINTS if newest <= HOST_DAYS else OLD_HOST_POINTS, host=link.host)


def _reply(answer: Mapping[str, object], now: datetime) -> Reply:
    """Facts: days since each address of the host was listed (0 while it is on line), and the fewest of them."""
    if not has_results(answer, _NOTHING):
        return Reply({"days": {}, "newest": None}, KEPT_MISS)
    days: dict[str, int] = {}
    for row in a_list(answer.get("urls"), _MOST_ADDRESSES):
        entry = a_dict(row)
        try:
            link = parse(a_text(entry.get("url"), 8192))
        except InvalidLink:
            continue
        days[_key(link)] = _age(entry, now)
    return Reply({"days": days, "newest": min(days.values(), default=_LONGEST_AGE)}, KEPT_HIT)


def _age(entry: Mapping[str, object], now: datetime) -> int:
    """Days since an address was listed, 0 while malware is there, very many when it is not said."""
    if entry.get("url_status") == "online":
        return 0
    listed_at = a_moment(entry.get("date_added"))
    return min(max((now - listed_at).days, 0), _LONGEST_AGE) if listed_at else _LONGEST_AGE


def _key(link: Link) -> str:
    """Stands for an address with http or https, so that no list of them is kept."""
    return hashlib.sha256(link.url.partition("://")[2].encode("ascii")).hexdigest()[:16]


PROVIDERS: tuple[Provider, ...] = (UrlHaus(),)
