"""What `manage.py scan` prints of a link: the JSON object that other programs read, and a block of lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby

import orjson
from django.utils.translation import get_language, gettext, gettext_noop

from scans.engine.defang import defang_host, defang_url
from scans.engine.findings import Finding, NotChecked
from scans.engine.links import Link
from scans.engine.scoring import MAX_SCORE, Assessment, Verdict
from scans.reasons import describe, describe_not_checked

VERDICTS: Mapping[Verdict, str] = {
    Verdict.BENIGN: gettext_noop("Nothing suspicious found"),
    Verdict.SUSPICIOUS: gettext_noop("Suspicious"),
    Verdict.MALICIOUS: gettext_noop("Malicious"),
    Verdict.UNKNOWN: gettext_noop("Not checked"),
}
# Sets of gaps and of reasons whose JSON is kept, for each language; the same host gives the same reasons.
GAPS_REMEMBERED = 256
REASONS_REMEMBERED = 2_048

_SCORE = gettext_noop("score %(score)d of %(most)d")
_LEADS = gettext_noop("Where it leads: %(hosts)s")


def found(link: Link) -> dict[str, object]:
    """The JSON of a link that was only found."""
    return {
        "raw": link.raw,
        "url": link.url,
        "host": link.host,
        "registrable_domain": link.registrable_domain,
        "url_hash": link.url_hash,
    }


def judged(link: Link, assessment: Assessment) -> dict[str, object]:
    """The JSON of a link and its verdict, for orjson; every reason and gap with its sentence."""
    language = get_language()
    return {
        **found(link),
        "verdict": assessment.verdict,
        "score": assessment.score,
        "risk": assessment.risk,
        "reasons": _reasons(assessment.findings, language) if assessment.findings else [],
        "not_checked": _gaps(assessment.not_checked, language),
    }


@lru_cache(maxsize=REASONS_REMEMBERED)
def _reasons(findings: tuple[Finding, ...], _language: str | None) -> orjson.Fragment:
    """What was found in JSON."""
    reasons = [{"code": each.code, "points": each.points, "text": describe(each)} for each in findings]
    return orjson.Fragment(orjson.dumps(reasons))


@lru_cache(maxsize=GAPS_REMEMBERED)
def _gaps(not_checked: tuple[NotChecked, ...], _language: str | None) -> orjson.Fragment:
    """What was not checked in JSON: nearly always the same, and more to write than all the rest."""
    gaps = [{"source": each.source, "reason": each.reason, "text": describe_not_checked(each)} for each in not_checked]
    return orjson.Fragment(orjson.dumps(gaps))


def found_line(link: Link) -> str:
    """The normalised URL, not clickable."""
    return defang_url(link.url)


def judged_block(link: Link, assessment: Assessment, way: Iterable[Link]) -> str:
    """Verdict and host, the hosts on its way when it leads to others, then one line for every reason and every gap."""
    score = gettext(_SCORE) % {"score": assessment.score, "most": MAX_SCORE}
    head = f"{gettext(VERDICTS[assessment.verdict])}: {defang_host(link.host)} ({score})"
    hosts = [defang_host(host) for host, _ in groupby(step.host for step in way)]
    leads = [f"  > {gettext(_LEADS) % {'hosts': ' > '.join(hosts)}}"] if len(hosts) > 1 else []
    reasons = [f"  - {describe(finding)}" for finding in assessment.findings]
    gaps = [f"  ? {describe_not_checked(gap)}" for gap in assessment.not_checked]
    return "\n".join([head, *leads, *reasons, *gaps])
