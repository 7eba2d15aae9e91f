"""How verdicts, hosts and reasons look on a page: word, shape and colour together, and never a live link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from scans.engine.arrivals import REDIRECTS
from scans.engine.defang import defang_host, defang_url
from scans.engine.findings import Finding, FindingDict
from scans.engine.names import suffixes
from scans.hops import HopDict, HopRow
from scans.models import Disclosure, Scan
from scans.reasons import describe, describe_gaps
from wbscanner.moments import moment

BROKEN_DOT = "[.]"
CUT = "…"
NO_VERDICT = ""
# Characters of an address on the way that are shown; there may be a dozen, of eight thousand each.
MOST_SHOWN = 300


def verdict_mark(verdict: str | None) -> str:
    """Dangerous, Suspicious, Not checked or Nothing found as HTML; None is "not checked yet"."""
    return render_to_string("desk/mark.html", {"verdict": verdict or NO_VERDICT})


def host_plate(host: str) -> str:
    """A host as HTML that nobody can follow, breaking only before its dots; what somebody registered is bold."""
    whole, blank, read_as = defang_host(host).partition(" ")
    own = _registered(host)
    if own and whole.endswith(CUT):
        whole += f"{BROKEN_DOT}{own}"
    elif not whole.endswith(own):
        own = ""
    front = whole.removesuffix(own)
    context = {"front": front.split(BROKEN_DOT), "own": own.split(BROKEN_DOT) if own else [], "also": blank + read_as}
    return render_to_string("desk/host.html", context)


def _registered(host: str) -> str:
    """The registrable domain of a host as it is shown; nothing of an IP address and of what is no name."""
    is_name = host and " " not in host and ":" not in host and not host.rpartition(".")[2].isdigit()
    return "" if not is_name else defang_host(suffixes.registrable_domain(host)).partition(" ")[0]


def url_text(url: str) -> str:
    """A URL as HTML that nobody can follow."""
    return format_html('<bdi class="host" dir="ltr">{}</bdi>', defang_url(url))


def short_url_text(url: str) -> str:
    """The beginning of a URL as HTML that nobody can follow."""
    return url_text(url if len(url) <= MOST_SHOWN else f"{url[:MOST_SHOWN]}…")


def host_and_end(host: str, hops: Sequence[HopDict], *facts: object) -> str:
    """A host, the one it was led to when that is another, and facts about it in a few words, as HTML."""
    end = hops[-1]["host"] if hops else host
    leads_to = host_plate(end) if end != host else ""
    context = {"plate": host_plate(host), "end": leads_to, "facts": [fact for fact in facts if fact]}
    return render_to_string("desk/host_and_end.html", context)


def reasons(scan: Scan | None, also: Iterable[Finding] = ()) -> str:
    """Why a scan says what it says, where the link leads and what was not looked at, as HTML.

    `also` are findings that belong to one message, not to the link.
    """
    found = [*(scan.reasons if scan else ()), *also]
    context: dict[str, Any] = {
        "reasons": [
            {"text": describe(finding), "points": finding.points, "size": abs(finding.points)}
            for finding in sorted(found, key=lambda finding: -finding.points)
        ],
        **(_drawn(scan) if scan else {}),
        "gaps": describe_gaps(scan.gaps) if scan else [],
    }
    return render_to_string("desk/reasons.html", context)


def way(scan: Scan) -> str:
    """Where a link leads, drawn address by address, as HTML; empty while nothing is known of that."""
    return render_to_string("desk/way.html", _drawn(scan))


def titled_way(scan: Scan) -> str:
    """As `way`, with a title of its own."""
    return render_to_string("desk/way_titled.html", _drawn(scan))


def disclosures(rows: Iterable[Disclosure]) -> str:
    """What left this machine, as HTML."""
    told = [{"what": row.get_kind_display(), "provider": row.provider, "when": moment(row.at)} for row in rows]
    return render_to_string("desk/disclosures.html", {"disclosures": told})


def _drawn(scan: Scan) -> dict[str, Any]:
    return {"hops": _way(scan.way), "is_seen_to_end": not any(gap.source == REDIRECTS for gap in scan.gaps)}


def _way(hops: Iterable[HopRow]) -> list[dict[str, Any]]:
    return [
        {"plate": host_plate(hop.host), "url": short_url_text(hop.url), "how": hop.how.value, "status": hop.status}
        for hop in hops
    ]


def best_reason(findings: list[FindingDict]) -> str:
    """The heaviest reason against a link, from a scan's stored findings, as one short text."""
    against = [finding for finding in map(Finding.from_dict, findings) if finding.points > 0]
    heaviest = max(against, key=lambda finding: finding.points, default=None)
    return describe(heaviest) if heaviest else str(_("No reason was found."))


@admin.display(description=_("verdict"), ordering="verdict")
def verdict_column(_page: Any, row: Any) -> str:
    return verdict_mark(row.verdict)


@admin.display(description=_("host"), ordering="host")
def host_column(_page: Any, row: Any) -> str:
    return host_plate(row.host)


@admin.display(description=_("link"))
def url_column(_page: Any, row: Any) -> str:
    return url_text(row.url)
