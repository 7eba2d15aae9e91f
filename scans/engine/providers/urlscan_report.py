"""urlscan.io: a page that is doubtful is opened by its browsers, privately, and the report is collected later.

https://docs.urlscan.io
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import Link
from scans.engine.providers import certificates
from scans.engine.providers.calls import Missing, NotSent, Refused, request, request_json
from scans.engine.providers.provider import Call, Card, Facts, ProviderError, Reply, Trouble
from scans.engine.providers.reporter import Report
from scans.engine.providers.shapes import a_number, a_text
from scans.engine.providers.submitted import may_be_submitted, submitted_url
from scans.engine.providers.urlscan import (
    ALLOWANCES,
    KEY_NAME,
    POINTS_PAGE,
    SITE,
    facts_of,
    headers,
    is_number,
    number_of,
    refusal,
    result,
    search,
)
from scans.engine.scoring import Assessment, Verdict

SUBMIT = f"{SITE}/api/v1/scan"
SCREENSHOT, DOM = "screenshot", "dom"
MAX_FILE = 2 * 1_048_576
# A page that the browsers' owner has known for fewer days, with a certificate as young, is new.
NEW_DAYS = 7

_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT = timedelta(days=7)


class UrlscanReport:
    """Has a page opened by urlscan.io; verdict, picture and text of the page are collected."""

    @property
    def card(self) -> Card:
        return Card(
            name="urlscan_report",
            title="urlscan.io: new reports",
            ceiling=Ceiling.URL,
            max_requests=3,
            terms="Is told the URL of doubtful links, without e-mail addresses, and opens it. The report is private;"
            " where the account has no private ones it is unlisted, which vetted researchers can see. Never public.",
            allowances=ALLOWANCES,
            key_name=KEY_NAME,
            is_safe_to_repeat=False,
            account="urlscan",
        )

    @property
    def first_look(self) -> timedelta:
        return timedelta(seconds=10)

    def wants(self, link: Link, assessment: Assessment) -> bool:
        """Doubtful ones; of a dangerous link there is nothing to learn."""
        return assessment.verdict in {Verdict.SUSPICIOUS, Verdict.UNKNOWN} and may_be_submitted(link)

    def subject(self, link: Link) -> str:
        return displayable(link)

    async def submit(self, link: Link, call: Call) -> str:
        """The number of a report: of a fresh one that exists, otherwise of the one that is asked for."""
        if not may_be_submitted(link):
            raise ProviderError("the link may not be opened", Trouble.NONSENSE)
        sent, url = headers(call), submitted_url(link)
        return await _existing(call, url, sent) or await _begun(call, url, sent)

    async def collect(self, reference: str, call: Call) -> Report | None:
        if not is_number(reference):
            raise ProviderError("this is no number of a report", Trouble.NONSENSE)
        sent = headers(call)
        try:
            answer = await result(call, reference, sent)
        except Missing:
            return None
        facts = facts_of(answer)
        picture = await _file(call, f"{SITE}/screenshots/{reference}.png", sent)
        files = {SCREENSHOT: picture if picture.startswith(_PNG) else b""}
        files[DOM] = await _file(call, f"{SITE}/dom/{reference}/", sent)
        return Report(Reply(facts, _KEPT), {kind: content for kind, content in files.items() if content})

    def judge(self, link: Link, facts: Facts) -> list[Finding]:
        findings = certificates.findings(link, _days_new(link, facts))
        if facts.get("is_malicious") is True:
            findings.insert(0, Finding.of("urlscan", POINTS_PAGE, host=link.host))
        return findings


def _days_new(link: Link, facts: Facts) -> int | None:
    """The age of a certificate whose domain is not known for longer; None where either is older or unknown."""
    apex_days, tls_days = a_number(facts.get("apex_days")), a_number(facts.get("tls_days"))
    if apex_days is None or tls_days is None or a_text(facts.get("apex")) != link.registrable_domain:
        return None
    return tls_days if max(apex_days, tls_days) < NEW_DAYS else None


async def _existing(call: Call, url: str, sent: Mapping[str, str]) -> str:
    """The number of a report of the last day about exactly this URL; empty for none."""
    quoted = url.replace("\\", "\\\\").replace('"', '\\"')
    try:
        found = await search(call, f'task.url:"{quoted}" AND date:>now-1d', sent)
    except ProviderError as error:
        raise NotSent(str(error), error.trouble, error.retry_after) from None
    tasks = ((one, one.get("task")) for one in found)
    return next((number_of(one) for one, task in tasks if isinstance(task, dict) and task.get("url") == url), "")


async def _begun(call: Call, url: str, sent: Mapping[str, str]) -> str:
    """The number of a new report: private, unlisted only where the account may have no private ones."""
    try:
        answer = await _submitted(call, url, "private", sent)
    except Refused as error:
        if not _refuses_private(error):
            raise refusal(error) from None
        try:
            answer = await _submitted(call, url, "unlisted", sent)
        except Refused as again:
            raise refusal(again) from None
    if number := number_of(answer):
        return number
    raise ProviderError("the answer holds no number of a report", Trouble.NONSENSE)


async def _submitted(call: Call, url: str, visibility: str, sent: Mapping[str, str]) -> dict[str, object]:
    return await request_json(call, "POST", SUBMIT, json={"url": url, "visibility": visibility}, headers=sent)


def _refuses_private(error: Refused) -> bool:
    said = error.said.lower()
    return "private" in said or "visibility" in said


async def _file(call: Call, url: str, sent: Mapping[str, str]) -> bytes:
    """A file that belongs to a report; empty when it cannot be had, which makes the report no worse."""
    try:
        return await request(call, "GET", url, headers=sent, max_bytes=MAX_FILE)
    except ProviderError:
        return b""
