"""PhishTank: phishing pages that people reported and others checked. New accounts have been closed since 2020.

https://www.phishtank.com/api_info.php
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import Link
from scans.engine.providers.asking import MOST_SUBJECTS, ask_each
from scans.engine.providers.calls import request_json
from scans.engine.providers.provider import Answered, Call, Card, Facts, Provider, ProviderError, Reply, Trouble
from scans.engine.providers.shapes import a_dict, a_text
from scans.engine.providers.subjects import whole_urls

CHECK = "https://checkurl.phishtank.com/checkurl/"
POINTS = 10
# Programs without a name of their own are turned away.
_USER_AGENT = "phishtank/wbscanner"
_KEPT = timedelta(hours=1)
_YES = frozenset({"y", "yes", "true"})
_NO = frozenset({"n", "no", "false"})


class PhishTank:
    """Asks whether a URL is a phishing page that people have checked."""

    @property
    def card(self) -> Card:
        return Card(
            name="phishtank",
            title="PhishTank",
            ceiling=Ceiling.URL,
            max_requests=MOST_SUBJECTS,
            terms="Is told the URL. Free of charge, but it takes no new accounts: only for those who have a key.",
            key_name="PHISHTANK_KEY",
        )

    def subjects(self, links: Sequence[Link]) -> list[str]:
        return whole_urls(links)

    async def ask(self, subjects: Sequence[str], call: Call) -> Answered:
        async def ask_one(url: str) -> Reply:
            form = {"url": url, "format": "json", "app_key": call.key}
            return _reply(await request_json(call, "POST", CHECK, form=form, headers={"User-Agent": _USER_AGENT}))

        return await ask_each(subjects, ask_one)

    def judge(self, links: Sequence[Link], facts: Mapping[str, Facts]) -> list[Finding]:
        for link in links:
            if a_dict(facts.get(displayable(link))).get("is_phish") is True:
                return [Finding.of("phishtank", POINTS, conclusive=True, host=link.host)]
        return []


def _reply(answer: Mapping[str, object]) -> Reply:
    """Facts: whether it is listed, checked, and found to be phishing; raises ProviderError."""
    results = a_dict(answer.get("results"))
    is_listed = _said(results.get("in_database"))
    if is_listed is None:
        raise ProviderError("the answer does not say whether the address is listed", Trouble.NONSENSE)
    is_phish = is_listed and _said(results.get("verified")) is True and _said(results.get("valid")) is True
    return Reply({"is_phish": is_phish}, _KEPT)


def _said(value: object) -> bool | None:
    """Yes and no as the service writes them: as truth values or as `y` and `n`; None for anything else."""
    if isinstance(value, bool):
        return value
    word = a_text(value).lower()
    return True if word in _YES else False if word in _NO else None


PROVIDERS: tuple[Provider, ...] = (PhishTank(),)
