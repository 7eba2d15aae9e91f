"""Google Web Risk: what Safe Browsing knows, for installations that earn money; priced, and told the URL.

https://cloud.google.com/web-risk/docs/lookup-api
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import Link
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.calls import Refused, request_json
from scans.engine.providers.google import ANSWER_KEPT, refusal
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
from scans.engine.providers.shapes import a_dict, a_list, a_moment, a_text
from scans.engine.providers.subjects import shown_urls

SEARCH = "https://webrisk.googleapis.com/v1/uris:search"
POINTS = 10

_THREATS = {
    "MALWARE": "malware",
    "SOCIAL_ENGINEERING": "phishing",
    "SOCIAL_ENGINEERING_EXTENDED_COVERAGE": "phishing",
    "UNWANTED_SOFTWARE": "unwanted_software",
}
_KEPT_MISS = timedelta(minutes=10)


class WebRisk:
    """Asks whether a URL is on one of the lists."""

    @property
    def card(self) -> Card:
        return Card(
            name="web_risk",
            title="Google Web Risk",
            ceiling=Ceiling.URL,
            max_requests=MOST_SUBJECTS,
            terms="Is told the URL without keys. Needs a billing account; what it finds is a suspicion, and it must be"
            " said that it comes from Google.",
            allowances=(Allowance(Span.MINUTE, 6000),),
            key_name="WEB_RISK_KEY",
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return shown_urls(links)

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        async def ask_one(url: str) -> Reply:
            params: dict[str, str | list[str]] = {"key": call.key, "uri": url, "threatTypes": list(_THREATS)}
            try:
                return _reply(await request_json(call, "GET", SEARCH, params=params), call.now)
            except Refused as error:
                raise refusal(error) from None

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        for link in links:
            threat = a_text(a_dict(facts.get(displayable(link))).get("threat"))
            if threat in _THREATS.values():
                return [Finding.of("web_risk", POINTS, host=link.host, threat=threat)]
        return []


def _reply(answer: Mapping[str, object], now: datetime) -> Reply:
    """A match may not be kept longer than the answer says; raises ProviderError for a match of no known list."""
    if not answer.get("threat"):
        return Reply({"threat": ""}, _KEPT_MISS)
    match = a_dict(answer["threat"])
    threats = [threat for name in a_list(match.get("threatTypes")) if (threat := _THREATS.get(a_text(name)))]
    if not threats:
        raise ProviderError("the answer names no list that was asked for", Trouble.NONSENSE)
    until = a_moment(match.get("expireTime"))
    kept = min(max(until - now, timedelta()), ANSWER_KEPT) if until else timedelta()
    return Reply({"threat": threats[0]}, kept)


PROVIDERS: tuple[Provider, ...] = (WebRisk(),)
