"""urlscan.io: what its browsers saw on a host before. It is told the host; which page was meant is compared here.

https://docs.urlscan.io
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.links import InvalidLink, Link, parse
from scans.engine.names.shared_hosts import is_platform
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.calls import Missing, Refused, request_json
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
from scans.engine.providers.shapes import a_dict, a_list, a_number, a_text

SITE = "https://urlscan.io"
SEARCH = f"{SITE}/api/v1/search/"
RESULT = f"{SITE}/api/v1/result/"
KEY_NAME = "URLSCAN_KEY"
# Its quotas depend on the account and are told with each refusal; these are below those of the smallest.
ALLOWANCES = (Allowance(Span.MINUTE, 30), Allowance(Span.DAY, 500))
# A result holds every request of its page.
MAX_RESULT = 6 * 1_048_576
# Points of a page that its browsers took for malicious: the same page, and another one of its host.
POINTS_PAGE, POINTS_HOST = 8, 5

_LOOKED_AT = 10
_LONGEST_URL = 8192
_MOST_BRANDS = 3
_MOST_SCORE = 100
_LONGEST_AGE = 100_000
_KEPT_RESULT = timedelta(days=1)
_KEPT_MISS = timedelta(hours=1)
# A key that is none is refused with status 400 wherever it is sent.
_KEY = re.compile(r"[0-9A-Za-z-]{20,100}", re.ASCII)
_NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class UrlscanSearch:
    """Looks up the newest public report about a page of a host."""

    @property
    def card(self) -> Card:
        return Card(
            name="urlscan",
            title="urlscan.io: earlier reports",
            ceiling=Ceiling.HOST,
            max_requests=2 * MOST_SUBJECTS,
            terms="Is told the host. A free account is enough; its results may not be mirrored.",
            allowances=ALLOWANCES,
            key_name=KEY_NAME,
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        """Hosts by name; on those of a platform the newest report speaks of somebody else's page."""
        return list(dict.fromkeys(link.host for link in links if not link.is_ip and not is_platform(link.host)))

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        sent = headers(call)

        async def ask_one(host: str) -> Reply:
            found = await search(call, f'task.domain:"{host}" AND date:>now-30d', sent)
            number = next((number_of(one) for one in found if a_dict(one.get("task")).get("domain") == host), "")
            if not number:
                return Reply({}, _KEPT_MISS)
            try:
                return Reply(facts_of(await result(call, number, sent)), _KEPT_RESULT)
            except Missing:  # reports may be deleted at any time
                return Reply({}, _KEPT_MISS)

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        found = [finding_of(link, facts[link.host]) for link in links if link.host in facts and not link.is_ip]
        return [max(ours, key=lambda finding: finding.points)] if (ours := [one for one in found if one]) else []


def headers(call: Call) -> dict[str, str]:
    """With the key; raises ProviderError for one that cannot be a key of theirs."""
    if not _KEY.fullmatch(call.key):
        raise ProviderError("this is no key of urlscan.io", Trouble.BAD_KEY)
    return {"API-Key": call.key}


def refusal(error: Refused) -> ProviderError:
    """What a refused request means: a wrong key has no status of its own."""
    return ProviderError("it refuses the key", Trouble.BAD_KEY) if "api key" in error.said.lower() else error


async def search(call: Call, query: str, sent: Mapping[str, str]) -> list[dict[str, object]]:
    """The newest reports that a query finds; raises ProviderError."""
    params: dict[str, str | list[str]] = {"q": query, "size": str(_LOOKED_AT)}
    try:
        answer = await request_json(call, "GET", SEARCH, params=params, headers=sent)
    except Refused as error:
        raise refusal(error) from None
    if not isinstance(answer.get("results"), list):
        raise ProviderError("the answer holds no list of reports", Trouble.NONSENSE)
    return [a_dict(found) for found in a_list(answer["results"], _LOOKED_AT)]


async def result(call: Call, number: str, sent: Mapping[str, str]) -> dict[str, object]:
    """A finished report; raises ProviderError, of it Missing while there is none."""
    try:
        return await request_json(call, "GET", f"{RESULT}{number}/", headers=sent, max_bytes=MAX_RESULT)
    except Refused as error:
        raise refusal(error) from None


def number_of(found: Mapping[str, object]) -> str:
    """The number of a report that was found or begun; empty when it has none."""
    number = a_text(found.get("_id")) or a_text(found.get("uuid"))
    return number if is_number(number) else ""


def is_number(text: str) -> bool:
    """Whether a text has the shape of a report's number."""
    return _NUMBER.fullmatch(text) is not None


def facts_of(answer: Mapping[str, object]) -> dict[str, object]:
    """What is kept of a report; raises ProviderError when it holds no verdict."""
    overall = a_dict(a_dict(answer.get("verdicts")).get("overall"))
    if not isinstance(overall.get("malicious"), bool):
        raise ProviderError("the report holds no verdict", Trouble.NONSENSE)
    page = a_dict(answer.get("page"))
    brands = (a_text(brand, 40) for brand in a_list(overall.get("brands"), _MOST_BRANDS))
    return {
        "url": _plain(a_text(a_dict(answer.get("task")).get("url"), _LONGEST_URL)),
        "is_malicious": overall["malicious"],
        "score": a_number(overall.get("score"), least=-_MOST_SCORE, most=_MOST_SCORE),
        "brands": [brand for brand in brands if brand.isprintable()],
        "apex": _plain(a_text(page.get("apexDomain"))),
        "apex_days": a_number(page.get("apexDomainAgeDays"), most=_LONGEST_AGE),
        "tls_days": a_number(page.get("tlsAgeDays"), most=_LONGEST_AGE),
    }


def finding_of(link: Link, facts: Facts) -> Finding | None:
    """What a report says of a link: much when it is about its page, less when about another page of its host."""
    if facts.get("is_malicious") is not True:
        return None
    points = POINTS_PAGE if is_about(a_text(facts.get("url"), _LONGEST_URL), link) else POINTS_HOST
    return Finding.of("urlscan", points, host=link.host)


def is_about(url: str, link: Link) -> bool:
    """Whether a report's URL is that of a link."""
    try:
        return parse(url).url == link.url
    except InvalidLink:
        return False


def _plain(text: str) -> str:
    return text if text.isascii() and text.isprintable() else ""


PROVIDERS: tuple[Provider, ...] = (UrlscanSearch(),)
