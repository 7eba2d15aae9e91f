"""What a changed verdict means to the groups where the link was posted: at most one correction each, for good.

Worse: one late warning, where the group's policy would answer. Better: one retraction, where the bot spoke. What waits
in the outbox because of the old verdict is not sent. A link that could not be checked this time corrects nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from groups.messages import SEVERITY
from groups.models import Group
from groups.policy import Response
from scans import services
from scans.engine.scoring import Verdict
from scans.looks import WATCHED_FOR
from scans.models import Scan, Status
from waclient import campaigns, queue, replies
from waclient.alerts import raising
from waclient.judgements import Judged, judge
from waclient.models import UNSENT, Action, ActionKind, ActionState, Sighting
from waclient.replies import About, Voice
from waclient.verdicts import override_of

VERDICT_CHANGED = "verdict_changed"
WORDS = [ActionKind.REPLY, ActionKind.DELETE, ActionKind.FOLLOW_UP]
ANSWERS = [ActionKind.REACT, *WORDS]
OUT = [ActionState.SENDING, ActionState.SENT, ActionState.UNCERTAIN]
# Reactions that are taken back one by one; more of them are put right by a text.
MOST_TAKEN_BACK = 5
ROWS_AT_ONCE = 100


def plan_correction(now: datetime) -> bool:
    """Pass the verdict that changed first on to one more group; False when none waits to be passed on."""
    if not _untold().exists():  # outside the transaction: looking must not lock the database
        return False
    with transaction.atomic():
        changed = _untold().first()
        if changed is None:
            return False
        scan = services.newest(changed.url_hash) or changed
        first = _behind(scan, now).select_related("group").first()
        if first is None or scan.verdict == Verdict.UNKNOWN:
            services.mark_told(scan.url_hash, now)
            queue.refresh(scan.url_hash)
        else:
            pass_on(scan, first.group, now)
    return True


def set_aside(now: datetime) -> bool:
    """Give up the change that is to be passed on next, after passing it on failed; False when there is none."""
    changed = _untold().first()
    if changed is not None:
        services.mark_told(changed.url_hash, now)
    return changed is not None


def _untold() -> QuerySet[Scan]:
    """Changes to pass on. One whose link stands in a message that waits for its other links comes after that."""
    undecided = Sighting.objects.filter(
        url_hash=OuterRef("url_hash"), planned_at__isnull=True, override__isnull=True, scan__status=Status.DONE
    )
    return services.untold().filter(~Exists(undecided))


def _behind(scan: Scan, now: datetime) -> QuerySet[Sighting]:
    """Sightings of the link that were decided on by an older scan, the newest first."""
    rows = Sighting.objects.filter(
        url_hash=scan.url_hash, planned_at__isnull=False, override__isnull=True, posted_at__gt=now - WATCHED_FOR
    )
    return rows.exclude(scan=scan).order_by("-posted_at", "-pk")


def pass_on(scan: Scan, group: Group, now: datetime) -> None:
    """Let a group's sightings of a link know its newest verdict, and plan what is to be said about that."""
    sightings = list(_behind(scan, now).filter(group=group))
    if not sightings:
        return
    for sighting in sightings:
        sighting.scan = scan
    # One rule for all: they are one link in one group. What a person said stands, whatever a scan finds.
    if override_of(sightings[0], group, now) is None:
        policy = replace(group.policy, max_age=WATCHED_FOR)
        judged = [judge(sighting, None, group, policy, now) for sighting in sightings]
        _count_to_campaign(judged, now)
        _correct(judged, group, now)
    Sighting.objects.bulk_update(sightings, ["scan", "campaign", "verdict", "facts"], batch_size=ROWS_AT_ONCE)


def _correct(judged: Sequence[Judged], group: Group, now: datetime) -> None:
    """Say what has to be said, and note what now holds; what was decided then stays in the facts."""
    changed = [one for one in judged if one.verdict not in {one.sighting.verdict, Verdict.UNKNOWN}]
    unsaid = _hold_back([one.sighting for one in changed])
    worse = [one for one in changed if one.severity > (0 if one.sighting.pk in unsaid else _severity(one.sighting))]
    raising.raise_worst(worse, now)
    if worse and not _has_heard(worse[0], now) and not _has_heard_of_campaign(worse[0], now):
        _warn(worse, now)
    elif any(_severity(one.sighting) for one in changed) and not any(one.severity for one in judged):
        retract([one.sighting for one in changed if one.sighting.withdrawn_at is None], group, now)
    for one in changed:
        one.sighting.verdict = one.verdict
        one.sighting.facts = {**one.sighting.facts, "corrected": _as_json(one)}


def _count_to_campaign(judged: Sequence[Judged], now: datetime) -> None:
    """A link that turned bad belongs to a campaign from now on, as if it had been bad when it came."""
    if judged[0].of_link in campaigns.BAD and judged[0].sighting.campaign_id is None:
        campaigns.join(judged[0].sighting, now)
        for one in judged:
            one.sighting.campaign = judged[0].sighting.campaign


def _severity(sighting: Sighting) -> int:
    """Of the verdict that was acted on."""
    return SEVERITY.get(Verdict(sighting.verdict), 0) if sighting.verdict else 0


def _hold_back(sightings: Sequence[Sighting]) -> set[int]:
    """Skip what waits because of the old verdict, but for what a person asked for; the sightings it was about."""
    waiting = Action.objects.filter(sighting__in=sightings, state=ActionState.PENDING, asked_by="")
    ids = {one for one in waiting.values_list("sighting_id", flat=True) if one is not None}
    waiting.update(state=ActionState.SKIPPED, reason=VERDICT_CHANGED)
    return ids


def _has_heard(one: Judged, now: datetime) -> bool:
    """Whether the group was answered about this link as badly before, as when somebody posted it again."""
    link = {"sighting__url_hash": one.sighting.url_hash, "sighting__posted_at__gt": now - WATCHED_FOR}
    about = Action.objects.filter(group=one.sighting.group_id, kind__in=ANSWERS, **link)
    as_bad = [verdict for verdict, severity in SEVERITY.items() if severity >= one.severity]
    return about.filter(state__in=[ActionState.PENDING, *OUT], sighting__verdict__in=as_bad).exists()


def _has_heard_of_campaign(one: Judged, now: datetime) -> bool:
    """Whether the group got a text about another link of the same campaign within its cool-down."""
    about = {"sighting__campaign": one.sighting.campaign_id, "created_at__gt": now - one.policy.campaign_cooldown}
    texts = Action.objects.filter(
        group=one.sighting.group_id, kind__in=[ActionKind.REPLY, ActionKind.FOLLOW_UP], **about
    )
    texts = texts.exclude(sighting__url_hash=one.sighting.url_hash).exclude(text=replies.WARNING_SIGN)
    return one.sighting.campaign_id is not None and texts.exclude(state__in=UNSENT).exists()


def _warn(worse: Sequence[Judged], now: datetime) -> None:
    """Warn under the newest message that may be answered; where the group's answer is a reaction, by that."""
    one = next((one for one in worse if one.plan.responses), None)
    if one is None:
        return
    sighting, text = one.sighting, replies.WARNING_SIGN
    if one.plan.responses != (Response.REACT,):
        text = replies.follow_up(Voice.of(sighting.group, sighting), About.of(one))
    elif Action.objects.filter(sighting=sighting, kind=ActionKind.REACT, state__in=OUT).exists():
        return  # the sign stands there already
    _put_out(sighting, ActionKind.FOLLOW_UP, text, one.severity, now)


def retract(sightings: Sequence[Sighting], group: Group, now: datetime, *, by_person: bool = False) -> None:
    """Take back what was said, by a scan's or a moderator's word: reactions where they stand, all else by a text."""
    said = Action.objects.filter(sighting__in=sightings, kind__in=ANSWERS, state__in=OUT).select_related("sighting")
    spoken = list(said.order_by("-sighting__posted_at", "-pk"))
    about = next((action.sighting for action in spoken if action.sighting is not None), None)
    if about is None:
        return
    is_silent = len(spoken) <= MOST_TAKEN_BACK and all(map(_can_be_taken_back, spoken))
    is_removed = any(action.kind == ActionKind.DELETE for action in spoken)
    voice = Voice.of(group, about)
    text = "" if is_silent else replies.retraction(voice, about.host, is_removed=is_removed, by_person=by_person)
    _put_out(about, ActionKind.RETRACT, text, _severity(about), now)


def _can_be_taken_back(action: Action) -> bool:
    return is_reaction(action) and action.sighting is not None and action.sighting.sender_address is not None


def is_reaction(action: Action) -> bool:
    """Whether an action is, or is to be, a reaction."""
    is_late = action.kind == ActionKind.FOLLOW_UP and action.text == replies.WARNING_SIGN
    return action.kind in {ActionKind.REACT, ActionKind.SIGN} or is_late


def _put_out(sighting: Sighting, kind: ActionKind, text: str, severity: int, now: datetime) -> None:
    """The group's one correction of this kind; one that a change of the verdict held back is used again."""
    key = {"group": sighting.group, "url_hash": sighting.url_hash, "kind": kind}
    values = {
        "sighting": sighting,
        "text": text,
        "severity": severity,
        "state": ActionState.PENDING,
        "reason": "",
        "created_at": now,
    }
    before = Action.objects.filter(**key)
    held_back = before.filter(state=ActionState.SKIPPED, reason=VERDICT_CHANGED)
    if not held_back.update(**values) and not before.exists():
        Action.objects.create(**key, **values)


def _as_json(one: Judged) -> dict[str, object]:
    """What holds now instead of what was decided."""
    return {
        "verdict": one.verdict,
        "score": one.score,
        "at": one.facts.now.isoformat(),
        "silence": one.plan.silence or "",
    }
