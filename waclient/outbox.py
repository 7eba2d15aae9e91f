"""From settled sightings to Actions that wait to be sent: one message a step."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from groups import facts as stored_facts
from groups.backtest import is_noteworthy
from groups.messages import NOTHING_SAID, SEVERITY, Outcome, outcomes
from groups.models import Group
from groups.policy import State
from scans.engine.ceiling import Ceiling
from scans.engine.scoring import Verdict
from scans.models import Status
from scans.services import KnownLink, request_scan
from waclient import corrections, queue, replies
from waclient.alerts import raising
from waclient.answering import action_of, put_out
from waclient.campaign_decisions import enter
from waclient.judgements import Judged, judge
from waclient.models import UNSENT, Action, ActionKind, ActionState, PendingWork, Sighting, WorkKind
from waclient.recording import keys
from waclient.rosters import Rosters
from waclient.said_lately import said_lately
from waclient.verdicts import override_of

SIBLING_PATIENCE = timedelta(seconds=10)
PLANNING_FAILED = "planning_failed"
NOTICE_RETRY = timedelta(hours=1)


def plan_next(now: datetime, rosters: Rosters | None = None) -> bool:
    """Decide on the next message whose links are settled; when none is, pass on a verdict that changed.

    False when nothing waits. `rosters` say which authors are admins; without them nobody is known to be one.
    """
    if not _settled(now).exists():  # outside the transaction: looking must not lock the database
        return corrections.plan_correction(now) or _plan_notice(now)
    with transaction.atomic():
        first = _settled(now).select_related("group").first()
        if first is None:
            return False
        together = _settled(now).filter(group=first.group, message_id=first.message_id)
        sightings = list(together.select_related("scan", "override"))
        unsettled = [sighting for sighting in sightings if not _is_settled(sighting, first.group, now)]
        for sighting in unsettled:
            _ask_for_scan(sighting, first.group, now)
        if not unsettled:
            plan_message(sightings, first.group, now, rosters)
    return True


def _is_settled(sighting: Sighting, group: Group, now: datetime) -> bool:
    """Whether there still is something to go by: an override may have ended or been removed since the link came."""
    return sighting.scan_id is not None or override_of(sighting, group, now) is not None


def _ask_for_scan(sighting: Sighting, group: Group, now: datetime) -> None:
    known = KnownLink(sighting.url_hash, sighting.url, sighting.host, sighting.registrable_domain)
    sighting.scan = request_scan(known, Ceiling(group.ceiling), now=now)
    sighting.override = None
    sighting.save(update_fields=["scan", "override"])


def plan_message(sightings: list[Sighting], group: Group, now: datetime, rosters: Rosters | None = None) -> None:
    """Decide on the settled links of one message; Actions are made for the worst of them only."""
    said, admins = said_lately(group, now), set(keys(rosters.admins(group.jid))) if rosters else set()
    rules = [enter(one, override_of(one, group, now), group, now) for one in sightings]
    judged = [
        judge(
            one,
            rule,
            group,
            group.policy,
            now,
            so_far=said.so_far(one.url_hash, now, one.campaign_id),
            author_is_admin=not admins.isdisjoint({one.sender, one.sender_alt}),
        )
        for one, rule in zip(sightings, rules, strict=True)
    ]
    before = _said(sightings[0])
    for one, outcome in zip(judged, outcomes([one.weighed for one in judged], before), strict=True):
        _carry(one, outcome, before)
    raising.raise_worst(judged, now)
    for one in judged:
        queue.refresh(one.sighting.url_hash)


def set_aside(now: datetime) -> bool:
    """Take the oldest message, or without one the oldest change of a verdict, out of the way after planning it failed.

    One bad row must not silence every group.
    """
    first = _settled(now).first()
    if first is None:
        return corrections.set_aside(now)
    facts = {"silence": PLANNING_FAILED}
    Sighting.objects.filter(pk=first.pk).update(planned_at=now, verdict=Verdict.UNKNOWN, facts=facts)
    return True


def _settled(now: datetime) -> QuerySet[Sighting]:
    """Unplanned sightings with a verdict, whose message has no other link still being judged (10 s at most).

    What is posted now comes before what was replayed: that is answered by nobody, and there may be thousands of it.
    """
    waits = Sighting.objects.filter(
        group=OuterRef("group"),
        message_id=OuterRef("message_id"),
        planned_at__isnull=True,
        override__isnull=True,
        scan__status__in=[Status.QUEUED, Status.RUNNING],
        received_at__gt=now - SIBLING_PATIENCE,
    )
    # Without either: its override was removed since, or its scan; plan_next asks for a new one.
    is_settled = Q(override__isnull=False) | Q(scan__isnull=True) | Q(scan__status=Status.DONE)
    settled = Sighting.objects.filter(is_settled, ~Exists(waits), planned_at__isnull=True)
    return settled.order_by("is_history", "received_at", "pk")


def _carry(one: Judged, outcome: Outcome, said_before: int) -> None:
    """Write down the decision and its Actions."""
    for response in outcome.responses:
        put_out(action_of(one, response))
    one.sighting.override = one.override
    one.sighting.verdict = one.verdict
    one.sighting.planned_at = one.facts.now
    one.sighting.facts = _as_json(one, outcome, said_before)
    one.sighting.is_noteworthy = is_noteworthy(one.of_link, one.facts)
    decided = ["override", "campaign", "verdict", "planned_at", "facts", "is_noteworthy"]
    one.sighting.save(update_fields=decided)


def _said(sighting: Sighting) -> int:
    """How severe what was said about this message before is (an edit may bring worse links into it)."""
    about = Sighting.objects.filter(group=sighting.group_id, message_id=sighting.message_id)
    spoken = Action.objects.filter(sighting__in=about).exclude(state__in=UNSENT)
    verdicts = spoken.values_list("sighting__verdict", flat=True)
    return max((SEVERITY.get(Verdict(verdict), 0) for verdict in verdicts if verdict), default=NOTHING_SAID)


def _as_json(one: Judged, outcome: Outcome, said_before: int) -> dict[str, object]:
    """The decision with all it was made from: what groups.backtest replays a changed policy over."""
    return {
        **stored_facts.as_json(one.facts),
        "verdict": one.of_link,
        "score": one.score,
        "findings": [finding.as_dict() for finding in one.findings],
        "is_forwarded_often": one.sighting.is_forwarded_often,
        "place": one.sighting.place,
        "campaign": str(one.sighting.campaign_id or ""),
        "state": one.policy.state,
        "muted_until": one.policy.muted_until.isoformat() if one.policy.muted_until else None,
        "said_before": said_before,
        **outcome.as_json(),
        **_earlier(one.sighting.facts),
    }


def _earlier(facts: dict[str, object]) -> dict[str, object]:
    """What was decided about this link before and made the bot speak: its message was edited since.

    Each of them was worse than the one before, so that there are few.
    """
    before, spoke = facts.get("earlier", []), bool(facts.get("responses"))
    left_out = {"findings", "earlier"}
    kept = [{name: value for name, value in facts.items() if name not in left_out}] if spoke else []
    earlier = [*before, *kept] if isinstance(before, list) else kept
    return {"earlier": earlier} if earlier else {}


def _plan_notice(now: datetime) -> bool:
    """The arrival notice of a group that was chosen, once in its life; a muted group gets it afterwards."""
    told = Action.objects.filter(group=OuterRef("pk"), kind=ActionKind.NOTICE)
    is_muted = Q(muted_until__gt=now)
    chosen = Group.objects.filter(state__in=[State.WATCH, State.LIVE], left_at__isnull=True)
    group = chosen.exclude(is_muted).filter(~Exists(told)).first()
    if group is not None:
        Action.objects.create(group=group, kind=ActionKind.NOTICE, text=replies.notice(group))
        PendingWork.want(WorkKind.GROUP_INFO, group.jid, now)  # its name and description now count
        return True
    # A group must not be read untold: what was refused is tried again.
    refused = Action.objects.filter(kind=ActionKind.NOTICE, state=ActionState.FAILED, created_at__lt=now - NOTICE_RETRY)
    again = refused.filter(group__in=chosen.exclude(is_muted))
    return again.exists() and bool(again.update(state=ActionState.PENDING, created_at=now, claimed_at=None))
