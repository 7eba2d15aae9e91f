"""What the card of a link says: sentence, reasons, what the bot did or would do, where and when it was posted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models import Group
from groups.policy import Plan, State
from scans.engine.defang import defang_host, defang_text, defang_url
from scans.engine.findings import Finding
from scans.engine.scoring import Verdict
from scans.models import Scan
from scans.reasons import describe
from waclient.admin.links import response
from waclient.judgements import judge
from waclient.models import ActionState, Place, Sighting
from waclient.verdicts import override_of
from wbscanner.moments import moment

# The ends of "It would have: …": many languages say them otherwise after such a beginning than alone.
WOULD_HAVE = {
    "react": pgettext_lazy("it would have", "reacted"),
    "reply": pgettext_lazy("it would have", "replied"),
    "delete": pgettext_lazy("it would have", "removed the message"),
    "alert": pgettext_lazy("it would have", "told you"),
}
SAID_NOTHING = pgettext_lazy("it would have", "said nothing")
# Blocks on the scale: one for every two points, five at most.
MOST_BLOCKS = 5
STRONG, MEDIUM = 7, 4
HIGH_SCORE, MIDDLE_SCORE = 12, 9
SURE = 3
MOST_GROUPS = 12
TRACK = 100.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the scale: `side` is for (a scam), against or neutral; `when` is HTML made by our own template."""

    text: str
    side: str
    blocks: int
    strength: str
    source: str
    when: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One group on the timeline: `posts` and `acts` are places between 0 and 100 on its track.

    `url` is the newest message's page, `rows_url` the list of the `count` messages.
    """

    group: str
    url: str
    rows_url: str
    posts: tuple[float, ...]
    acts: tuple[float, ...]
    count: int
    did: str
    when: str
    facts: tuple[str, ...]


def sentence(verdict: str, findings: Sequence[Finding], score: int) -> str:
    """The verdict in one sentence, with the two heaviest reasons."""
    is_sure = confidence(verdict, findings, score) == SURE
    opening = {
        Verdict.MALICIOUS: _("Very likely a scam.") if is_sure else _("Probably a scam."),
        Verdict.SUSPICIOUS: _("It may be a scam."),
        Verdict.UNKNOWN: _("Not checked to the end."),
        Verdict.BENIGN: _("Nothing suspicious was found."),
    }[Verdict(verdict)]
    heaviest = sorted((one for one in findings if one.points > 0), key=lambda one: -one.points)[:2]
    return " ".join([str(opening), *(describe(one) for one in heaviest)])


def confidence(verdict: str, findings: Iterable[Finding], score: int) -> int:
    """How sure the checks are, 1 to 3; 0 where there is nothing to be sure of."""
    if verdict not in {Verdict.MALICIOUS, Verdict.SUSPICIOUS}:
        return 0
    if score >= HIGH_SCORE or any(one.conclusive for one in findings):
        return SURE
    return 2 if score >= MIDDLE_SCORE or verdict == Verdict.SUSPICIOUS else 1


def reasons(findings: Iterable[Finding], scan: Scan | None) -> list[Reason]:
    """The heaviest first; what carries no points is good to know and stands last."""
    when = moment(scan.finished_at) if scan is not None else ""
    lines = [_reason(one, when) for one in sorted(findings, key=lambda one: -one.points)]
    return sorted(lines, key=lambda one: one.side == "neutral")


def _reason(finding: Finding, when: str) -> Reason:
    size = abs(finding.points)
    strength = _("strong") if size >= STRONG else _("medium") if size >= MEDIUM else _("weak")
    side = "for" if finding.points > 0 else "against" if finding.points < 0 else "neutral"
    named = finding.param("list") or finding.param("provider")
    source = defang_text(str(named)) if named else str(_("Own check"))
    blocks = min(MOST_BLOCKS, ceil(size / 2))
    return Reason(describe(finding), side, blocks, str(strength) if size else "", source, when)


def lanes(sightings: Sequence[Sighting]) -> list[Lane]:
    """One for each group, the one that was posted to last first; `sightings` come with group and actions."""
    if not sightings:
        return []
    first = min(one.posted_at for one in sightings)
    last = max(timezone.now(), *(one.posted_at for one in sightings))
    by_group: defaultdict[Group, list[Sighting]] = defaultdict(list)
    for one in sightings:
        by_group[one.group].append(one)
    return [_lane(group, seen, first, last) for group, seen in list(by_group.items())[:MOST_GROUPS]]


def _lane(group: Group, seen: Sequence[Sighting], first: datetime, last: datetime) -> Lane:
    span = max(1.0, (last - first).total_seconds())

    def place(at: datetime) -> float:
        return round(4 + 90 * max(0.0, (at - first).total_seconds()) / span, 1)

    sent = [act.sent_at for one in seen for act in one.actions.all() if act.state == ActionState.SENT and act.sent_at]
    return Lane(
        group=str(group),
        url=reverse("admin:waclient_sighting_change", args=[seen[0].pk]),
        rows_url=_rows_url(group, seen[0].url_hash, first),
        posts=tuple(sorted({place(one.posted_at) for one in seen})),
        acts=tuple(sorted({place(at) for at in sent})),
        count=len(seen),
        did=would(seen[0], group) or response(seen[0]),
        when=moment(seen[0].posted_at),
        facts=_facts(seen),
    )


def _rows_url(group: Group, url_hash: str, since: datetime) -> str:
    conditions = {"url_hash": url_hash, "in_group": group.pk, "posted_at__gte": since.isoformat()}
    return f"{reverse('admin:waclient_sighting_changelist')}?{urlencode(conditions)}"


def _facts(seen: Sequence[Sighting]) -> tuple[str, ...]:
    """Where in messages the link stood when it was not written there, and whether it went from chat to chat."""
    places = dict.fromkeys(str(one.get_place_display()) for one in seen if one.place != Place.TEXT)
    often = [str(_("forwarded many times"))] if any(one.is_forwarded_often for one in seen) else []
    return (*places, *often)


def would(sighting: Sighting, group: Group) -> str:
    """What the bot would have done in a group that is only watched, as HTML; empty where it was free to act."""
    if sighting.facts.get("silence") != "watching" or not sighting.verdict:
        return ""
    policy = replace(group.policy, state=State.LIVE)
    plan = judge(sighting, override_of(sighting, group, sighting.posted_at), group, policy, sighting.posted_at).plan
    return str(_("Said nothing: the group is only watched. Live, it would have: %(what)s.") % {"what": _named(plan)})


def _named(plan: Plan) -> str:
    return ", ".join(str(WOULD_HAVE.get(one, one)) for one in plan.responses) or str(SAID_NOTHING)


def raw(scan: Scan | None, sighting: Sighting | None) -> str:
    """The facts behind the card, for those who want to see them: JSON in which no address can be tapped."""
    facts: dict[str, Any] = {}
    if scan is not None:
        facts["scan"] = {
            "verdict": scan.verdict,
            "score": scan.score,
            "cause": scan.cause,
            "url": defang_url(scan.url),
            "host": defang_host(scan.host),
            "finished_at": scan.finished_at.isoformat() if scan.finished_at else None,
            "expires_at": scan.expires_at.isoformat() if scan.expires_at else None,
            "findings": [_harmless(one) for one in scan.findings],
            "not_checked": scan.not_checked,
            "hops": [defang_url(hop.url) for hop in scan.way],
        }
    if sighting is not None:
        facts["decided_on"] = {
            **sighting.facts,
            "findings": [_harmless(one) for one in sighting.facts.get("findings", [])],
        }
    return json.dumps(facts, indent=2, ensure_ascii=True, default=str)


def _harmless(finding: Any) -> dict[str, Any]:
    shown = {name: defang_text(value) if isinstance(value, str) else value for name, value in finding["params"].items()}
    return {**finding, "params": shown}
