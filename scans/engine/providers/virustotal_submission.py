"""VirusTotal, version 3: a URL that it does not know is handed over to its scanners. Off until somebody wants that.

https://docs.virustotal.com/reference/scan-url
"""

from __future__ import annotations

import re
from datetime import timedelta

from scans.engine.ceiling import Ceiling
from scans.engine.findings import Finding
from scans.engine.kinds.lookonly import displayable
from scans.engine.links import Link
from scans.engine.providers.calls import request_json
from scans.engine.providers.provider import Call, Card, Facts, ProviderError, Reply, Trouble
from scans.engine.providers.reporter import Report
from scans.engine.providers.shapes import a_dict, a_text
from scans.engine.providers.submitted import may_be_submitted, submitted_url
from scans.engine.providers.virustotal import VirusTotal, count_warnings, finding_of
from scans.engine.scoring import Assessment, Verdict

SUBMIT = "https://www.virustotal.com/api/v3/urls"
ANALYSIS = "https://www.virustotal.com/api/v3/analyses/"

_NUMBER = re.compile(r"u-[0-9a-f]{64}-[0-9a-f]{1,20}", re.ASCII)
# As long as the lookup remembers that it found nothing; then it finds the report itself.
_KEPT = timedelta(hours=1)


class VirusTotalSubmission:
    """Has a URL looked at by VirusTotal's scanners."""

    @property
    def card(self) -> Card:
        lookup = VirusTotal().card
        return Card(
            name="virustotal_submission",
            title="VirusTotal: submissions",
            ceiling=Ceiling.URL,
            max_requests=1,
            terms="Is told the URL of doubtful links, without e-mail addresses, and shows it to its customers."
            " Counts in the quota of VirusTotal: a submission and each look for its report.",
            allowances=lookup.allowances,
            key_name=lookup.key_name,
            is_on=False,
            is_safe_to_repeat=False,
            account=lookup.name,
        )

    @property
    def first_look(self) -> timedelta:
        return timedelta(seconds=30)

    def wants(self, link: Link, assessment: Assessment) -> bool:
        """Doubtful ones that it does not know yet."""
        is_known = any(finding.code == "virustotal" for finding in assessment.findings)
        is_doubtful = assessment.verdict in {Verdict.SUSPICIOUS, Verdict.UNKNOWN}
        return is_doubtful and not is_known and may_be_submitted(link)

    def subject(self, link: Link) -> str:
        return displayable(link)

    async def submit(self, link: Link, call: Call) -> str:
        if not may_be_submitted(link):
            raise ProviderError("the link may not be opened", Trouble.NONSENSE)
        form = {"url": submitted_url(link)}
        answer = await request_json(call, "POST", SUBMIT, form=form, headers={"x-apikey": call.key})
        number = a_text(a_dict(answer.get("data")).get("id"))
        if not _NUMBER.fullmatch(number):
            raise ProviderError("the answer holds no number of an analysis", Trouble.NONSENSE)
        return number

    async def collect(self, reference: str, call: Call) -> Report | None:
        if not _NUMBER.fullmatch(reference):
            raise ProviderError("this is no number of an analysis", Trouble.NONSENSE)
        answer = await request_json(call, "GET", f"{ANALYSIS}{reference}", headers={"x-apikey": call.key})
        attributes = a_dict(a_dict(answer.get("data")).get("attributes"))
        if not _is_completed(attributes):
            return None
        results = attributes.get("results")
        if not isinstance(results, dict):
            raise ProviderError("the analysis holds no results of scanners", Trouble.NONSENSE)
        return Report(Reply({"warnings": count_warnings(results), "days": 0}, _KEPT), {})

    def judge(self, link: Link, facts: Facts) -> list[Finding]:
        found = finding_of(facts)
        return [found] if found else []


def _is_completed(attributes: dict[str, object]) -> bool:
    """False while it is at work; raises ProviderError for a state that is not documented."""
    status = a_text(attributes.get("status"))
    if status not in {"completed", "queued", "in-progress"}:
        raise ProviderError("the analysis is in no state that is documented", Trouble.NONSENSE)
    return status == "completed"
