"""What a decision makes the bot do about messages of before, once nobody took it back; one decision a step."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from groups.messages import SEVERITY
from groups.models import Group
from scans.looks import WATCHED_FOR
from waclient import corrections
from waclient.answering import action_of, put_out
from waclient.judgements import SILENT_SO_FAR, judge
from waclient.models import Answer, Decision, Sighting
from waclient.recording import keys
from waclient.rosters import Rosters
from waclient.said_lately import said_lately
from waclient.verdicts import outcome, override_of

# Messages this old are still answered or deleted because a person said "it is a scam".
ACTED_ON_FOR = timedelta(hours=24)
# Messages of one group that one decision acts on, the newest; the budget would not carry more.
MOST_ACTED_ON = 20


def plan_next(now: datetime, rosters: Rosters | None = None) -> bool:
    """Act on the oldest decision whose undo window is over; False when none waits."""
    due = Decision.objects.filter(applied_at__isnull=True, undone_at__isnull=True, applies_at__lte=now)
    due = due.order_by("applies_at", "pk")
    if not due.exists():  # outside the transaction: looking must not lock the database
        return False
    with transaction.atomic():
        decision = due.first()
        if decision is None or not due.filter(pk=decision.pk).update(applied_at=now):
            return False
        for group, sightings in _by_group(_about(decision, now)).items():
            if decision.answer == Answer.CONFIRM:
                _punish(sightings, group, decision, now, rosters)
            elif decision.answer == Answer.FINE:
                corrections.retract(sightings, group, now, by_person=True)
    return True


def set_aside(now: datetime) -> bool:
    """Give up acting on the decision that is next, after it failed; False when there is none."""
    due = Decision.objects.filter(applied_at__isnull=True, undone_at__isnull=True, applies_at__lte=now)
    first = due.order_by("applies_at", "pk").first()
    return first is not None and bool(Decision.objects.filter(pk=first.pk).update(applied_at=now))


def take_back(decision: Decision) -> None:
    """Put right what the bot said because of a "scam" that was undone, where nothing else speaks against the link."""
    now = timezone.now()
    if decision.applied_at is None or decision.answer != Answer.CONFIRM:
        return
    for group, sightings in _by_group(_about(decision, now)).items():
        # The override went before: what now holds is another rule, or what was found.
        verdict, _score, _findings = outcome(sightings[0], override_of(sightings[0], group, now), now)
        if not SEVERITY.get(verdict):
            corrections.retract(sightings, group, now, by_person=True)


def _about(decision: Decision, now: datetime) -> QuerySet[Sighting]:
    """The messages that a decision is about, the newest first."""
    age = ACTED_ON_FOR if decision.answer == Answer.CONFIRM and decision.undone_at is None else WATCHED_FOR
    rows = Sighting.objects.filter(url_hash=decision.url_hash, planned_at__isnull=False, posted_at__gt=now - age)
    rows = rows if decision.group_id is None else rows.filter(group=decision.group_id)
    return rows.select_related("group", "scan", "override").order_by("-posted_at", "-pk")


def _by_group(sightings: QuerySet[Sighting]) -> dict[Group, list[Sighting]]:
    groups: defaultdict[Group, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        if len(groups[sighting.group]) < MOST_ACTED_ON:
            groups[sighting.group].append(sighting)
    return groups


def _punish(
    sightings: list[Sighting], group: Group, decision: Decision, now: datetime, rosters: Rosters | None
) -> None:
    """What the group's policy says about a dangerous link, for each message; words only once."""
    policy = replace(group.policy, max_age=ACTED_ON_FOR)
    admins = set(keys(rosters.admins(group.jid))) if rosters else set()
    so_far = said_lately(group, now).so_far(decision.url_hash, now, sightings[0].campaign_id)
    for sighting in sightings:
        one = judge(
            sighting,
            override_of(sighting, group, now),
            group,
            policy,
            now,
            so_far=so_far,
            author_is_admin=not admins.isdisjoint({sighting.sender, sighting.sender_alt}),
        )
        for response in () if one.plan.silence else one.plan.responses:
            action = action_of(one, response)
            action.asked_by = decision.by
            put_out(action)
            so_far = replace(so_far or SILENT_SO_FAR, of_link_at=now, of_campaign_at=now)
