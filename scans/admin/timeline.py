"""All checks of one link, oldest first: why each was made, what it said, what it changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch
from django.template.loader import render_to_string
from django.urls import reverse

from scans import shown
from scans.engine.findings import Finding
from scans.engine.scoring import FAILURES, Verdict
from scans.models import Artifact, Scan, Status
from scans.reasons import describe, describe_not_checked
from wbscanner.moments import moment

MOST_SHOWN = 30
MOST_CHANGES = 3  # findings named that came or went with one check


def timeline(scan: Scan) -> str:
    """The newest MOST_SHOWN checks of a scan's link as HTML, this one marked, and when the next is planned."""
    of_link = Scan.objects.filter(url_hash=scan.url_hash)
    kept = Prefetch("reports__artifacts", Artifact.objects.defer("content"))
    rows = list(of_link.prefetch_related(kept).order_by("-requested_at", "-pk")[: MOST_SHOWN + 1])
    before, entries = None, []
    for row in reversed(rows):
        entries.append(_entry(row, before, is_this=row.pk == scan.pk))
        before = row if row.status == Status.DONE else before
    newest = next((row for row in rows if row.status == Status.DONE), None)
    left_out = of_link.aggregate(count=Count("pk"))["count"] - MOST_SHOWN if len(rows) > MOST_SHOWN else 0
    context = {
        "entries": entries[-MOST_SHOWN:],
        "left_out": left_out,
        "is_decided": scan.decided_at is not None,
        "is_waiting": any(row.status != Status.DONE for row in rows),
        "next": moment(newest.look_again_at) if newest is not None and newest.look_again_at else "",
    }
    return render_to_string("desk/timeline.html", context)


def _entry(scan: Scan, before: Scan | None, *, is_this: bool) -> dict[str, Any]:
    is_done = scan.status == Status.DONE
    came, went = _changes(before, scan) if is_done and before is not None else ([], [])
    reason = _reason(scan) if is_done else ""
    return {
        "is_this": is_this,
        "url": reverse("admin:scans_scan_change", args=[scan.pk]),
        "at": scan.requested_at,
        "when": moment(scan.requested_at),
        "cause": scan.get_cause_display(),
        "mark": shown.verdict_mark(scan.verdict),
        "reason": reason,
        "changed_from": shown.verdict_mark(scan.changed_from) if scan.changed_from else "",
        "told": moment(scan.told_at) if scan.told_at else "",
        "came": [text for text in came if text != reason],
        "went": went,
        "reports": [_report(report) for report in scan.reports.all()],
    }


def _report(report: Any) -> dict[str, Any]:
    state, kinds = report.get_state_display(), [kept.get_kind_display() for kept in report.artifacts.all()]
    return {"provider": report.provider, "state": state, "kinds": kinds, "error": report.error}


def _reason(scan: Scan) -> str:
    """What weighs most against the link; of one that was not checked, what failed."""
    if any(finding.points > 0 for finding in scan.reasons):
        return shown.best_reason(scan.findings)
    failed = [gap for gap in scan.gaps if gap.reason in FAILURES] if scan.verdict == Verdict.UNKNOWN else []
    return describe_not_checked(failed[0]) if failed else ""


def _changes(before: Scan, after: Scan) -> tuple[list[str], list[str]]:
    """What was found by this check and not by the one before, and the other way round; only what carries points."""
    was, now = _weighty(before.reasons), _weighty(after.reasons)
    came = [describe(finding) for code, finding in now.items() if code not in was]
    went = [describe(finding) for code, finding in was.items() if code not in now]
    return came[:MOST_CHANGES], went[:MOST_CHANGES]


def _weighty(findings: Iterable[Finding]) -> dict[str, Finding]:
    heaviest_first = sorted(findings, key=lambda finding: -abs(finding.points))
    return {finding.code: finding for finding in heaviest_first if finding.points}
